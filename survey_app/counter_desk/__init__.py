"""THE COUNTER: staff pages and commands about how people are reached there: tickets to print, visits to report,
links for who helps people to answer, and the answers that independent callers ask for.

May import whatever audit may; shows counts of answers that came with a code, never an answer.
"""
