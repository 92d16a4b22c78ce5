"""Every record beside its definition in exact numbers: how far off, where, and how far is allowed.

Definitions and their derivatives are evaluated by mpmath, with enough digits to know every digit of
the result; formulas are computed on NumPy and on those of PyTorch and JAX that are installed, in
float32 and float64, at random points of many scales and at the hard points of each record.

An error is counted in eps (2^-23, 2^-52) of a unit:

- the size of the exact value, at least the smallest normal number; infinity is right where the
  exact value rounds to it;
- of a loss of a score, for the parts that its record names in ``crossing``, which pass through 0:
  the largest of value, gradient and hessian at the point. At a kink only the value is compared;
- of a row of logits, for derivatives, and for the value of what compares the softmax with the
  target: the sum of the sizes of what the exact formula adds up, and of what a rounding of the
  log-probabilities moves in it. Of cross-entropy of a class index that is the exact value;
- of a measure, for gradients: the largest of all entries and the value. What leaves out Σ(p - q)
  and adds it exactly is counted by its value with or without it, whichever is larger. Joint
  tables of probabilities are divided by their exact sum first, and counted by the sum of the
  sizes of their terms, which tables of counts are not.
"""

from lossary.check.report_row import Row
from lossary.check.run_checks import DTYPES, check, run

__all__ = ["DTYPES", "Row", "check", "run"]
