"""What survives a power cut: one encrypted SQLite file, one connection, one thread."""
