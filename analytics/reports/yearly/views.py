"""`/staff/province/yearly`: the yearly report as a page, its twins, and the document to print and submit."""

from datetime import date

from flask import Blueprint, Response, abort, current_app, render_template, request

from analytics.dashboards.answers import file_answer, json_document
from analytics.dashboards.overview import cities_of
from analytics.dashboards.workbook import MIMETYPE
from analytics.reports.yearly.evaluation import Evaluation
from analytics.reports.yearly.page import YearlyPage
from analytics.reports.yearly.period import NoReport
from analytics.reports.yearly.reading import read_evaluation, years_with_a_report
from analytics.reports.yearly.twins import as_csv, as_document, as_excel
from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.error_pages import error_page
from survey_app.languages import current_language
from survey_app.staff.access import allow
from survey_app.staff.roles import Role
from survey_app.territory.units import Unit

blueprint = Blueprint("yearly", __name__, url_prefix="/staff/province")
READERS = (Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)
LONGEST_SHOWN = 20


@blueprint.get("/yearly")
@allow(*READERS)
def page() -> str:
    """The report of a year (the newest, if none is asked for), and which years there are."""
    report, city, cities, years = _read()
    return render_template(
        "reports/yearly.html",
        page=YearlyPage(report, current_language()) if report else None,
        city=city,
        cities=cities,
        years=years,
    )


@blueprint.get("/yearly.json")
@allow(*READERS)
def page_json() -> Response:
    """The same numbers for programs."""
    return json_document(as_document(_found(), current_language()))


@blueprint.get("/yearly.csv")
@allow(*READERS)
def page_csv() -> Response:
    """A row a commune, for spreadsheets."""
    report = _found()
    return file_answer(as_csv(report, current_language()), "text/csv", _name(report, "csv"))


@blueprint.get("/yearly.xlsx")
@allow(*READERS)
def page_xlsx() -> Response:
    """The same numbers for Excel."""
    report = _found()
    return file_answer(as_excel(report, current_language()), MIMETYPE, _name(report, "xlsx"))


@blueprint.get("/yearly.pdf")
@allow(*READERS)
def page_pdf() -> Response:
    """The document to print and submit."""
    from analytics.reports.yearly.document import report_pdf

    report, settings = _found(), _settings()
    body = report_pdf(report, current_language(), settings.public_url)
    return file_answer(body, "application/pdf", _name(report, "pdf"))


def _name(report: Evaluation, kind: str) -> str:
    return f"than-thien-{report.city.code}-nam-{report.covered.year}.{kind}"


def _found() -> Evaluation:
    """What the twins are about; 404 in words before the first quarter is over."""
    report, _city, _cities, _years = _read()
    if report is None:
        abort(error_page(current_app, 404, "yearly.nothing"))
    return report


def _read() -> tuple[Evaluation | None, Unit | None, list[Unit], list[int]]:
    """The report, its city, all cities and years there are. What cannot be ends the request with 404, in words."""
    clock: Clock = current_app.extensions["clock"]
    day, typed, code = clock.today(), request.args.get("year") or None, request.args.get("city") or None
    year = _year(typed)
    with read_connection() as connection:
        cities = cities_of(connection, day)
        chosen = [unit for unit in cities if code in {None, unit.code}]
        if not chosen:
            if code is not None:
                abort(error_page(current_app, 404, "findings.unknown_city", typed=_shown(code)))
            return None, None, cities, []
        city = chosen[0]
        years = years_with_a_report(connection, city, day)
        if year is None and not years:
            return None, city, cities, years
        try:
            report = read_evaluation(connection, city, year or years[0], day, _settings().minimum_n)
        except NoReport as none:
            abort(error_page(current_app, 404, f"yearly.{none.reason}", year=none.year))
    return report, city, cities, years


def _year(typed: str | None) -> int | None:
    if typed is None:
        return None
    if len(typed) != len("2026") or not (typed.isascii() and typed.isdigit()) or not date.min.year <= int(typed):
        abort(error_page(current_app, 404, "yearly.bad_year", typed=_shown(typed)))
    return int(typed)


def _shown(typed: str) -> str:
    return "".join(character for character in typed if character.isprintable())[:LONGEST_SHOWN]


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
