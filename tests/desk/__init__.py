"""Whole terminals; a package, so that one of them can live as long as its tests and no longer."""
