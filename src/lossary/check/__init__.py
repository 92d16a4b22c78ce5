"""Errors of every record against its definition in exact arithmetic, with their limits.

Definitions and their derivatives are evaluated by mpmath with enough digits for an exact result;
formulas are computed by NumPy, and by PyTorch and JAX where they are installed, in float32 and
float64, at random points of many scales and at the hard points of each record.

An error is given in eps (2^-23, 2^-52) of a unit:

- the magnitude of the exact value, at least the smallest normal number; infinity is correct where
  the exact value rounds to it;
- of a loss of a score, for the parts that its record names in ``crossing``, which pass through 0:
  the largest of value, gradient and hessian at the point. At a kink only the value is compared;
- of a row of logits, for derivatives, and for the value of losses that compare the softmax with the
  target: the sum of the magnitudes of the terms of the exact formula, and of their change by one
  rounding of the log-probabilities. For the cross-entropy of a class index it is the exact value;
- of a measure, for gradients: the largest of all entries and the value. A term with an excess
  Σ(p - q), which is added exactly, has the larger of its values with and without it. Joint tables
  of probabilities are divided by their exact sum first, and their unit is the sum of the magnitudes
  of their terms; for tables of counts it is the exact value.
"""

from lossary.check.report_row import Row
from lossary.check.run_checks import DTYPES, check, run

__all__ = ["DTYPES", "Row", "check", "run"]
