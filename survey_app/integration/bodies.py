"""What programs may send: strict shapes and nothing else. A dossier number has no place here, and is refused."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from survey_app.integration.problems import ApiProblem, FieldError
from survey_app.languages import translate
from survey_app.responses.tickets import LARGEST_BATCH
from survey_app.visits.models import LARGEST_NUMBER

LARGEST_VISITS_LIST = 100
ERRORS_SHOWN = 50
_Code = Annotated[str, Field(min_length=2, max_length=10, pattern=r"^[0-9]+$")]
_Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
_Number = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TicketsBody(_Body):
    """Slips wanted. Only how many, for where and for which day: whom they are for is nobody's business."""

    unit: _Code = Field(description="Code of the commune.")
    premises: _Id | None = Field(None, description="Id of its premises; may be left out when there is only one.")
    service_point: _Id | None = Field(
        None, description="Id of one of its service points; without it, the visitor says at which counter they were."
    )
    day: date = Field(description="The day for which the slips are; today or up to 14 days ahead.")
    count: Annotated[int, Field(ge=1, le=LARGEST_BATCH)] = Field(description="How many slips.")


class VisitsOfAWeek(_Body):
    """Numbers of a week and place. One left out keeps what was known; null takes it back."""

    unit: _Code = Field(description="Code of the commune.")
    week: Annotated[str, Field(max_length=10, pattern=r"^[0-9]{4}-(W[0-9]{2}|[0-9]{2}-[0-9]{2})$")] = Field(
        description="The ISO week, 2026-W47, or its Monday, 2026-11-16."
    )
    premises: _Id | None = Field(None, description="Id of premises, if the numbers are only theirs.")
    service_point: _Id | None = Field(None, description="Id of a service point, if the numbers are only its own.")
    service_domain: Annotated[str, Field(max_length=24)] | None = Field(
        None,
        description="A service domain as answers name it (land), if the numbers are only about it.",
    )
    counter_visits: _Number | None = Field(None, description="Queue tickets drawn at the counters.")
    dossiers_filed: _Number | None = Field(None, description="Dossiers handed in at the centre.")
    helped_online: _Number | None = Field(None, description="Dossiers filed online with help at the centre.")
    fully_online: _Number | None = Field(None, description="Dossiers filed online from elsewhere.")


class VisitsBody(_Body):
    """Numbers of visits, all taken or none."""

    counts: list[VisitsOfAWeek] = Field(min_length=1, max_length=LARGEST_VISITS_LIST)


Body = TypeVar("Body", bound=_Body)


def read_body(kind: type[Body], content: bytes, mimetype: str) -> Body:
    """The body as an object. Raises `ApiProblem`: 415 for what is no JSON by its name, 400 by its form, 422 else."""
    if mimetype != "application/json":
        raise ApiProblem(415, "not_json")
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        if any(one["type"] == "json_invalid" for one in found):
            raise ApiProblem(400, "bad_json") from None
        raise ApiProblem(422, "body", tuple(_errors(found[:ERRORS_SHOWN]))) from None


def json_pointer(*parts: object) -> str:
    """RFC 6901."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _errors(found: list[Any]) -> Iterator[FieldError]:
    for one in found:
        where = one["loc"]
        name = str(where[-1]) if where else ""
        if one["type"] == "extra_forbidden":
            words = translate("integration.field.extra", name=name[:40])
        elif one["type"] == "missing":
            words = translate("integration.field.missing", name=name)
        else:
            known = next((part for part in reversed(where) if part in _WORDED), "body")
            words = translate(f"integration.field.{known}")
        yield FieldError(json_pointer(*where), words)


_WORDED = frozenset(TicketsBody.model_fields) | frozenset(VisitsOfAWeek.model_fields) | {"counts"}
