"""The reference gateway: the merchant's side of the link as one could really run it, `hyla-cloud`."""
