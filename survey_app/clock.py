"""Time comes from a clock that is passed in, so that midnight, gaps and jumps can be tried in tests."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

DayPart = Literal["morning", "afternoon"]


class Clock(Protocol):
    """Whatever can say what time it is here."""

    def now(self) -> datetime:
        """The present moment with its time zone."""
        ...

    def today(self) -> date:
        """The present day in the clock's time zone."""
        ...

    def at(self, seconds: int) -> datetime:
        """The moment `seconds` after the Unix epoch, in the clock's time zone."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock in one time zone."""

    time_zone: ZoneInfo

    def now(self) -> datetime:
        """The present moment with its time zone."""
        return datetime.now(self.time_zone)

    def today(self) -> date:
        """The present day in the clock's time zone."""
        return self.now().date()

    def at(self, seconds: int) -> datetime:
        """The moment `seconds` after the Unix epoch, in the clock's time zone."""
        return datetime.fromtimestamp(seconds, self.time_zone)


@dataclass
class SetClock:
    """A clock that stands where it is put: for tests and for simulated days."""

    moment: datetime

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment

    def today(self) -> date:
        """The day of that moment."""
        return self.moment.date()

    def at(self, seconds: int) -> datetime:
        """The moment `seconds` after the Unix epoch, in the clock's time zone."""
        return datetime.fromtimestamp(seconds, self.moment.tzinfo)

    def advance(self, step: timedelta) -> None:
        """Move the clock; negative steps turn it back."""
        self.moment = self.moment + step


def day_part(moment: datetime) -> DayPart:
    """The finest time that is ever stored with an answer: before noon, or not."""
    return "morning" if moment.hour < 12 else "afternoon"
