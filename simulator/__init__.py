"""The world on a desk: people, camera, scanner and cloud without hardware. Never imported by the product."""
