"""Wires the store: the door, under the installation's keys."""

from collections.abc import Set

from flask import Flask

from config import Settings
from survey_app.keys import derive_key, secret_of
from survey_app.responses.door import Door
from survey_app.responses.receipts import ReceiptMint
from survey_app.responses.tokens import TokenKeeper
from survey_app.zones import Zone

DOOR_KEY = "than_thien_door"


def register(app: Flask, zones: Set[Zone]) -> None:
    """Make the door. It has no pages and no commands of its own."""
    settings: Settings = app.extensions["settings"]
    secret = secret_of(settings)
    app.extensions[DOOR_KEY] = Door(
        TokenKeeper(derive_key(secret, "survey-token")), ReceiptMint(derive_key(secret, "receipt"))
    )


def door_of(app: Flask) -> Door:
    """The application's door."""
    door: Door = app.extensions[DOOR_KEY]
    return door
