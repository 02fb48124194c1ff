"""A person's valid answers, as the store takes them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answers:
    """What one person answered; what was left out is absent (slots) or None."""

    ratings: Mapping[str, int]
    """Scores 1 … 5 by slot (`r1` …); at least one."""
    choices: Mapping[str, int] = field(default_factory=dict)
    """Codes of options by slot (`c1` …)."""
    respondent_group: str | None = None
    service_domain: str | None = None
    """Values of options, such as `citizen` and `land`."""
    comment: str | None = None
    """At most 500 characters; lines end with a line feed; never empty."""
