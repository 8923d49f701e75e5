"""Correlations of many numbers from few years, drawn towards none as far as chance makes them."""

from __future__ import annotations

import numpy as np

from sim.review.counted import FloatArray

LEAST = 0.01  # always drawn a little, so that what follows from each other can be inverted


def correlation(numbers: FloatArray) -> FloatArray:
    """Estimate correlations (Schäfer and Strimmer 2005, Statistical Applications in Genetics 4).

    Parameters
    ----------
    numbers
        Shape (years, counted). A number that is the same in all years is correlated with none.

    Returns
    -------
    array, shape (counted, counted)
        Positive definite.
    """
    n = len(numbers)
    sd = numbers.std(axis=0, ddof=1)
    z = (numbers - numbers.mean(axis=0)) / np.where(sd > 0, sd, 1.0)
    products = z[:, :, None] * z[:, None, :]
    found = products.sum(axis=0) / (n - 1)
    variance = products.var(axis=0, ddof=1) * n / (n - 1) ** 2
    off = ~np.eye(found.shape[0], dtype=bool)
    squares = float((found[off] ** 2).sum())
    weight = float(np.clip(variance[off].sum() / squares, LEAST, 1.0)) if squares > 0 else 1.0
    found *= 1.0 - weight
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)
