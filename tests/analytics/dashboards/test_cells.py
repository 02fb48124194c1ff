"""One cell: absent under the minimum, rounded once."""

import pytest

from analytics.dashboards.cells import Score, attitude_score, item_scores, share_score
from analytics.published.sums import pooled, sum_items
from analytics.statistics.indices import ScoreTotals

ATTITUDE = frozenset({"courtesy", "guidance"})


@pytest.mark.parametrize("n", range(10))
def test_no_score_under_the_minimum(n: int) -> None:
    assert share_score((0, 0, 0, 0, n), 10) is None
    assert attitude_score(ScoreTotals(n, 60 * n, 3600 * n), (0, 0, 0, 0, 5 * n), 1.0, 10) is None


def test_scores_are_rounded_once() -> None:
    assert share_score((1, 0, 2, 3, 5), 10) == Score(11, 72.7, 43.4, 90.3, 4.0, 75.0)
    assert attitude_score(ScoreTotals(12, 480, 24_000), (3, 3, 3, 3, 3), 0.5, 10) == Score(
        12, 66.7, 46.7, 82.0, 3.0, 50.0
    )


def test_a_score_without_ratings_by_item_has_no_mean() -> None:
    score = attitude_score(ScoreTotals(12, 480, 24_000), (0, 0, 0, 0, 0), 1.0, 10)
    assert score is not None
    assert (score.mean, score.mean_of_hundred) == (None, None)


@pytest.mark.parametrize(("n", "small"), [(10, True), (29, True), (30, False)])
def test_from_ten_to_twenty_nine_is_small(n: int, small: bool) -> None:
    score = share_score((0, 0, 0, 0, n), 10)
    assert score is not None and score.is_small is small


def test_items_need_the_minimum_each_and_attitude_items_all_of_them() -> None:
    enough, few = (0, 0, 0, 0, 12), (0, 0, 0, 0, 9)
    levels = {"overall": enough, "courtesy": enough, "guidance": enough, "own_parking": few}
    assert [one.item for one in item_scores(levels, ATTITUDE, 10)] == ["courtesy", "guidance", "overall"]
    assert [one.item for one in item_scores(levels | {"guidance": few}, ATTITUDE, 10)] == ["overall"]
    none_at_all = (0, 0, 0, 0, 0)
    assert [one.item for one in item_scores(levels | {"guidance": none_at_all}, ATTITUDE, 10)] == [
        "courtesy",
        "overall",
    ]


def test_items_add_up() -> None:
    total = sum_items([{"courtesy": (1, 0, 0, 0, 1)}, {}, {"courtesy": (0, 2, 0, 0, 0), "overall": (0, 0, 3, 0, 0)}])
    assert total == {"courtesy": (1, 2, 0, 0, 1), "overall": (0, 0, 3, 0, 0)}
    assert pooled(total, ["courtesy", "overall", "absent"]) == (1, 2, 3, 0, 1)
