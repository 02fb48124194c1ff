"""`python -m survey_app.responses.guard_simulations`: prints the table of `docs/guard.md` or writes it (`--write`).

Same seed, same table. Takes about a minute.
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track

from survey_app.responses.guard_simulations.scenarios import FALSE, HONEST, Scenario
from survey_app.responses.guard_simulations.trial import Outcome, try_guard

DOCUMENT = Path(__file__).parents[3] / "docs" / "guard.md"
BEGIN, END = "<!-- simulations: begin -->\n", "<!-- simulations: end -->\n"
_HEAD = "| scenario | days | honest set aside | false set aside | days with a warning |\n|---|---|---|---|---|\n"


def row(scenario: Scenario, outcome: Outcome) -> str:
    """One line of the table."""
    honest = f"{outcome.share_of_honest:.2%}" if outcome.honest else "–"
    if outcome.angry:
        honest = f"{honest}; the angry answer {outcome.angry_set_aside / outcome.angry:.1%}"
    false = f"{outcome.share_of_false:.0%}" if outcome.false else "–"
    kinds = ", ".join(f"{kind} {days / outcome.days:.0%}" for kind, days in sorted(outcome.warned.items()))
    warned = f"{outcome.days_warned / outcome.days:.1%}" + (f" ({kinds})" if kinds else "")
    return f"| {scenario.name} | {outcome.days:,} | {honest} | {false} | {warned} |\n"


def put_into(document: str, table: str) -> str:
    """The document with the table between its marks."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table}{END}{after}"


def main() -> int:
    """Simulate every scenario."""
    parser = argparse.ArgumentParser(description="Simulate days and count what the guard says.")
    parser.add_argument("--write", action="store_true", help=f"write the table into {DOCUMENT.name}")
    arguments = parser.parse_args()
    bar = track(HONEST + FALSE, "Simulating", console=Console(stderr=True))
    table = _HEAD + "".join(row(scenario, try_guard(scenario.make, scenario.days)) for scenario in bar)
    if arguments.write:
        DOCUMENT.write_text(put_into(DOCUMENT.read_text(encoding="utf-8"), table), encoding="utf-8")
    sys.stdout.write(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
