"""Who acts when nobody is signed in: whoever runs a command on the machine, or the machine itself at night."""

import getpass
import os

AT_NIGHT = "(closing)"
"""The combined server, which closes days and applies retention by itself."""


def command_actor() -> str:
    """Who runs the command on this machine, by name if it has one: `<user> (command)`."""
    try:
        return f"{getpass.getuser()} (command)"
    except (KeyError, OSError):
        return f"uid {os.getuid()} (command)"
