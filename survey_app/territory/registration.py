"""Wires the territory's room: the `territory` commands, and the keys of the links of screens and volunteers."""

from collections.abc import Set

from flask import Flask

from config import Settings
from survey_app.keys import derive_key, secret_of
from survey_app.territory.assisted_links import AssistedKeys
from survey_app.territory.commands import territory_commands
from survey_app.territory.counter_links import CounterKeys
from survey_app.territory.poster_commands import check_command, posters_command
from survey_app.zones import Zone

COUNTER_KEYS_KEY = "than_thien_counter_keys"
ASSISTED_KEYS_KEY = "than_thien_assisted_keys"


def register(app: Flask, _zones: Set[Zone]) -> None:
    """Add the commands; the room has no pages of its own (posters are shown by the staff room)."""
    settings: Settings = app.extensions["settings"]
    app.extensions[COUNTER_KEYS_KEY] = CounterKeys(derive_key(secret_of(settings), "counter-link"))
    app.extensions[ASSISTED_KEYS_KEY] = AssistedKeys(derive_key(secret_of(settings), "assisted-link"))
    app.cli.add_command(territory_commands)
    app.cli.add_command(posters_command)
    app.cli.add_command(check_command)


def counter_keys_of(app: Flask) -> CounterKeys:
    """The application's keys for displays and kiosks."""
    keys: CounterKeys = app.extensions[COUNTER_KEYS_KEY]
    return keys


def assisted_keys_of(app: Flask) -> AssistedKeys:
    """The application's keys for volunteers' links."""
    keys: AssistedKeys = app.extensions[ASSISTED_KEYS_KEY]
    return keys
