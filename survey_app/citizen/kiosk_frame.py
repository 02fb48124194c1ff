"""What a kiosk's page knows of itself besides the survey: its addresses, by language, and its version."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from config import Settings
from survey_app.citizen.edition import Edition
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

    @property
    def home(self) -> str:
        """Where everybody begins."""
        return self.homes[DEFAULT_LANGUAGE]


def kiosk_frame(edition: Edition) -> KioskFrame:
    """The frame of the kiosk's page being made; its key is the one in the request, which was checked."""
    settings: Settings = current_app.extensions["settings"]
    key = normalise(request.args["key"])

    def addresses(endpoint: str) -> dict[str, str]:
        point: dict[str, Any] = {"service_point_id": edition.service_point_id, "key": key}
        return {
            language: url_for(endpoint, **point, lang=None if language == DEFAULT_LANGUAGE else language)
            for language in catalogues()
        }

    return KioskFrame(
        homes=addresses("counter.kiosk"),
        tokens=addresses("counter.kiosk_tokens"),
        worker=url_for("counter.worker", lang=None),
        version=version_of(edition),
        pause=settings.kiosk_pause_seconds,
        quiet=settings.kiosk_quiet_seconds,
    )


def version_of(edition: Edition) -> str:
    """What a kiosk's page and its tokens must agree on: the questions."""
    return edition.questionnaire_hash[:12]
