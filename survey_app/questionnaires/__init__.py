"""WHAT: versioned, content-hashed questionnaire definitions and the form built from them.

May import core, and of territory the look-up of a unit (in `commands`).
"""
