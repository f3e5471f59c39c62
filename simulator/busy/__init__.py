"""A busy day, compressed: sixteen shop hours in virtual time, with the cables that come loose in them. The
real loop, the real parsers of the scanner's bytes, the real watchdog of the camera. Started by
`hyla-sim run --scenario busy-day`."""
