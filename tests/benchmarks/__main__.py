"""`make bench`: measures, prints tables of ratios and writes them to `results.md`; takes about four minutes.

`make bench MILLIONS=10` also exports ten million answers and rebuilds their facts (about half an hour more).
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.abuse import abuse_table, measure_abuse
from tests.benchmarks.exporting import exporting_table, measure_exporting, measure_memory, memory_table
from tests.benchmarks.facts import facts_table, measure_facts, millions
from tests.benchmarks.load import CONNECTIONS, SECONDS, BenchmarkError, Load
from tests.benchmarks.page_budget import budget_table, measure_page
from tests.benchmarks.serving import ROUNDS, Served, measure_serving

RESULTS = Path(__file__).with_name("results.md")
HEADING = """# Benchmarks

Made by `make bench`. Ratios on one machine with client and server on the same cores; absolute figures are the machine's
and are only printed. 1.00 is the reference.
"""


def serving_table(served: Served) -> str:
    """Pages and submissions against a bare Flask "hello"."""
    reference = served.hello

    def row(name: str, load: Load) -> str:
        throughput = load.requests_per_second / reference.requests_per_second
        return f"| {name} | {throughput:.2f} | {load.median / reference.median:.1f} | {load.p99 / reference.p99:.1f} |"

    return "\n".join(
        [
            f"## Serving: granian, 2 workers, {CONNECTIONS} connections, best of {ROUNDS} rounds of {SECONDS} s",
            "",
            "| | requests a second | median latency | p99 latency |",
            "|---|---|---|---|",
            row('bare Flask "hello"', reference),
            row("survey page, with a token of its own (gzip)", served.page),
            row("answer sent, on disk (SQLite, synchronous FULL)", served.submit),
        ]
    )


def main() -> int:
    """Run every benchmark; exit 1 in words if one could not be run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--millions", type=millions, default=1, help="million answers whose facts are rebuilt")
    chosen = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="tt-bench-") as folder:
            print("Measuring pages and submissions …", flush=True)
            served = measure_serving(Path(folder))
        with tempfile.TemporaryDirectory(prefix="tt-bench-") as folder:
            print("Measuring what the survey page costs a phone …", flush=True)
            cost = measure_page(Path(folder))
        with tempfile.TemporaryDirectory(prefix="tt-bench-") as folder:
            print("Measuring the export …", flush=True)
            exported = measure_exporting(Path(folder))
        memory: list[str] = []
        if chosen.millions > 1:
            print(f"Measuring the export of {chosen.millions} million answers …", flush=True)
            memory = [memory_table(measure_memory(chosen.millions * 1_000_000))]
        with tempfile.TemporaryDirectory(prefix="tt-bench-") as folder:
            print("Measuring people among abuse …", flush=True)
            abused = measure_abuse(Path(folder))
        with tempfile.TemporaryDirectory(prefix="tt-bench-") as folder:
            print("Measuring the facts of millions of answers …", flush=True)
            rebuilt = measure_facts(Path(folder), chosen.millions)
    except BenchmarkError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1
    parts = (
        serving_table(served),
        budget_table(cost),
        exporting_table(exported),
        *memory,
        abuse_table(abused),
        facts_table(rebuilt),
    )
    tables = "\n\n".join(parts) + "\n"
    print(f"\n{tables}")
    for name, load in (("hello", served.hello), ("page", served.page), ("submit", served.submit)):
        print(f"here: {name} {load.requests_per_second:,.0f}/s, median {load.median:.1f} ms, p99 {load.p99:.0f} ms")
    for where, program in exported.program.items():
        csv = exported.ours[where]["csv"]
        print(f"here: {where} export {csv.speed:,.0f} rows/s, its own program {program.speed:,.0f} rows/s")
    for each in rebuilt:
        print(each.here)
    RESULTS.write_text(f"{HEADING}\n{tables}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
