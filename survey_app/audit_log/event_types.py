"""What can happen, as declared types with declared keys: an event of another kind or with other keys is refused.

Nothing about a citizen may stand in an event; what staff do is recorded under their own account.
"""

from dataclasses import dataclass

_TYPES: dict[str, "EventType"] = {}


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event and the keys of its details; every key is always there (null when it does not apply)."""

    kind: str
    keys: frozenset[str]


def declare(kind: str, *keys: str) -> EventType:
    """Declare a type once, at import, in the room whose act it is. Raises ValueError when the kind exists already."""
    if kind in _TYPES:
        raise ValueError(f"the event type {kind} is declared twice")
    made = _TYPES[kind] = EventType(kind, frozenset(keys))
    return made


def declared_types() -> tuple[EventType, ...]:
    """Every declared type, by kind."""
    return tuple(_TYPES[kind] for kind in sorted(_TYPES))
