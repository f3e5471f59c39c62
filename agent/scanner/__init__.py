"""Serial bytes → barcodes: `framing` and `classify` without a port, `port` with its thread."""
