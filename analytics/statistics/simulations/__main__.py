"""`python -m analytics.statistics.simulations`: run the studies and write their tables into `docs/methods.md`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from analytics.statistics.simulations import (
    adjustment_studies,
    chart_studies,
    comparison_studies,
    integrity_studies,
    interval_studies,
)
from analytics.statistics.simulations.report import with_table
from analytics.statistics.simulations.study import Row, Study

STUDIES: tuple[Study, ...] = (
    *interval_studies.STUDIES,
    *chart_studies.STUDIES,
    *comparison_studies.STUDIES,
    *adjustment_studies.STUDIES,
    *integrity_studies.STUDIES,
)

METHODS = Path(__file__).parents[3] / "docs" / "methods.md"


def run_study(study: Study, progress: Progress, *, repeats: int | None = None) -> list[Row]:
    """Compute a study's rows, one tick of the progress bar each."""
    task = progress.add_task(study.key, total=study.length)
    rows = []
    for row in study.rows(study.generator(), study.repeats if repeats is None else repeats):
        rows.append(row)
        progress.advance(task)
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the studies asked for (all by default) and replace their tables; return 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m analytics.statistics.simulations", description=__doc__)
    keys = [study.key for study in STUDIES]
    parser.add_argument("keys", nargs="*", metavar="STUDY", help=f"only these: {', '.join(keys)}")
    parser.add_argument("-o", "--output", type=Path, default=METHODS, help="the Markdown file with the markers")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.keys) - set(keys))
    if unknown:
        parser.error(f"no study is called {', '.join(unknown)}; there are {', '.join(keys)}")
    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        text = chosen.output.read_text(encoding="utf-8")
        with Progress(*columns, console=Console(stderr=True)) as progress:
            for study in STUDIES:
                if not chosen.keys or study.key in chosen.keys:
                    text = with_table(text, study, run_study(study, progress))
        chosen.output.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
