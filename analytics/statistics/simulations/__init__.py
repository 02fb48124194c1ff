"""Simulations that check what the methods promise; run `python -m analytics.statistics.simulations`.

Each study draws data whose truth is known, with a fixed seed, and prints a table into `docs/methods.md`.
"""
