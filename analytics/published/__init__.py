"""What is published of the facts: decided once, stored as integers, and read by everyone from here.

The façade of pages, twins, digests, reports and open data; nobody else turns facts into scores. Stands between facts
and dashboards; may import facts, statistics and the survey's core, territory, questionnaires.

- `sums`: `Sums` (integers of a cell), `Composition`, `Levels`, the populations and axes.
- `numbers`: `read_groups`, `read_parts`, `read_windows` → `Group`, `Part`, `Window`: the bricks, as stored.
- `unions`: `cells_by(groups, span)`, `parts_by(parts, span)`, `items_by(windows, span)`, `included_by(windows, span)`:
  week, four-week block, month, reporting month (15–14), quarter, year, of one unit or of several (a city) alike. Every
  cell is a union of bricks.
- `quarters` decides and stores the shares of trouble and money by quarter, `trouble` reads them.
- `analytics.dashboards.cells` makes of a cell's `Sums` an index with its interval (`attitude_score`, `share_score`).
- `keeping`: `publish_finished_weeks` and `publishing_step`, the step of closing that decides and stores.
"""
