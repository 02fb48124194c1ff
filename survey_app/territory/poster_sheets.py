"""The check sheets of units, in words: what `poster_check_pdf` draws."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from urllib.parse import urlsplit

from survey_app.languages import catalogue, format_day
from survey_app.territory.poster_check_pdf import CheckedPoster, CheckSheet
from survey_app.territory.poster_list import CodedPoint
from survey_app.territory.scan_codes import grouped

_COLUMNS = ("number", "service_point", "place", "code", "hangs", "whole", "scans")


def check_sheets(
    points: Sequence[CodedPoint], public_url: str, phone: str, printed_on: date, language: str = "vi"
) -> list[CheckSheet]:
    """One sheet for each unit of the points, which come unit by unit; those without a code are left out."""
    coded = [(each.point, each.code) for each in points if each.code is not None]
    catalogue_text = catalogue(language).text

    def text(key: str, **values: object) -> str:
        return catalogue_text(f"poster.check.{key}", **values)

    sheets = []
    for _unit_id, of_unit in groupby(coded, lambda pair: pair[0].unit.id):
        rows = list(of_unit)
        unit = rows[0][0].unit
        office = catalogue_text("poster.office", unit=unit.in_sentence if language == "vi" else unit.english_name)
        sheets.append(
            CheckSheet(
                title=text("title"),
                unit=text("month", unit=office),
                instructions=(
                    text("why"),
                    text("how", host=urlsplit(public_url).netloc),
                    text("else", phone=phone),
                ),
                headings=tuple(text(column) for column in _COLUMNS),
                signature=text("signature"),
                footer=text("footer", day=format_day(printed_on, language)),
                posters=tuple(
                    CheckedPoster(
                        point.name if language == "vi" else point.name_en,
                        " · ".join(filter(None, (point.premises.name, point.premises.address))),
                        grouped(code),
                    )
                    for point, code in rows
                ),
            )
        )
    return sheets
