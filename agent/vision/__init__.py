"""Frame → face evidence: models, detect, align, quality, embed, gallery, and the thread that ties them."""
