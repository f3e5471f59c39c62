"""Who this terminal is: its own key, head office's assignment, its certificate, and their folder."""
