"""What a verification of the log may find."""

from typing import Final

KINDS: Final = frozenset(
    {
        "audit_chain",
        "audit_head",
        "booked",
        "comment",
        "comment_digest",
        "comment_stray",
        "day_missing",
        "head",
        "keys",
        "not_booked",
        "not_sealed",
        "order_broken",
        "orders",
        "receipts",
        "response_stray",
        "record",
        "removed",
        "row",
        "rows",
        "rows_exchanged",
        "set_aside",
        "signature",
        "tree",
        "unit",
        "unit_added",
        "unit_missing",
        "units",
    }
)
"""Each has its sentence in the catalogues, `ledger.differs.<kind>`."""


class Difference(Exception):
    """Something is not as it was sealed: its kind and what is needed to find it (day, unit, row)."""

    def __init__(self, kind: str, **details: object) -> None:
        assert kind in KINDS
        self.kind, self.details = kind, details
        super().__init__(f"{kind}: " + ", ".join(f"{name} {value}" for name, value in details.items()))
