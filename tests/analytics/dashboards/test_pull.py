"""Which item pulls the index down: claimed only when the intervals say that it is hardly chance."""

from datetime import date

import pytest

from analytics.dashboards.cells import ItemScore, share_score
from analytics.dashboards.published import Block
from analytics.dashboards.pull import pull_of
from analytics.published.sums import Composition

ITEMS = frozenset({"courtesy", "answers", "guidance"})


def item(name: str, unhappy: int, happy: int) -> ItemScore:
    levels = (0, unhappy, 0, 0, happy)
    score = share_score(levels, 10)
    assert score is not None
    return ItemScore(name, score, levels)


def block(*items: ItemScore) -> Block:
    score = items[0].score
    days = (date(2026, 10, 5), date(2026, 11, 1))
    return Block(*days, 100, score, score, items, days[0], False, Composition(), None)


def test_the_lowest_item_is_named_when_it_is_clearly_lower() -> None:
    pull = pull_of(block(item("overall", 90, 10), item("courtesy", 5, 95), item("guidance", 40, 60)), ITEMS)
    assert pull is not None
    assert (pull.lowest.item, pull.highest.item, pull.is_clear) == ("guidance", "courtesy", True)


def test_items_that_overlap_are_alike() -> None:
    pull = pull_of(block(item("courtesy", 10, 90), item("guidance", 16, 84)), ITEMS)
    assert pull is not None and not pull.is_clear


@pytest.mark.parametrize(
    "items",
    [
        (item("courtesy", 5, 95),),
        (item("courtesy", 1, 28), item("guidance", 20, 9)),
        (item("overall", 5, 95), item("own_parking", 60, 40)),
    ],
)
def test_nothing_is_said_of_one_item_of_few_forms_or_of_other_questions(items: tuple[ItemScore, ...]) -> None:
    assert pull_of(block(*items), ITEMS) is None


def test_no_block_no_pull() -> None:
    assert pull_of(None, ITEMS) is None
