"""Doors for the province's other systems: keys, and the addresses under /api/v1 that take tickets and visits.

May import core, the audit log, territory, visits and responses. A key never belongs to a unit that is judged.
"""
