"""THE COUNTER: staff pages and commands about how people are reached there: tickets to print, visits to report.

May import whatever audit may; shows counts of answers that came with a code, never an answer.
"""
