# Sums over the classes of a row, each row in blocks that stay in the first-level cache.

BLOCK = 1024


@inlined
def fetch(slots, numbers, row, i, n, z, f):
    """Return a block of logits after conversion, temperature and softcap, padded with -inf."""
    at = row * load(slots, CLASSES) + i
    found = load_block(load(slots, LOGITS), load(slots, LOGITS_TYPE), at, n, z)
    if load(slots, SCALED) == 0 and n == padded(n):
        return found
    for j in range(n):
        store(z, j, load(found, j))
    for j in range(n, padded(n)):
        store(z, j, -INFINITY)
    if load(slots, SCALED) != 0:
        scale_block(numbers, z, f, n)
    return z


@inlined
def largest(z, n):
    """Return the largest number; a NaN among them makes it NaN, or is passed over."""
    top = rank_of(-INFINITY)
    for j in range(n):
        rank = rank_of(load(z, j))
        top = where(rank > top, rank, top)
    return number_of(top)


@inlined
def exponentials(z, e, n, top):
    """Write exp(z - top) and return the sum."""
    total = 0.0
    for i in range(0, n, SHORT):
        part = F(0)
        for j in range(i, min(n, i + SHORT)):
            e_j = exp_from(load(z, j), top)
            store(e, j, e_j)
            part = accumulate(part, e_j)
        total += float64(part)
    return total


@inlined
def sum_of_exponentials(z, n, top):
    total = 0.0
    for i in range(0, n, SHORT):
        part = F(0)
        for j in range(i, min(n, i + SHORT)):
            part = accumulate(part, exp_from(load(z, j), top))
        total += float64(part)
    return total


@inlined
def exponentials_below(z, e, n, top):
    """Write exp(z - top); return the sum of those below the top, and the number at the top."""
    total, tied = 0.0, 0.0
    for i in range(0, n, SHORT):
        part, equal = F(0), F(0)
        for j in range(i, min(n, i + SHORT)):
            z_j = load(z, j)
            e_j = exp_from(z_j, top)
            store(e, j, e_j)
            part = accumulate(part, where(z_j == top, F(0), e_j))
            equal = accumulate(equal, where(z_j == top, F(1), F(0)))
        total += float64(part)
        tied += float64(equal)
    return total, tied


@inlined
def masked(z, e, n):
    """Write the exponentials of a block without a largest logit: 0, and NaN for NaN."""
    total = F(0)
    for j in range(n):
        z_j = load(z, j)
        e_j = where(z_j == -INFINITY, F(0), z_j)
        store(e, j, e_j)
        total = accumulate(total, e_j)
    return float64(total)


@inlined
def place_of(z, n, top):
    for j in range(n):
        if load(z, j) == top:
            return j
    return 0


@inlined
def spread_of(e, z, n, top):
    """Return the sum of e (z - top), used by the entropy."""
    total = F(0)
    for j in range(n):
        e_j = load(e, j)
        total = accumulate(total, where(e_j == F(0), F(0), e_j * (load(z, j) - top)))
    return total


@inlined
def grown(total, top, higher):
    """Return a sum of exponentials under a higher top."""
    if total == 0.0:
        return 0.0
    return total * float64(exp_from(top, higher))


@inlined
def moved(spread, total, top, higher):
    """Return a sum of e (z - top) with the differences from a higher top."""
    if total == 0.0:
        return spread
    return spread + total * (float64(top) - float64(higher))


@inlined
def weighed(e, z, top):
    """Return e (z - top), 0 for a class that is masked."""
    if e == 0.0:
        return 0.0
    return e * (float64(z) - float64(top))


@inlined
def row_sums(slots, numbers, row, t, keep, maxima, z, f, e, top, rest, spread, best, z_t):
    """Return the state of a row after some of its classes: the largest logit and its class,
    the sum of the exponentials of all but the target's, their spread, the target's logit.

    Stored exponentials of a block are relative to the maximum that is stored with them.
    """
    classes, lost = load(slots, CLASSES), 0.0
    for i in range(0, classes, BLOCK):
        n = min(BLOCK, classes - i)
        z_i = fetch(slots, numbers, row, i, n, z, offset(f, i * load(slots, SCALED)))
        e_i = offset(e, i * keep)
        high = largest(z_i, padded(n))
        if high > top:
            if load(slots, BEST) != 0:
                best = i + place_of(z_i, n, high)
            spread = grown(moved(spread, rest, top, high), top, high)
            rest, lost = grown(rest, top, high), grown(lost, top, high)
            top = high
        if keep:
            store(maxima, i // BLOCK, top)
        here = i <= t < i + n
        if here:
            z_t = load(z_i, t - i)
        if top == -INFINITY:
            rest += masked(z_i, e_i, padded(n))
        elif here or load(slots, ENTROPY) != 0:
            exponentials(z_i, e_i, padded(n), top)
            if here:
                store(e_i, t - i, F(0))
            if load(slots, ENTROPY) != 0:
                spread += float64(spread_of(e_i, z_i, padded(n), top))
            rest, lost = added(rest, lost, total_of(e_i, padded(n)))
        elif keep:
            rest, lost = added(rest, lost, exponentials(z_i, e_i, padded(n), top))
        else:
            rest, lost = added(rest, lost, sum_of_exponentials(z_i, padded(n), top))
    return top, rest + lost, spread, best, z_t
