"""What kind of terminal this is, as data: `schema` says what may stand in a profile, `loader` reads one."""
