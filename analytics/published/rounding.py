"""How published numbers are rounded, once; and from how many persons on they say more than "for information only"."""

SMALL_N = 30
"""Under this a score is greyed: for information only (architecture: "Numbers are honest or absent")."""
PERCENT_DIGITS = 1


def percent(share: float) -> float:
    """A share of 0 … 1 in percent, as published."""
    return round(share * 100, PERCENT_DIGITS)
