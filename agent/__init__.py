"""The device process: owns camera, scanner, cloud link and journal; the only one that asks for money."""
