"""The signed link with which an account leaves the digest without signing in. It can do nothing else."""

from itsdangerous import BadSignature, URLSafeSerializer

from config import Settings
from survey_app.keys import derive_key, secret_of

PURPOSE = "digest opt-out"


def opt_out_token(settings: Settings, account_id: int) -> str:
    """What the link of an account ends with; good for as long as the installation's secret."""
    return str(_serializer(settings).dumps(account_id))


def account_in(settings: Settings, token: str) -> int | None:
    """The account that a link is about; None for a link that we did not make."""
    try:
        found = _serializer(settings).loads(token)
    except BadSignature:
        return None
    return found if isinstance(found, int) else None


def _serializer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(derive_key(secret_of(settings), PURPOSE), salt=PURPOSE)
