"""Head office's pages: claims, terminals, and the shop from afar. Server-rendered, no script anywhere."""
