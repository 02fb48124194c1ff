"""The studies run, and `docs/methods.md` holds what they print."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.statistics.indices import pooled_variance_ratio
from analytics.statistics.simulations.__main__ import METHODS, STUDIES, main
from analytics.statistics.simulations.models import VARIANCE_RATIO, draw_scores, totals_of
from analytics.statistics.simulations.report import markdown_table, markers, with_table
from analytics.statistics.simulations.study import Study, points

SLOW = ("rank-intervals",)
"""Seconds per row even with few repetitions: one row is tried."""

EXACT = next(study for study in STUDIES if study.exact)


def between(text: str, study: Study) -> str:
    start, end = markers(study.key)
    return text.split(start)[1].split(end, maxsplit=1)[0].strip()


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.key)
def test_a_study_yields_its_rows(study: Study) -> None:
    rows = study.rows(study.generator(), 3)
    found = [next(rows)] if study.key in SLOW else list(rows)
    assert study.key in SLOW or len(found) == study.length
    assert all(len(row) == len(study.header) for row in found)


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.key)
def test_the_methods_page_holds_the_table(study: Study) -> None:
    lines = between(METHODS.read_text(encoding="utf-8"), study).splitlines()
    assert lines[0] == markdown_table(study, []).splitlines()[0]
    assert lines[2] == "| " + " | ".join(study.header) + " |"
    assert len(lines) == 4 + study.length


def test_the_exact_table_is_what_is_computed_now() -> None:
    rows = list(EXACT.rows(EXACT.generator(), 0))
    assert between(METHODS.read_text(encoding="utf-8"), EXACT) == markdown_table(EXACT, rows)


def test_the_same_seed_gives_the_same_rows() -> None:
    study = next(study for study in STUDIES if study.key == "mean-coverage")
    assert list(study.rows(study.generator(), 50)) == list(study.rows(study.generator(), 50))
    assert len({study.generator().integers(2**40) for study in STUDIES}) == len(STUDIES)


def test_the_command_replaces_only_what_is_asked(tmp_path: Path) -> None:
    page = tmp_path / "methods.md"
    other = STUDIES[1]
    page.write_text("before\n" + "\n".join([*markers(EXACT.key), *markers(other.key)]) + "\nafter\n", encoding="utf-8")
    assert main([EXACT.key, "--output", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n")
    assert "85.9 % at 0.97" in between(text, EXACT)
    assert between(text, other) == ""
    assert main([EXACT.key, "--output", str(page)]) == 0
    assert page.read_text(encoding="utf-8") == text


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "methods.md"
    assert main([EXACT.key, "-o", str(page)]) == 1
    page.write_text("no markers", encoding="utf-8")
    assert main([EXACT.key, "-o", str(page)]) == 1
    assert "must hold the markers <!-- simulation: interval-coverage -->" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "no markers"
    with pytest.raises(SystemExit):
        main(["horoscope", "-o", str(page)])
    assert "no study is called horoscope" in capsys.readouterr().err


def test_markers_must_stand_once() -> None:
    start, end = markers(EXACT.key)
    with pytest.raises(ValueError, match="once, in this order"):
        with_table(f"{start}{end}{start}{end}", EXACT, [])
    with pytest.raises(ValueError, match="once, in this order"):
        with_table(f"{end}{start}", EXACT, [])


def test_simulated_persons_are_as_documented() -> None:
    rng = np.random.default_rng(1)
    cells = [totals_of(draw_scores(rng, 50, 0.85)) for _ in range(400)]
    assert sum(cell.total for cell in cells) / 20_000 / 60 == pytest.approx(0.85, abs=0.01)
    assert pooled_variance_ratio(cells) == pytest.approx(VARIANCE_RATIO, abs=0.02)


def test_points_have_no_minus_zero() -> None:
    assert [points(value) for value in (-0.0001, 0.012, -0.012)] == ["0.0", "1.2", "-1.2"]
