"""What a CSV file of units says: each known layout is recognised by its header and read into claims. Pure.

The layouts are those of the files in `data/` (see its NOTICE.md), and the succession of units.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.territory.csv_cells import CellReader
from survey_app.territory.csv_rows import CsvFile, CsvRow, read_csv
from survey_app.territory.problems import Problem, TerritoryFileError

DONG_NAI = "Đồng Nai"
DONG_NAI_CODE = "75"
DIRECTIVE_YEAR = date(2023, 1, 1)
"""From when the units of the time of the directive are told; what was before does not matter here."""
TWO_TIERS = date(2025, 7, 1)
"""Districts ended, provinces and communes were merged (Law 72/2025/QH15; Resolution 202/2025/QH15)."""
DONG_NAI_IS_CITY = date(2026, 4, 30)
"""Đồng Nai became a centrally run city and ten of its communes wards; the nation's file tells the state since then."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """What a line says of a unit, for the whole period of its file or only since or until a day within it.

    `area` None: the file does not say.
    """

    line: int
    code: str
    name: str
    kind: str
    parent_code: str | None = None
    area: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class UnitClaim:
    """What a file says of one unit during one period (half-open; `valid_to` None: still so)."""

    line: int
    code: str
    name: str
    kind: str
    parent_code: str | None
    area: str | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class SuccessionClaim:
    """That since the day the successor stands where the predecessor stood; where part of it stood, if it goes on."""

    line: int
    predecessor_code: str
    successor_code: str
    valid_on: date

    @property
    def goes_on(self) -> bool:
        """Whether this says that the unit itself stays, and others got a part of it."""
        return self.predecessor_code == self.successor_code != ""


@dataclass(frozen=True, slots=True)
class ParsedUnits:
    """A file without mistakes of its own; whether it agrees with what is stored is for the import to find.

    `valid_from` and `valid_to` are the period that its layout stands for.
    """

    source: str
    layout: str
    valid_from: date | None = None
    valid_to: date | None = None
    units: tuple[UnitLine, ...] = ()
    successions: tuple[SuccessionClaim, ...] = ()

    def within(self, valid_from: date | None, valid_to: date | None) -> tuple[UnitClaim, ...]:
        """The lines as dated claims, for the given period instead of the layout's own.

        Raises `TerritoryFileError` when no day lies in the period.
        """
        start, end = valid_from or self.valid_from, valid_to or self.valid_to
        if start is None or (end is not None and end <= start):
            details = {"valid_from": str(start), "valid_to": str(end)}
            raise TerritoryFileError(self.source, [Problem(0, "no_period", details)])
        dated = (
            UnitClaim(
                *(line.line, line.code, line.name, line.kind, line.parent_code, line.area),
                valid_from=max(start, line.since or start),
                valid_to=min((day for day in (line.until, end) if day is not None), default=None),
            )
            for line in self.units
        )
        return tuple(claim for claim in dated if claim.valid_to is None or claim.valid_from < claim.valid_to)


@dataclass(frozen=True)
class Layout:
    """A kind of file: its columns, the period it stands for, and how a row is read."""

    name: str
    columns: tuple[str, ...]
    read: Callable[[Sequence[CsvRow], CellReader], Sequence[UnitLine | SuccessionClaim]]
    valid_from: date | None = None
    valid_to: date | None = None


def parse_units_csv(content: bytes, source: str) -> ParsedUnits:
    """Read a file of units or of their succession; `source` is its name for messages.

    Raises `TerritoryFileError` with every problem that stands in the file.
    """
    file = read_csv(content, source)
    layout = _layout_of(file, source)
    cells = CellReader(list(file.problems) + _unknown_columns(file, layout))
    lines = layout.read(file.rows, cells)
    if not file.rows and not file.problems:
        cells.problems.append(Problem(0, "no_rows"))
    if cells.problems:
        raise TerritoryFileError(source, cells.problems)
    return ParsedUnits(
        source=source,
        layout=layout.name,
        valid_from=layout.valid_from,
        valid_to=layout.valid_to,
        units=tuple(line for line in lines if isinstance(line, UnitLine)),
        successions=tuple(line for line in lines if isinstance(line, SuccessionClaim)),
    )


def _layout_of(file: CsvFile, source: str) -> Layout:
    """The layout whose columns are all there. Raises `TerritoryFileError` naming those that lack in the nearest one."""
    found = set(file.columns)
    nearest = max(LAYOUTS, key=lambda layout: (len(found & set(layout.columns)), -len(layout.columns)))
    problems = list(file.problems)
    if not found & set(nearest.columns):
        problems.append(Problem(1, "unknown_header", {"known": "; ".join(",".join(each.columns) for each in LAYOUTS)}))
        raise TerritoryFileError(source, problems)
    missing = [Problem(1, "missing_column", {"column": name}) for name in nearest.columns if name not in found]
    twice = sorted({name for name in file.columns if file.columns.count(name) > 1})
    missing += [Problem(1, "column_twice", {"column": name}) for name in twice]
    if missing:
        raise TerritoryFileError(source, problems + missing + _unknown_columns(file, nearest))
    return nearest


def _unknown_columns(file: CsvFile, layout: Layout) -> list[Problem]:
    known = ", ".join(layout.columns)
    return [
        Problem(1, "unknown_column", {"column": name, "known": known})
        for name in dict.fromkeys(file.columns)
        if name not in layout.columns
    ]


def _read_dong_nai_2023(rows: Sequence[CsvRow], cells: CellReader) -> list[UnitLine]:
    lines = [UnitLine(0, DONG_NAI_CODE, DONG_NAI, "tỉnh")]
    for row in rows:
        code, name, kind = cells.unit_code(row, "code"), cells.name(row, "name"), cells.commune_kind(row, "type")
        district = cells.name(row, "district")
        cells.once(row, "code")
        lines.append(UnitLine(row.line, code, name, kind, DONG_NAI_CODE, district))
    return lines


def _read_dong_nai_2026(rows: Sequence[CsvRow], cells: CellReader) -> list[UnitLine]:
    lines = [
        UnitLine(0, DONG_NAI_CODE, DONG_NAI, "tỉnh", until=DONG_NAI_IS_CITY),
        UnitLine(0, DONG_NAI_CODE, DONG_NAI, "thành phố", since=DONG_NAI_IS_CITY),
    ]
    for row in rows:
        code, name, kind = cells.unit_code(row, "code"), cells.name(row, "name"), cells.commune_kind(row, "type")
        earlier_kind = cells.commune_kind(row, "type_2025_07_01")
        area = cells.name(row, "former_province")
        cells.once(row, "code")
        cells.only(row, "province", DONG_NAI)
        if earlier_kind == kind:
            lines.append(UnitLine(row.line, code, name, kind, DONG_NAI_CODE, area))
        else:
            lines += [
                UnitLine(row.line, code, name, earlier_kind, DONG_NAI_CODE, area, until=DONG_NAI_IS_CITY),
                UnitLine(row.line, code, name, kind, DONG_NAI_CODE, area, since=DONG_NAI_IS_CITY),
            ]
    return lines


def _read_vietnam(rows: Sequence[CsvRow], cells: CellReader) -> list[UnitLine]:
    provinces: dict[str, UnitLine] = {}
    lines = []
    for row in rows:
        code, name, kind = cells.unit_code(row, "code"), cells.name(row, "name"), cells.commune_kind(row, "type")
        province_code = cells.province_code(row, "province_code")
        province = UnitLine(row.line, province_code, *cells.province(row, "province_full_name"))
        cells.once(row, "code")
        first = provinces.setdefault(province_code, province)
        if (first.name, first.kind) != (province.name, province.kind):
            cells.complain(row, "two_provinces", code=province_code, line_of_first=str(first.line))
        lines.append(UnitLine(row.line, code, name, kind, province_code))
    return [*provinces.values(), *lines]


def _read_succession(rows: Sequence[CsvRow], cells: CellReader) -> list[SuccessionClaim]:
    claims = []
    for row in rows:
        before, after = cells.any_code(row, "predecessor_code"), cells.any_code(row, "successor_code")
        day = cells.day(row, "valid_on")
        cells.once(row, "predecessor_code", "successor_code", "valid_on")
        if day is not None:
            claims.append(SuccessionClaim(row.line, before, after, day))
    divided = {(each.predecessor_code, each.valid_on) for each in claims if not each.goes_on}
    claimed = {each.line: each for each in claims}
    for row in rows:
        claim = claimed.get(row.line)
        if claim and claim.goes_on and (claim.predecessor_code, claim.valid_on) not in divided:
            cells.complain(row, "own_successor", code=claim.predecessor_code)
    return claims


LAYOUTS = (
    Layout(
        "dong_nai_units_2023",
        ("code", "name", "type", "district", "full_name"),
        _read_dong_nai_2023,
        DIRECTIVE_YEAR,
        TWO_TIERS,
    ),
    Layout(
        "dong_nai_units_2026",
        ("code", "name", "type", "province", "full_name", "name_ascii", "type_2025_07_01", "former_province"),
        _read_dong_nai_2026,
        TWO_TIERS,
    ),
    Layout(
        "vietnam_units_2026",
        ("code", "name", "type", "province", "province_code", "full_name", "province_full_name"),
        _read_vietnam,
        DONG_NAI_IS_CITY,
    ),
    Layout("unit_succession", ("predecessor_code", "successor_code", "valid_on"), _read_succession),
)
