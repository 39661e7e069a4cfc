"""Logistic regression for a handful of features, in numpy."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NEWTON_STEPS = 50


def fit_logistic(
    inputs: Floats, positive: NDArray[np.bool_], shares: Floats, *, ridge: float
) -> Floats:
    """Weights of the features and, last, the bias, by Newton's method.

    `inputs` has the shape (rows, features), `shares` the rows' weights in the loss; `ridge`
    holds the weights (not the bias) down.
    """
    rows = np.column_stack([inputs, np.ones(len(inputs))])
    penalty = ridge * np.diag([1.0] * inputs.shape[1] + [1e-9])
    weights = np.zeros(rows.shape[1])
    for _ in range(_NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (shares * (chance - positive)) + penalty @ weights
        curvature = (rows.T * (shares * chance * (1 - chance))) @ rows + penalty
        weights -= np.linalg.solve(curvature, gradient)
    return weights
