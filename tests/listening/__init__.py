"""Listening: cases, comments, actions, notes."""
