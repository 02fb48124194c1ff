"""Answers to programs that something is wrong: RFC 7807 problem+json, in words that a person can act on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, jsonify

from survey_app.languages import translate


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one value: a JSON pointer (RFC 6901) to it, and the words."""

    pointer: str
    words: str


class ApiProblem(Exception):
    """Ends a request. `key` names title and detail: `integration.problem.<key>.title` and `.detail`."""

    def __init__(
        self,
        status: int,
        key: str,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        self.status, self.key, self.errors = status, key, tuple(errors)
        self.headers = dict(headers or {})
        self.values = values
        super().__init__(key)

    def response(self) -> Response:
        """The problem as the program gets it."""
        title = translate(f"integration.problem.{self.key}.title")
        detail = translate(f"integration.problem.{self.key}.detail", **self.values)
        errors = [{"pointer": error.pointer, "detail": error.words} for error in self.errors]
        said = {"type": "about:blank", "title": title, "status": self.status, "detail": detail}
        response = jsonify(said | ({"errors": errors} if errors else {}))
        response.status_code = self.status
        response.content_type = "application/problem+json"
        response.headers.update(self.headers)
        return response
