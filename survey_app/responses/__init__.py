"""STORE: the inbox (`door.py` is the only way in), the append-only book, the guard, and the only reader.

May import core, territory and questionnaires. Only ledger, audit and analytics.facts read responses, by `reader.py`.
"""
