"""PAPER: forms to print, and their entry by two people, the second blind, until each sheet is an answer, once.

May import what the counter's desk may, and the desk; what it writes goes through the door, under channel `paper`.
"""
