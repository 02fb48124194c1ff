"""The audit log: who did what with the installation, hash-chained and append-only. Imports only the core.

Every room that changes rights, settings or texts, or shows raw answers, writes here; the ledger seals its head.
"""
