"""Makes the Monday letters: HTML that Outlook and Gmail show right, plain text alike, the chart inside."""

import re
from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256

from flask import render_template

from analytics.reports.chart_picture import chart_png
from analytics.reports.contents import CityDigest, UnitDigest
from analytics.reports.opting_out import opt_out_token
from config import Settings
from survey_app.languages import catalogue
from survey_app.mail.letter import letter
from survey_app.territory.contacts import contacts_in_force

CHART_ID = "chart"
_EMPTY_LINES = re.compile(r"\n{3,}")


def unit_letter(
    settings: Settings, digest: UnitDigest, account_id: int, to: str, at: datetime, language: str
) -> EmailMessage:
    """The letter of a commune to one of its leaders. Its chart is part of it: nothing is fetched from anywhere."""
    texts = catalogue(language)
    key = "reports.unit.subject_reminder" if digest.is_reminder else "reports.unit.subject"
    chart = chart_png(digest.series, language)
    message = _letter(
        settings,
        "unit",
        {"digest": digest, "link": f"{settings.public_url}/staff/units/{digest.unit.code}", "chart": chart is not None},
        subject=texts.text(key, unit=digest.name, week=digest.week),
        account_id=account_id,
        to=to,
        at=at,
        language=language,
        identity=f"{digest.monday}/{digest.unit.code}",
    )
    return _with_chart(message, chart)


def city_letter(
    settings: Settings, digest: CityDigest, account_id: int, to: str, at: datetime, language: str
) -> EmailMessage:
    """The letter of a city to one of those who look after it."""
    chart = chart_png(digest.series, language)
    message = _letter(
        settings,
        "city",
        {"digest": digest, "link": f"{settings.public_url}/staff/province", "chart": chart is not None},
        subject=catalogue(language).text("reports.city.subject", city=digest.name, week=digest.week),
        account_id=account_id,
        to=to,
        at=at,
        language=language,
        identity=f"{digest.monday}/{digest.unit.code}/city",
    )
    return _with_chart(message, chart)


def _with_chart(message: EmailMessage, chart: bytes | None) -> EmailMessage:
    if chart is not None:
        html = message.get_payload()[1]  # type: ignore[index]  # plain text, then HTML
        assert isinstance(html, EmailMessage), "as `letter` makes it"
        html.add_related(chart, "image", "png", cid=f"<{CHART_ID}>", filename="bieu-do.png", disposition="inline")
    return message


def _letter(
    settings: Settings,
    name: str,
    values: dict[str, object],
    *,
    subject: str,
    account_id: int,
    to: str,
    at: datetime,
    language: str,
    identity: str,
) -> EmailMessage:
    import css_inline

    leave = f"{settings.public_url}/staff/digest/leave/{opt_out_token(settings, account_id)}"
    values = {
        **values,
        "leave": leave,
        "subject": subject,
        "t": catalogue(language).text,
        "language": language,
        "minimum_n": settings.minimum_n,
        "chart_id": CHART_ID,
    }
    html = css_inline.inline(render_template(f"reports/{name}.html", **values), keep_style_tags=False)
    text = _EMPTY_LINES.sub("\n\n", render_template(f"reports/{name}.txt", **values)).strip() + "\n"
    owner = contacts_in_force().owner(language)
    message = letter(settings, to=to, subject=subject, text=text, at=at, language=language, html=html, owner=owner)
    # The same letter to the same account has the same name, however often it is sent.
    digest = sha256(f"{identity}/{account_id}".encode()).hexdigest()[:24]
    message.replace_header("Message-ID", f"<digest.{digest}@{settings.public_host}>")
    message["List-Unsubscribe"] = f"<{leave}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    return message
