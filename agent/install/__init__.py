"""What a terminal needs of its Debian: `texts` says which files with what in them, `place` writes them."""
