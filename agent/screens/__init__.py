"""What both people see. `contract` is the one page the screens process may import."""
