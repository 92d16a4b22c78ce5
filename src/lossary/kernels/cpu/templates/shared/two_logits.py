# Shared parts of the templates of two softmaxes: rows of two arrays of logits.
#
# The logarithm of the ratio of two probabilities follows from the difference of the logits. It is
# exact where these are near-equal, and so is the difference of the probabilities. Well-separated
# rows don't need this: they are computed directly, in half the time. Rows are padded with classes
# without mass, to multiples of PAD.

BLOCK = SHORT
APART = 0.5


@inlined
def converted(address, code, start, classes, z):
    """Load a row of logits into a buffer, padded."""
    for i in range(0, classes, BLOCK):
        n, z_i = min(BLOCK, classes - i), offset(z, i)
        found = load_block(address, code, start + i, n, z_i)
        if address_of(found) != address_of(z_i):
            for j in range(n):
                store(z_i, j, load(found, j))
    fill(offset(z, classes), padded(classes) - classes, -INFINITY)


@inlined
def ending(x, whole, classes, z, beyond):
    """Load the end of a row into a buffer, padded; memory beyond it may or may not be readable."""
    if beyond:
        for j in range(PAD):
            x_j = load(x, whole + j)
            store(z, whole + j, where(whole + j < classes, x_j, -INFINITY))
    else:
        for j in range(whole, classes):
            store(z, j, load(x, j))
        fill(offset(z, classes), padded(classes) - classes, -INFINITY)


@inlined
def brought(slots, row, z, w):
    """Return pointers to two rows and the length that is used in place; the rest is in buffers."""
    classes = load(slots, CLASSES)
    whole, start = classes // PAD * PAD, row * classes
    if load(slots, FIRST_TYPE) != CODE or load(slots, SECOND_TYPE) != CODE:
        converted(load(slots, FIRST), load(slots, FIRST_TYPE), start, classes, z)
        converted(load(slots, SECOND), load(slots, SECOND_TYPE), start, classes, w)
        return z, w, padded(classes)
    x = offset(reals(load(slots, FIRST)), start)
    y = offset(reals(load(slots, SECOND)), start)
    if whole < classes:
        beyond = start + whole + PAD <= load(slots, ROWS) * classes
        ending(x, whole, classes, z, beyond)
        ending(y, whole, classes, w, beyond)
    return x, y, whole


@inlined
def blocks(whole, room):
    """Return the number of blocks of a row; the last may be in a buffer."""
    return (whole + BLOCK - 1) // BLOCK + (room - whole) // PAD


@inlined
def block(k, whole, room, x, z):
    """Return the start of the k-th block, its length, and its logits."""
    i = min(k * BLOCK, whole)
    if i < whole:
        return i, min(BLOCK, whole - i), offset(x, i)
    return i, room - i, offset(z, i)


@inlined
def largest_two(x, y, n):
    """Return the largest logits; a NaN among them makes one NaN, or is passed over."""
    top, peak = rank_of(-INFINITY), rank_of(-INFINITY)
    for j in range(n):
        x_j, y_j = rank_of(load(x, j)), rank_of(load(y, j))
        top = where(x_j > top, x_j, top)
        peak = where(y_j > peak, y_j, peak)
    return top, peak


@inlined
def tops_of(x, y, whole, room, z, w):
    """Return the largest logits of two rows; without a softmax one is NaN or infinite."""
    top, peak = rank_of(-INFINITY), rank_of(-INFINITY)
    for k in range(blocks(whole, room)):
        _, n, x_i = block(k, whole, room, x, z)
        _, _, y_i = block(k, whole, room, y, w)
        high, higher = largest_two(x_i, y_i, n)
        top, peak = where(high > top, high, top), where(higher > peak, higher, peak)
    return number_of(top), number_of(peak)


@inlined
def powers(x, y, e, f, n, top, peak):
    """Write exp(x - top) and exp(y - peak), and return their sums."""
    total, sum_of_y = F(0), F(0)
    for j in range(n):
        e_j, f_j = exp_from(load(x, j), top), exp_from(load(y, j), peak)
        store(e, j, e_j)
        store(f, j, f_j)
        total = accumulate(total, e_j)
        sum_of_y = accumulate(sum_of_y, f_j)
    return total, sum_of_y


