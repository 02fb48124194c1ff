"""Forms of what holds for the whole installation: the bands of the Decision, contacts and legal bases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wtforms.fields.core import Field

from survey_app.back_office.form_fields import AtMost, Day, Needed, OfficeForm, Text
from survey_app.back_office.place_forms import first_day_of
from survey_app.languages import translate
from survey_app.territory.bands import KNOWN_STARS, Band, Bands
from survey_app.territory.contacts import LONGEST_OWNER, LONGEST_PHONE, LONGEST_TITLE, Contacts, LegalBasis

POINT_ROWS = tuple(range(1, 11))
STAR_ROWS = tuple(range(1, 6))
BASIS_ROWS = tuple(range(1, 9))


class _Number(Text):
    """A number with a comma or a point, at most one digit after it; may be empty."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Keep what was typed, tidied."""
        super().process_formdata([str(one)[:12] for one in valuelist])
        typed = (self.data or "").replace(",", ".")
        if typed and not _is_number(typed):
            raise ValueError(translate("back_office.bands.number"))

    @property
    def number(self) -> float | None:
        """What the field says; None when it is empty."""
        return float(self.data.replace(",", ".")) if self.data else None


class BandsForm(OfficeForm):
    """Common to every form of bands; `BandTableForm` adds the rows."""

    source = Text("back_office.bands.source", [Needed(), AtMost(200)], description="back_office.bands.source_hint")
    checked_on = Day("back_office.field.checked_on", [Needed()])
    valid_from = Day("back_office.field.from_day", [Needed()])

    def rows(self, kind: str) -> list[tuple[Any, Any]]:
        """The pairs of fields of a table: its lower end, and what it is worth."""
        numbers = POINT_ROWS if kind == "points" else STAR_ROWS
        return [(self[f"{kind}_lower_{number}"], self[f"{kind}_value_{number}"]) for number in numbers]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; a row has both numbers or none."""
        is_right = super().validate(extra_validators)
        for lower, value in [*self.rows("points"), *self.rows("stars")]:
            if not lower.errors and not value.errors and bool(lower.data) != bool(value.data):
                lower.errors = [translate("back_office.bands.half")]
                is_right = False
        return is_right

    def bands(self) -> Bands:
        """What a form that `validate` found right says, bands from the highest down."""
        return Bands(
            first_day_of(self.valid_from.data),
            first_day_of(self.checked_on.data),
            self.source.data or "",
            self._bands("points"),
            self._bands("stars"),
        )

    def _bands(self, kind: str) -> tuple[Band, ...]:
        pairs = [(lower.number, value.number) for lower, value in self.rows(kind)]
        found = [Band(lower, value) for lower, value in pairs if lower is not None and value is not None]
        return tuple(sorted(found, key=lambda band: -band.lower))


def _fields(kind: str, numbers: Sequence[int]) -> dict[str, Field]:
    return {
        f"{kind}_{part}_{number}": _Number(f"back_office.bands.{kind}_{part}")
        for number in numbers
        for part in ("lower", "value")
    }


BandTableForm: type[BandsForm] = type(
    "BandTableForm", (BandsForm,), {**_fields("points", POINT_ROWS), **_fields("stars", STAR_ROWS)}
)
"""Ten rows of points and five of stars."""


def typed_bands(bands: Bands | None) -> dict[str, Any]:
    """The tables as the form's first values; without any, the stars that the Decision is known to give."""
    points = bands.points if bands else ()
    stars = bands.stars if bands else KNOWN_STARS
    typed: dict[str, Any] = {}
    for kind, table in (("points", points), ("stars", stars)):
        for number, band in enumerate(table, start=1):
            typed[f"{kind}_lower_{number}"] = _spelled(band.lower)
            typed[f"{kind}_value_{number}"] = _spelled(band.value)
    if bands:
        typed |= {"source": bands.source, "checked_on": bands.checked_on}
    return typed


class ContactsForm(OfficeForm):
    """Common to every form of contacts; `ContactForm` adds the legal bases."""

    owner_name = Text("back_office.contacts.owner", [Needed(), AtMost(LONGEST_OWNER)])
    owner_name_en = Text("back_office.contacts.owner_en", [Needed(), AtMost(LONGEST_OWNER)])
    phone = Text("back_office.contacts.phone", [Needed(), AtMost(LONGEST_PHONE)])
    valid_from = Day("back_office.field.from_day", [Needed()])

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The three fields of each legal basis."""
        return [
            (self[f"basis_{number}"], self[f"basis_en_{number}"], self[f"checked_{number}"]) for number in BASIS_ROWS
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; a legal basis has both languages and a day, or nothing."""
        is_right = super().validate(extra_validators)
        for fields in self.rows():
            filled = [bool(field.data) for field in fields]
            if any(filled) and not all(filled) and not any(field.errors for field in fields):
                fields[0].errors = [translate("back_office.contacts.half")]
                is_right = False
        return is_right

    def contacts(self) -> Contacts:
        """What a form that `validate` found right says."""
        bases = tuple(
            LegalBasis(title.data, title_en.data, checked.data)
            for title, title_en, checked in self.rows()
            if title.data and title_en.data and checked.data
        )
        owner, owner_en = self.owner_name.data or "", self.owner_name_en.data or ""
        return Contacts(owner, owner_en, self.phone.data or "", bases)


def _basis_fields() -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for number in BASIS_ROWS:
        fields[f"basis_{number}"] = Text("back_office.contacts.basis", [AtMost(LONGEST_TITLE)])
        fields[f"basis_en_{number}"] = Text("back_office.contacts.basis_en", [AtMost(LONGEST_TITLE)])
        fields[f"checked_{number}"] = Day("back_office.field.checked_on")
    return fields


ContactForm: type[ContactsForm] = type("ContactForm", (ContactsForm,), _basis_fields())
"""Up to eight legal bases."""


def typed_contacts(contacts: Contacts) -> dict[str, Any]:
    """The contacts as the form's first values."""
    typed: dict[str, Any] = {
        "owner_name": contacts.owner_name,
        "owner_name_en": contacts.owner_name_en,
        "phone": contacts.phone,
    }
    for number, basis in zip(BASIS_ROWS, contacts.legal_bases, strict=False):
        typed[f"basis_{number}"], typed[f"basis_en_{number}"] = basis.title, basis.title_en
        typed[f"checked_{number}"] = basis.checked_on
    return typed


@dataclass(frozen=True, slots=True)
class BandWords:
    """One band as the page shows it."""

    lower: str
    value: str


def band_words(table: Sequence[Band]) -> tuple[BandWords, ...]:
    """A table as the page shows it."""
    return tuple(BandWords(_spelled(band.lower), _spelled(band.value)) for band in table)


def _spelled(number: float) -> str:
    return f"{number:g}".replace(".", ",")


def _is_number(typed: str) -> bool:
    whole, _point, rest = typed.partition(".")
    return (
        typed.isascii() and whole.isdigit() and len(whole) <= 3 and (not _point or (rest.isdigit() and len(rest) == 1))
    )
