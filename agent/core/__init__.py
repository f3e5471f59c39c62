"""What the terminal decides: standard library only, no clock, no chance, no I/O.

Facts come in (`events`), wishes go out (`commands`), `terminal.step` is the only way between them.
"""
