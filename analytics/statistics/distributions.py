"""The typed edge to SciPy: the only file here that imports it, so that the rest can be checked strictly.

Each function accepts numbers or arrays, which broadcast, and returns a float array (of no dimension for numbers).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analytics.statistics.arrays import FloatArray


def normal_quantile(probability: ArrayLike) -> FloatArray:
    """Φ⁻¹, the quantile of the standard normal distribution."""
    return np.asarray(scipy.special.ndtri(probability), dtype=np.float64)


def normal_cdf(value: ArrayLike) -> FloatArray:
    """Φ, the distribution function of the standard normal distribution."""
    return np.asarray(scipy.special.ndtr(value), dtype=np.float64)


def two_sided_z(confidence: float) -> float:
    """Return z with P(|N(0, 1)| ≤ z) = `confidence`: 1.96 for 0.95."""
    return float(normal_quantile(0.5 + confidence / 2))


def beta_quantile(probability: ArrayLike, alpha: ArrayLike, beta: ArrayLike) -> FloatArray:
    """Quantile of the Beta(α, β) distribution."""
    return np.asarray(scipy.special.betaincinv(alpha, beta, probability), dtype=np.float64)


def beta_cdf(value: ArrayLike, alpha: ArrayLike, beta: ArrayLike) -> FloatArray:
    """Distribution function of the Beta(α, β) distribution."""
    return np.asarray(scipy.special.betainc(alpha, beta, value), dtype=np.float64)


def f_quantile(probability: ArrayLike, numerator_df: ArrayLike, denominator_df: ArrayLike) -> FloatArray:
    """Quantile of the F distribution; the degrees of freedom may be fractional."""
    return np.asarray(scipy.special.fdtri(numerator_df, denominator_df, probability), dtype=np.float64)


def chi_square_tail(value: ArrayLike, df: ArrayLike) -> FloatArray:
    """P(X > value) for the chi-square distribution."""
    return np.asarray(scipy.special.chdtrc(df, value), dtype=np.float64)


def log_beta(alpha: ArrayLike, beta: ArrayLike) -> FloatArray:
    """log B(α, β)."""
    return np.asarray(scipy.special.betaln(alpha, beta), dtype=np.float64)


def log_gamma(value: ArrayLike) -> FloatArray:
    """log Γ."""
    return np.asarray(scipy.special.gammaln(value), dtype=np.float64)


def digamma(value: ArrayLike) -> FloatArray:
    """ψ, the derivative of log Γ."""
    return np.asarray(scipy.special.digamma(value), dtype=np.float64)


def minimise(
    function: Callable[[FloatArray], tuple[float, FloatArray]],
    start: FloatArray,
    bounds: list[tuple[float, float]],
) -> FloatArray:
    """Return the place of the minimum of a smooth `function` (value, gradient) within `bounds`, by L-BFGS-B.

    Raises `ArithmeticError` when the search ends without a finite value.
    """
    found = scipy.optimize.minimize(
        function, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"ftol": 1e-14, "gtol": 1e-10}
    )
    if not np.isfinite(found.fun):
        raise ArithmeticError(f"the search for a minimum failed: {found.message}")
    return np.asarray(found.x, dtype=np.float64)


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a continuous `function` crosses zero between `low` and `high`, by Brent's method.

    Raises `ValueError` when the function has the same sign at both ends.
    """
    return float(scipy.optimize.brentq(function, low, high, xtol=1e-12))
