"""`hyla doctor`: is this terminal well, what was measured, what to do. One file for each family of checks;
each check gives findings, whose words stand in `catalogue.toml`. Knows the rooms as `build` does, starts no
terminal, posts no fact, and works beside a terminal that runs."""
