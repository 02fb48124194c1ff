"""Which attitude item pulls the index down, over the newest four-week block; or that none can be told to."""

from collections.abc import Collection
from dataclasses import dataclass

from analytics.dashboards.cells import ItemScore
from analytics.dashboards.published import Block


@dataclass(frozen=True, slots=True)
class Pull:
    """The lowest and the highest item; `is_clear` when their intervals do not touch, so that it is hardly chance."""

    lowest: ItemScore
    highest: ItemScore
    is_clear: bool


def pull_of(block: Block | None, attitude_items: Collection[str]) -> Pull | None:
    """The items at both ends; None where fewer than two are shown, or they are for information only (under 30)."""
    items = [one for one in block.items if one.item in attitude_items] if block else []
    if len(items) < 2 or any(one.score.is_small for one in items):
        return None
    lowest, highest = min(items, key=_share), max(items, key=_share)
    return Pull(lowest, highest, lowest.score.high < highest.score.low)


def _share(item: ItemScore) -> float:
    return item.score.percent
