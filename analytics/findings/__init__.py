"""What may be concluded, by the methods of `analytics.statistics`: each with its n, its doubt, or its refusal.

One façade for pages, twins, digests and reports: `report.city_findings` for a city, `signals.unit_signal` and
`adjustment.unit_blocks` for a unit; `words.sections` says them. May import published numbers, facts, statistics, and of
the survey its core, territory, visits, what listening asks and the warnings on counters' days; never answers, never
dashboards.

A score is shown only of what was published. What is judged below that (counters over sixteen weeks, from 30 persons) is
told as "look here", without its score.
"""
