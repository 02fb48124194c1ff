"""Migrates, loads the demo and shows it in one process: starting the product three times would take seconds."""

import os
import sys
from pathlib import Path

from flask.cli import FlaskGroup

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["CLOSE_IN_BACKGROUND"] = "false"  # The server that starts next closes days; here nothing may run beside.

import wsgi  # reads the settings when asked for `app`

COMMANDS = (["db", "upgrade"], ["demo", "load"], ["demo", "show"])


def main() -> None:
    """Run the commands as `flask --app wsgi …` would; the first that fails ends the program with its exit code."""
    app = wsgi.app
    commands = FlaskGroup(create_app=lambda: app)
    for arguments in COMMANDS:
        try:
            commands.main(arguments, prog_name="flask --app wsgi")
        except SystemExit as ended:
            if ended.code:
                raise


if __name__ == "__main__":
    main()
