"""What the guard finds and what it does not, tried on simulated days with the real guard: the table in `docs/guard.md`.

Imports the guard and what it is made of; nothing imports this.
"""
