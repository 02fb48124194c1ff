"""Wires the staff room: accounts, the gate of the STAFF zone, its own pages and posters, page frame, commands."""

from collections.abc import Set

from flask import Flask

from survey_app.staff.access import guard
from survey_app.staff.account_views import blueprint as accounts
from survey_app.staff.authentication import use_accounts
from survey_app.staff.commands import staff_commands
from survey_app.staff.counter_link_views import blueprint as counter_links
from survey_app.staff.invitations import POST_ROOM_KEY, PostRoom
from survey_app.staff.link_views import blueprint as account_links
from survey_app.staff.own_account_views import blueprint as own_account
from survey_app.staff.page_frame import use_page_frame
from survey_app.staff.poster_pages import blueprint as poster_pages
from survey_app.staff.poster_views import blueprint as posters
from survey_app.staff.provider_views import blueprint as identity_provider
from survey_app.staff.views import blueprint as staff
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the room. Accounts and commands are there whatever zones are served; pages only with the STAFF zone."""
    use_accounts(app)
    use_page_frame(app)
    app.cli.add_command(staff_commands)
    if Zone.STAFF in zones:
        guard(app)
    serve_blueprint(app, staff, Zone.STAFF, zones)
    app.extensions[POST_ROOM_KEY] = PostRoom(app)
    serve_blueprint(app, account_links, Zone.STAFF, zones)
    serve_blueprint(app, identity_provider, Zone.STAFF, zones)
    serve_blueprint(app, own_account, Zone.STAFF, zones)
    serve_blueprint(app, accounts, Zone.STAFF, zones)
    serve_blueprint(app, posters, Zone.STAFF, zones)
    serve_blueprint(app, poster_pages, Zone.STAFF, zones)
    serve_blueprint(app, counter_links, Zone.STAFF, zones)
