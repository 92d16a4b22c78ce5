"""Samples of known information, and whether estimates are within their error of it."""

import numpy as np


def rng(seed=0):
    return np.random.default_rng(seed)


def binormal(rows, rho=0.6, seed=0):
    """Two normal columns with a correlation: their information is -log(1 - ρ²) / 2."""
    x, noise = rng(seed).normal(size=(2, rows))
    return x, rho * x + (1 - rho**2) ** 0.5 * noise


def within_error(estimates, truth, bias=0.0):
    """Tell whether the mean is within four standard errors, and a bias, of the truth."""
    values = [float(v) for v in estimates]
    error = np.std(values, ddof=1) / len(values) ** 0.5
    return abs(np.mean(values) - truth) < 4 * error + bias
