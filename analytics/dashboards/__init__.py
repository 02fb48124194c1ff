"""Shows the facts: series of a unit, their sentences, figures, tables and twins, and the pages that carry them.

Reads facts only; may import statistics, and the survey's core, territory, questionnaires and staff; never responses.
"""
