"""Wires the store: the door, under the installation's keys, and the guard beside it."""

from collections.abc import Set

from flask import Flask

from config import Settings
from survey_app.keys import derive_key, secret_of
from survey_app.metrics import metrics_of
from survey_app.responses.closing_lag import closing_lag_days
from survey_app.responses.door import Door
from survey_app.responses.guard import GuardRules
from survey_app.responses.guard_post import post_guard
from survey_app.responses.receipts import ReceiptMint
from survey_app.responses.ticket_codes import TicketKeeper
from survey_app.responses.tokens import TokenKeeper
from survey_app.zones import Zone

DOOR_KEY = "than_thien_door"


def register(app: Flask, zones: Set[Zone]) -> None:
    """Make the door. It has no pages and no commands of its own."""
    settings: Settings = app.extensions["settings"]
    secret = secret_of(settings)
    app.extensions[DOOR_KEY] = Door(
        TokenKeeper(derive_key(secret, "survey-token")),
        ReceiptMint(derive_key(secret, "receipt")),
        TicketKeeper(derive_key(secret, "ticket")),
        GuardRules.of(settings),
    )
    post_guard(app, settings)
    metrics_of(app).add_gauge("closing_lag_days", closing_lag_days(app))


def door_of(app: Flask) -> Door:
    """The application's door."""
    door: Door = app.extensions[DOOR_KEY]
    return door
