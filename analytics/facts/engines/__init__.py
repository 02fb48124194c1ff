"""Who computes the facts: the database itself, or DuckDB over the archive. Both run the text of the same statements.

May import facts, the archive and the core; a further engine (a cluster) needs only `statement_text` and the archive.
"""
