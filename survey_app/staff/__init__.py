"""Accounts, roles, access rules and the back office.

May import territory, questionnaires and core; never responses, never citizen.
"""

import importlib
import sys


def _load_sign_in_without_its_oauth_client() -> None:
    """Import Flask-Security without the OAuth client that it loads wherever Authlib is installed.

    Its views for that are not served here (`identity_provider` asks Authlib itself, when somebody signs in so), and
    client, HTTP library and all would take 10 MB of every process. Flask-Security goes without when the import fails.
    """
    client = "authlib.integrations.flask_client"
    if "flask_security" in sys.modules or client in sys.modules:
        return
    sys.modules[client] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        importlib.import_module("flask_security")
    finally:
        del sys.modules[client]


_load_sign_in_without_its_oauth_client()
