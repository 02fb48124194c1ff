"""Accounts, roles, access rules and the back office.

May import territory, questionnaires and core; never responses, never citizen.
"""
