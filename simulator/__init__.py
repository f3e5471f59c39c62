"""What stands around the terminal on a desk and in tests: camera, scanner, cloud, people. The product
never imports it; it reaches the product through the product's own doors (a stream, a serial line, a
broker)."""