@inlined
def below_one(e, n):
    """Return the sum of exponentials but for the largest, and how many these are: they are 1."""
    total, tied = F(0), F(0)
    for j in range(n):
        e_j = load(e, j)
        total = accumulate(total, where(e_j == F(1), F(0), e_j))
        tied = accumulate(tied, where(e_j == F(1), F(1), F(0)))
    return total, tied


@inlined
def all_but_largest(e, room, total):
    """Return a row's sum without one of the largest: where this is most of it, added anew."""
    if total >= 2.0:
        return total - 1.0
    below, tied = 0.0, -1.0
    for i in range(0, room, BLOCK):
        sum_i, tied_i = below_one(offset(e, i), min(BLOCK, room - i))
        below += float64(sum_i)
        tied += float64(tied_i)
    return below + tied


@inlined
def row_powers(x, y, e, f, whole, room, top, peak, z, w):
    """Write the exponentials of two rows; return the sums of all but one of the largest."""
    total, sum_of_y = 0.0, 0.0
    for k in range(blocks(whole, room)):
        i, n, x_i = block(k, whole, room, x, z)
        _, _, y_i = block(k, whole, room, y, w)
        s, t = powers(x_i, y_i, offset(e, i), offset(f, i), n, top, peak)
        total += float64(s)
        sum_of_y += float64(t)
    return all_but_largest(e, room, total), all_but_largest(f, room, sum_of_y)


@inlined
def two_sum(a, b):
    """Return fl(a + b) and its rounding error."""
    total = a + b
    back = total - a
    return total, (a - (total - back)) + (b - back)


@inlined
def shift_of(top, peak, more):
    """Return peak - top + more as a sum and its rounding error."""
    tops, lost = two_sum(float64(peak), -float64(top))
    total, gone = two_sum(tops, more)
    high = F(total)
    return high, F((total - float64(high)) + (lost + gone))


@inlined
def gain_of(x, y, top, peak, high, low, lead):
    """Return y - x - (high + low); 0 of two masked classes, but for the shift.

    For the largest logits this is -lead, without cancellation.
    """
    d = y - x
    back = d - y
    lost = (y - (d - back)) - (x + back)
    d = where(x == y, F(0), d)
    lost = where(absolute(d) < INFINITY, lost, F(0))
    return where(both(x == top, y == peak), -lead, (d - high) + (lost - low))


@inlined
def small_drift(x, y, e, f, n, top, peak, high, low):
    """Return the sum of f - e, from the differences of the logits where these are small."""
    total = F(0)
    for j in range(n):
        e_j = load(e, j)
        gain = gain_of(load(x, j), load(y, j), top, peak, high, low, F(0))
        close = absolute(gain) < F(1)
        nudged = e_j * expm1(where(close, gain, F(0)))
        total = accumulate(total, where(close, nudged, load(f, j) - e_j))
    return total


@inlined
def lead_of(x, y, e, f, whole, room, top, peak, others, more, z, w):
    """Return the logarithm of the second row's sum of exponentials over the first's."""
    high, low = shift_of(top, peak, 0.0)
    total = 0.0
    for k in range(blocks(whole, room)):
        i, n, x_i = block(k, whole, room, x, z)
        _, _, y_i = block(k, whole, room, y, w)
        e_i, f_i = offset(e, i), offset(f, i)
        total += float64(small_drift(x_i, y_i, e_i, f_i, n, top, peak, high, low))
    drift = total / (1.0 + others)
    return log1p(drift) if drift > -0.5 else log1p(more) - log1p(others)


@inlined
def pair_of(x, y, e, f, top, peak, high, low, lead, first, second):
    """Return two masses, their difference and the logarithm of their ratio."""
    gain = gain_of(x, y, top, peak, high, low, lead)
    a, b, small = e * first, f * second, absolute(gain) < F(2)
    nudged = -a * expm1(where(small, gain, F(0)))
    return a, b, where(small, nudged, a - b), -gain


@inlined
def in_range(tolerance, top, others):
    """Return whether log-probabilities sum to 1; doubtful sums are left to the plain path."""
    total = float64(exp(top)) * (1.0 + others)
    return abs(total - 1.0) < 0.99 * tolerance
