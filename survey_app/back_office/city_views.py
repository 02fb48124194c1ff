"""What holds for the whole installation, kept by administrators: bands of the Decision, contacts, legal bases."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from survey_app.back_office.acting import attempt, iso, record, today
from survey_app.back_office.city_forms import (
    BandsForm,
    BandTableForm,
    BandWords,
    ContactForm,
    ContactsForm,
    band_words,
    typed_bands,
    typed_contacts,
)
from survey_app.back_office.form_fields import Wrong, see_that_day_is
from survey_app.back_office.place_forms import first_day_of
from survey_app.database import read_connection
from survey_app.languages import format_day
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role
from survey_app.territory.audit_events import BANDS_SET, CONTACTS_SET
from survey_app.territory.bands import Bands, bands, set_bands
from survey_app.territory.contacts import Contacts, ask_again, contacts, set_contacts

blueprint = Blueprint("setup_city", __name__, url_prefix="/staff/setup")


@dataclass(frozen=True, slots=True)
class BandsPage:
    """The tables in force, and the form for others."""

    is_set: bool
    since: str
    checked: str
    source: str
    points: tuple[BandWords, ...]
    stars: tuple[BandWords, ...]
    form: BandsForm
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class ContactsPage:
    """What holds today, since when (None: by the settings), and the form for something else."""

    contacts: Contacts
    since: str | None
    form: ContactsForm
    wrong: tuple[Wrong, ...]


@blueprint.get("/bands")
@allow(Role.ADMINISTRATOR)
def band_table() -> ResponseReturnValue:
    """The bands in force."""
    return render_template("back_office/bands.html", page=_bands_page())


@blueprint.post("/bands")
@allow(Role.ADMINISTRATOR)
def change_bands() -> ResponseReturnValue:
    """Other bands from a day on, today at the earliest."""
    form, now = BandTableForm(request.form), today()

    def act(connection: Connection) -> None:
        new = form.bands()
        before = bands(connection, new.valid_from)
        set_bands(connection, new, set_by=current_staff().email)
        record(
            connection,
            BANDS_SET,
            before=_told_bands(before) if before else None,
            after=_told_bands(new),
            from_day=iso(new.valid_from),
        )

    in_order = form.validate() and see_that_day_is(form.valid_from, now)
    wrong = form.wrong() if not in_order else tuple(Wrong("", words) for words in attempt(act))
    if wrong:
        return render_template("back_office/bands.html", page=_bands_page(form, wrong)), 422
    flash("back_office.saved")
    return redirect(url_for("setup_city.band_table"), 303)


@blueprint.get("/contacts")
@allow(Role.ADMINISTRATOR)
def contact_page() -> ResponseReturnValue:
    """Who asks, whom to call, what it rests on."""
    return render_template("back_office/contacts.html", page=_contacts_page())


@blueprint.post("/contacts")
@allow(Role.ADMINISTRATOR)
def change_contacts() -> ResponseReturnValue:
    """Other contacts from a day on, today at the earliest."""
    form, now = ContactForm(request.form), today()

    def act(connection: Connection) -> None:
        new, day = form.contacts(), first_day_of(form.valid_from.data)
        before = contacts(connection, day)
        set_contacts(connection, new, day, set_by=current_staff().email)
        record(connection, CONTACTS_SET, before=_told_contacts(before), after=_told_contacts(new), from_day=iso(day))

    in_order = form.validate() and see_that_day_is(form.valid_from, now)
    wrong = form.wrong() if not in_order else tuple(Wrong("", words) for words in attempt(act))
    if wrong:
        return render_template("back_office/contacts.html", page=_contacts_page(form, wrong)), 422
    ask_again()
    flash("back_office.saved")
    return redirect(url_for("setup_city.contact_page"), 303)


def _bands_page(form: BandsForm | None = None, wrong: tuple[Wrong, ...] = ()) -> BandsPage:
    with read_connection() as connection:
        known = bands(connection, today())
    return BandsPage(
        is_set=known is not None,
        since=format_day(known.valid_from) if known else "",
        checked=format_day(known.checked_on) if known else "",
        source=known.source if known else "",
        points=band_words(known.points) if known else (),
        stars=band_words(known.stars) if known else (),
        form=form or BandTableForm(data={"valid_from": today(), **typed_bands(known)}),
        wrong=wrong,
    )


def _contacts_page(form: ContactsForm | None = None, wrong: tuple[Wrong, ...] = ()) -> ContactsPage:
    with read_connection() as connection:
        known = contacts(connection, today())
    since = format_day(known.valid_from) if known.valid_from else None
    return ContactsPage(known, since, form or ContactForm(data={"valid_from": today(), **typed_contacts(known)}), wrong)


def _told_bands(table: Bands) -> dict[str, object]:
    """The tables as the audit log writes them: text, since its hashes know no fractions."""
    return {
        "source": table.source,
        "checked_on": table.checked_on.isoformat(),
        "points": {f"{band.lower:g}": f"{band.value:g}" for band in table.points},
        "stars": {f"{band.lower:g}": f"{band.value:g}" for band in table.stars},
    }


def _told_contacts(told: Contacts) -> dict[str, object]:
    return {
        "owner_name": told.owner_name,
        "owner_name_en": told.owner_name_en,
        "phone": told.phone,
        "legal_bases": [f"{basis.title} ({basis.checked_on.isoformat()})" for basis in told.legal_bases],
    }
