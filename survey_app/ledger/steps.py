"""What else closing does to a day: told by the composition root, since facts lie downstream of the ledger."""

from collections.abc import Sequence

from flask import Flask

from survey_app.ledger.closing import ClosingStep

STEPS_KEY = "than_thien_closing_steps"


def use_closing_steps(app: Flask, steps: Sequence[ClosingStep]) -> None:
    """Say what else closing does to a day (the composition root knows: facts lie downstream of here)."""
    app.extensions[STEPS_KEY] = tuple(steps)


def closing_steps(app: Flask) -> Sequence[ClosingStep]:
    """What else closing does to a day."""
    steps: Sequence[ClosingStep] = app.extensions[STEPS_KEY]
    return steps
