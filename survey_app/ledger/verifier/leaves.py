"""One row of an export, proven: its columns rebuild the leaf it names, and what is derived from the leaf fits it."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.ledger.verifier.shapes import Json
from survey_app.ledger.verifier.trees import canonical, hash_leaf
from survey_app.ledger.verifier.words import Wrong

SLOTS = [*(f"r{number}" for number in range(1, 13)), *(f"c{number}" for number in range(1, 5))]
TEXTS = {
    "id": "response_id",
    "day": "day",
    "day_part": "day_part",
    "unit": "unit_code",
    "channel": "channel",
    "respondent_group": "respondent_group",
    "service_domain": "service_domain",
    "questionnaire": "questionnaire_hash",
    "language": "language",
    "comment_digest": "comment_digest",
    "leaf_salt": "leaf_salt",
}
"""Fields of the leaf that a column holds as they are."""
NEEDED = {*TEXTS.values(), "service_point_id", "flags", "leaf_hash", "sealed"}
LABELS = {"unit_name", "service_point", "verified", "questionnaire", "set_aside", "comment", "comment_salt"}
"""Columns that are neither in the leaf nor an item's."""
NEUTRALISED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
"""In CSV, text that a spreadsheet would calculate gets an apostrophe before it, one more if it has some already."""
INTEGER = re.compile("0|[1-9][0-9]{0,15}")
SALT = re.compile("([0-9a-f]{2})+")
CODED_TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its columns; `number` counts from 1 after the header."""

    number: int
    cells: Mapping[str, str | None]

    @property
    def place(self) -> tuple[str, str]:
        """The commune-day it says it belongs to."""
        return self.cells["day"] or "", self.cells["unit_code"] or ""

    @property
    def details(self) -> dict[str, object]:
        """How messages name it."""
        day, unit = self.place
        return {"id": self.cells["response_id"], "day": day, "unit": unit, "row": self.number}

    def changed(self, column: str) -> Wrong:
        """What is wrong when a column of it was changed."""
        return Wrong("row_changed", **self.details, column=column)

    def integer(self, column: str) -> int:
        """A cell that holds an integer as computers write it."""
        text = self.cells[column] or ""
        if not INTEGER.fullmatch(text):
            raise self.changed(column)
        return int(text)


class LeafProver:
    """Proves rows by the columns, questionnaires and flags of a manifest."""

    def __init__(self, manifest: Json) -> None:
        columns: Sequence[str] = manifest["columns"]
        self._filters: Mapping[str, Sequence[str]] = manifest["filters"]["rows"]
        if not (NEEDED | self._filters.keys()) <= set(columns) or len(set(columns)) < len(columns):
            raise Wrong("columns")
        self._labels = LABELS & set(columns)
        items = set(columns) - NEEDED - LABELS
        self._plans = {name: _Plan(definition, items) for name, definition in manifest["questionnaires"].items()}
        self._flags: Mapping[str, Json] = manifest["flags"]
        self._comments: bool = manifest["filters"]["comments"]
        self._neutralised = manifest["file_format"] == "csv"
        self.comments_hidden = 0
        """Comments that were asked for and are not there: redacted, or past retention."""

    def prove(self, row: Row) -> bytes:
        """The row's leaf hash, once the row rebuilds it and belongs to what was chosen."""
        plan = self._plans.get(row.cells["questionnaire_hash"] or "")
        if plan is None:
            raise row.changed("questionnaire_hash")
        flags = self._flags_of(row)
        fields: dict[str, str | int | None] = {field: row.cells[column] for field, column in TEXTS.items()}
        fields["service_point"] = row.integer("service_point_id")
        fields["flags"] = sum(flag["bit"] for flag in flags)
        plan.fill(fields, row)
        leaf = hash_leaf(canonical(fields))
        if leaf.hex() != row.cells["leaf_hash"]:
            raise row.changed("leaf_hash")
        set_aside = any(flag["sets_aside"] for flag in flags)
        self._see_labels(row, plan.label, set_aside)
        self._see_comment(row)
        if any((row.cells[column] or "") not in values for column, values in self._filters.items()):
            raise Wrong("row_added", **row.details)
        return leaf

    def _flags_of(self, row: Row) -> list[Json]:
        text = row.cells["flags"]
        names = text.split("+") if text else []
        if len(set(names)) != len(names) or not self._flags.keys() >= set(names):
            raise row.changed("flags")
        return [self._flags[name] for name in names]

    def _see_labels(self, row: Row, questionnaire: str, set_aside: bool) -> None:
        """See that what is derived from the leaf was derived rightly. The names of unit and counter are not proven."""
        verified = row.cells["channel"] == CODED_TICKET
        for column, value in (
            ("verified", str(int(verified))),
            ("questionnaire", questionnaire),
            ("set_aside", str(int(set_aside))),
        ):
            if column in self._labels and row.cells[column] != value:
                raise row.changed(column)

    def _see_comment(self, row: Row) -> None:
        """See that a comment is the one whose digest is in the leaf. One that was redacted is empty and has no salt."""
        comment, salt, digest = (row.cells.get(name) for name in ("comment", "comment_salt", "comment_digest"))
        if comment is None and salt is None:
            self.comments_hidden += bool(digest and self._comments)
            return
        if self._neutralised and comment is not None and NEUTRALISED.match(comment):
            comment = comment[1:]
        if not self._comments or comment is None or digest is None or _digest(salt, comment) != digest:
            raise row.changed("comment")


class _Plan:
    """How the item columns of a row fill the slots of its questionnaire."""

    def __init__(self, definition: Json, item_columns: set[str]) -> None:
        self.label = f"{definition['key']}-{definition['version']}"
        self._ratings: list[tuple[str, str]] = []
        self._choices: list[tuple[str, str, Mapping[str, int]]] = []
        for item in definition["items"]:
            name, slot = item["name"], item["slot"]
            if slot in SLOTS and name in item_columns and item["kind"] == "choice":
                codes = {option["value"]: option["code"] for option in item.get("options", ())}
                self._choices.append((name, slot, codes))
            elif slot in SLOTS and name in item_columns:
                self._ratings.append((name, slot))
        filled = {one[0] for one in (*self._ratings, *self._choices)}
        self._empty_columns = sorted(item_columns - filled)

    def fill(self, fields: dict[str, str | int | None], row: Row) -> None:
        """Put the answers into their slots; columns of other questionnaires' items are empty."""
        fields.update(dict.fromkeys(SLOTS))
        for column, slot in self._ratings:
            if row.cells[column] is not None:
                fields[slot] = row.integer(column)
        for column, slot, codes in self._choices:
            value = row.cells[column]
            if value is not None:
                if value not in codes:
                    raise row.changed(column)
                fields[slot] = codes[value]
        for column in self._empty_columns:
            if row.cells[column] is not None:
                raise row.changed(column)


def _digest(salt: str | None, comment: str) -> str | None:
    """The digest of a comment, or None when its salt is missing or none."""
    if salt is None or not SALT.fullmatch(salt):
        return None
    return hashlib.sha256(bytes.fromhex(salt) + comment.encode(errors="surrogatepass")).hexdigest()
