"""What every method here asks of its input arrays, said once.

Bad input raises `ValueError` with a sentence that names the argument: a wrong number that passes silently ends on a
public page.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
REAL_KINDS = "biufO"
"""NumPy's letters for truth values, whole and real numbers, and for objects such as fractions: no text, no dates."""

Numbers = Sequence[float] | Sequence[int] | NDArray[np.floating] | NDArray[np.integer]
"""What callers may pass where an array of numbers is wanted."""

Table = Sequence[Sequence[float]] | Sequence[Sequence[int]] | NDArray[np.floating] | NDArray[np.integer]
"""What callers may pass where a two-dimensional array of numbers is wanted."""


def as_floats(values: object, name: str, *, missing_allowed: bool = False) -> FloatArray:
    """Return `values` as a new float array; not-a-number only where `missing_allowed`, infinity never; no text."""
    try:
        given = np.asarray(values)
        array = given.astype(np.float64) if given.dtype.kind in REAL_KINDS else None
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must be numbers") from error
    if array is None:
        raise ValueError(f"{name} must be numbers")
    unusable = np.isinf(array) if missing_allowed else ~np.isfinite(array)
    if unusable.any():
        raise ValueError(f"{name} must be finite numbers")
    return array


def as_vector(values: object, name: str, *, missing_allowed: bool = False) -> FloatArray:
    """Return `values` as a new one-dimensional float array that holds at least one number."""
    array = as_floats(values, name, missing_allowed=missing_allowed)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} must be a non-empty list of numbers, not an array of shape {array.shape}")
    return array


def as_counts(values: object, name: str) -> FloatArray:
    """Return `values` as floats of at least zero. Fractions pass: scores are summed in sixtieths and weighted."""
    array = as_floats(values, name)
    if (array < 0).any():
        raise ValueError(f"{name} must not be negative")
    return array


def as_successes_and_sizes(successes: object, sizes: object) -> tuple[FloatArray, FloatArray]:
    """Return two vectors of one length with 0 ≤ successes ≤ sizes."""
    x = as_vector(successes, "successes")
    n = as_vector(sizes, "sizes")
    if x.shape != n.shape:
        raise ValueError(f"successes and sizes must have one length, not {x.size} and {n.size}")
    require_successes_within_sizes(x, n)
    return x, n


def as_one_number(value: object, name: str) -> float:
    """Return a single number as Python's own, whole ones as integers, which never overflow."""
    number = as_floats(value, name)
    if number.ndim:
        raise ValueError(f"{name} must be one number, not an array of shape {number.shape}")
    return int(number) if float(number).is_integer() else float(number)


def as_whole(value: object, name: str) -> int:
    """Return a single whole number; 12.0 passes, 12.5 does not."""
    number = as_one_number(value, name)
    if number % 1:
        raise ValueError(f"{name} must be a whole number, not {number}")
    return int(number)


def require_successes_within_sizes(successes: FloatArray, sizes: FloatArray) -> None:
    """Raise unless 0 ≤ successes ≤ sizes everywhere."""
    if (sizes < 0).any():
        raise ValueError("n must not be negative")
    if (successes < 0).any() or (successes > sizes).any():
        raise ValueError("successes must lie between 0 and n")


def require_probability(value: float, name: str) -> None:
    """Raise unless `value` lies strictly between 0 and 1."""
    if not 0 < _one_real(value, name) < 1:
        raise ValueError(f"{name} must lie strictly between 0 and 1, not {value}")


def require_positive(value: float, name: str) -> None:
    """Raise unless `value` is a finite number over zero."""
    number = _one_real(value, name)
    if not (np.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be a number over 0, not {value}")


def _one_real(value: object, name: str) -> float:
    """Return a single real number, which may be infinite or not-a-number; no text, no list, no None."""
    given = np.asarray(value) if np.isscalar(value) or hasattr(value, "__float__") else None
    if given is None or given.ndim or given.dtype.kind not in REAL_KINDS:
        raise ValueError(f"{name} must be one number, not {value!r}")
    try:
        return float(given)
    except OverflowError as error:
        raise ValueError(f"{name} must be one number of usual size") from error
