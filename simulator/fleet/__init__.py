"""A fleet of light terminals: no screens, no camera, only the traffic; for storms and for load."""
