"""The schema's migrations: `flask db …`, and the same steps for the demo's data.

Their libraries take 11 MB that no server needs and few commands do: they are loaded when a step is asked for.
"""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo

from survey_app.database import db

MIGRATIONS = Path(__file__).parent.parent / "migrations"
COMMAND = "db"


def use_migrations(app: Flask) -> None:
    """Give the application the command `flask db`: Flask-Migrate's, loaded when it is called."""
    everything = click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)
    app.cli.add_command(
        click.Command(
            COMMAND,
            params=[everything],
            callback=_pass_on,
            add_help_option=False,
            help="Perform database migrations.",
            context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
        )
    )


def make_empty() -> None:
    """Take every table away and make them anew."""
    import flask_migrate

    _prepare(current_app)
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()


@click.pass_context
def _pass_on(ctx: click.Context, arguments: tuple[str, ...]) -> None:
    app = ctx.ensure_object(ScriptInfo).load_app()
    _prepare(app)
    with app.cli.commands[COMMAND].make_context(COMMAND, list(arguments), parent=ctx.parent) as inner:
        inner.command.invoke(inner)


def _prepare(app: Flask) -> None:
    """Tell Flask-Migrate about the application; its command takes the place of ours then."""
    from flask_migrate import Migrate

    if "migrate" not in app.extensions:
        Migrate(app, db, directory=str(MIGRATIONS), command=COMMAND)
