"""Hyla's tests. Folders mirror the source; `helpers` is what they share."""
