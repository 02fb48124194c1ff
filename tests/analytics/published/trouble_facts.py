"""Facts of the question about trouble and money, by the codes under which its answers are kept."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, insert

from analytics.facts.models import fact_choice

NO, TROUBLE, MONEY, NO_ANSWER, LEFT_OUT = 1, 2, 3, 4, 0


def write_trouble(connection: Connection, unit_id: int, day: date, counts: Mapping[int, int], **others: object) -> None:
    """Write a day's answers of one unit, of citizens at a poster unless said otherwise."""
    keys = {"day": day, "unit_id": unit_id, "item": "trouble", "channel": "poster", "respondent_group": "citizen"}
    rows = [keys | {"set_aside": 0, "option": option, "n": n} | others for option, n in counts.items()]
    connection.execute(insert(fact_choice), rows)
