"""What an import would change of one unit: claims laid over the stored versions. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from survey_app.territory.problems import Problem
from survey_app.territory.unit_files import UnitClaim

_FOREVER = date.max


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version as the database holds it, with its parent's code."""

    id: int
    name: str
    kind: str
    parent_code: str | None
    area: str | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open; `valid_to` None: without end."""

    valid_from: date
    valid_to: date | None

    @property
    def end(self) -> date:
        """The end as a day that can be compared."""
        return self.valid_to or _FOREVER

    def without(self, other: "Period") -> list["Period"]:
        """What is left of this period outside the other: none, one or two."""
        if other.end <= self.valid_from or self.end <= other.valid_from:
            return [self]
        left = []
        if self.valid_from < other.valid_from:
            left.append(Period(self.valid_from, other.valid_from))
        if other.end < self.end:
            left.append(Period(other.end, self.valid_to))
        return left


@dataclass
class UnitChanges:
    """Versions to add, with the claim that asks for each; open versions to close; areas that were not known before."""

    added: list[tuple[UnitClaim, Period]] = field(default_factory=list)
    closed: dict[int, date] = field(default_factory=dict)
    areas: dict[int, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.closed or self.areas)


def reconcile(claims: Iterable[UnitClaim], stored: Sequence[StoredVersion]) -> UnitChanges:
    """Lay the claims about one unit over its stored versions.

    What agrees stays; days that nothing is stored for are added; a claim without end closes an older version without
    end. Everything else that differs is a contradiction: stored versions are never rewritten, since answers and facts
    were counted under them.
    """
    changes = UnitChanges()
    for claim in sorted(claims, key=lambda each: each.valid_from):
        uncovered = [Period(claim.valid_from, claim.valid_to)]
        for version in stored:
            period = _period_in_force(version, changes)
            if Period(claim.valid_from, claim.valid_to).without(period) == [Period(claim.valid_from, claim.valid_to)]:
                continue
            if _agree(claim, version):
                if claim.area is not None and version.area is None:
                    changes.areas[version.id] = claim.area
                uncovered = [rest for part in uncovered for rest in part.without(period)]
            elif claim.valid_to is None and period.valid_to is None and period.valid_from < claim.valid_from:
                changes.closed[version.id] = claim.valid_from
            else:
                changes.problems.append(_contradiction(claim, version))
        changes.added += [(claim, part) for part in uncovered]
    return changes


def _period_in_force(version: StoredVersion, changes: UnitChanges) -> Period:
    return Period(version.valid_from, changes.closed.get(version.id, version.valid_to))


def _agree(claim: UnitClaim, version: StoredVersion) -> bool:
    """An area that one side does not tell is no disagreement."""
    return (claim.name, claim.kind, claim.parent_code) == (version.name, version.kind, version.parent_code) and (
        claim.area is None or version.area in (None, claim.area)
    )


def _contradiction(claim: UnitClaim, version: StoredVersion) -> Problem:
    details = {
        "code": claim.code,
        "claimed": _described(claim),
        "claimed_period": _spelled(claim),
        "stored": _described(version),
        "stored_period": _spelled(version),
    }
    return Problem(claim.line, "contradiction", details)


def _described(of: UnitClaim | StoredVersion) -> str:
    more = ", ".join(part for part in (of.parent_code, of.area) if part)
    return f"{of.kind} {of.name}" + (f" ({more})" if more else "")


def _spelled(of: UnitClaim | StoredVersion) -> str:
    return f"{of.valid_from} – {of.valid_to or '…'}"
