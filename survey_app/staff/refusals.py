"""Why nobody was signed in, as the pages say it."""


class SignInRefused(Exception):
    """Nobody was signed in. `key` names the sentence to show, the same for every reason that concerns the account."""

    def __init__(self, key: str, status: int, **values: object) -> None:
        self.key, self.status, self.values = key, status, values
        super().__init__(key)
