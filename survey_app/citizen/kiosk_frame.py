"""What the page of a shared screen knows of itself besides the survey: its addresses, by language, and its version.

A kiosk and a volunteer's link are such screens: one page for one person after another.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from config import Settings
from survey_app.citizen.edition import ASSISTED, KIOSK, Edition
from survey_app.languages import DEFAULT_LANGUAGE, catalogues
from survey_app.territory.scan_codes import normalise


@dataclass(frozen=True, slots=True)
class KioskFrame:
    """Addresses have the link's key in them; pause and quiet are in seconds (settings)."""

    homes: dict[str, str]
    """The page itself, by language."""
    tokens: dict[str, str]
    worker: str
    version: str
    pause: int
    quiet: int
    with_help: bool
    """Whether somebody stands beside who answers."""

    @property
    def home(self) -> str:
        """Where everybody begins."""
        return self.homes[DEFAULT_LANGUAGE]


def frame_here(edition: Edition) -> KioskFrame | None:
    """The frame of the shared screen whose page is being made; None on a person's own phone.

    The key or link is the one in the request, which was checked.
    """
    if request.blueprint == "assisted":
        link = normalise((request.view_args or {})["link"])
        return _frame(edition, "assisted.form", "assisted.tokens", "assisted.worker", {"link": link})
    if request.blueprint == "counter" and edition.channel == KIOSK:
        point: dict[str, Any] = {"service_point_id": edition.service_point_id, "key": normalise(request.args["key"])}
        return _frame(edition, "counter.kiosk", "counter.kiosk_tokens", "counter.worker", point)
    return None


def _frame(edition: Edition, home: str, tokens: str, worker: str, values: dict[str, Any]) -> KioskFrame:
    settings: Settings = current_app.extensions["settings"]

    def addresses(endpoint: str) -> dict[str, str]:
        return {
            language: url_for(endpoint, **values, lang=None if language == DEFAULT_LANGUAGE else language)
            for language in catalogues()
        }

    return KioskFrame(
        homes=addresses(home),
        tokens=addresses(tokens),
        worker=url_for(worker, lang=None),
        version=version_of(edition),
        pause=settings.kiosk_pause_seconds,
        quiet=settings.kiosk_quiet_seconds,
        with_help=edition.channel == ASSISTED,
    )


def version_of(edition: Edition) -> str:
    """What a kiosk's page and its tokens must agree on: the questions."""
    return edition.questionnaire_hash[:12]
