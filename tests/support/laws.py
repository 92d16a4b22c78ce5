"""Laws that records and functions obey, in exact numbers."""

import mpmath
import numpy as np

from lossary.formulas.record import Measure, Record
from lossary.interpreters import exact


def generates(record: Record) -> bool:
    """Whether an f-divergence's generator, as ``q f(p / q)``, is its definition."""
    if not isinstance(record, Measure) or record.generator is None:
        return True
    with exact.precision(40):
        for p, q in np.random.default_rng(0).uniform(0.01, 1, (5, 2)).tolist():
            ratio = mpmath.mpf(p) / mpmath.mpf(q)
            generated = q * exact.evaluate(record.generator, ratio, **record.defaults)
            defined = exact.evaluate(record.definition, p, q, **record.defaults)
            if abs(generated - defined) > 1e-25:
                return False
    return True
