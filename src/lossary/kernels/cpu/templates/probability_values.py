# A term of two masses, summed over each row, and whether the rows are distributions.
# The formula defines unpacked, term, apart_term, tail, EXCESS and APART.
#
# Well-separated rows are summed directly. For others the leading part of a divergence is computed
# with its remainder, and summed with all rounding errors. Short rows are always computed like this,
# many at a time.

NEAR = 2.0**-8


@inlined
def apart_sums(a, b, n, q):
    """Return the sums of the terms, of the distances of the masses, of either mass; and a count."""
    total, apart, of_a, of_b, negative = F(0), F(0), F(0), F(0), F(0)
    for j in range(n):
        a_j, b_j = load(a, j), load(b, j)
        d = a_j - b_j
        v = apart_term(a_j, b_j, log_quotient(a_j, b_j), log_share(a_j, b_j), q)
        total = accumulate(total, v + F(EXCESS) * d)
        apart = accumulate(apart, absolute(d))
        of_a = accumulate(of_a, a_j)
        of_b = accumulate(of_b, b_j)
        negative = accumulate(negative, where(either(a_j < F(0), b_j < F(0)), F(1), F(0)))
    return total, apart, of_a, of_b, negative


@inlined
def row_apart(slots, row, q, x, y):
    """Return a row's sum, the distance of its masses, the error of their sums, invalid masses."""
    classes = load(slots, CLASSES)
    room = padded(classes)
    total, lost, apart, of_a, of_b, negative = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(0, room, BLOCK):
        n = min(BLOCK, room - i)
        a, b = pair_of_blocks(slots, row * classes + i, classes - i, n, x, y)
        for k in range(0, n, SHORT):
            v, d, s, t, bad = apart_sums(offset(a, k), offset(b, k), min(n - k, SHORT), q)
            total, lost = added(total, lost, v)
            apart += d
            of_a += s
            of_b += t
            negative += bad
    return settled(total, lost), apart, abs(of_a - 1.0), abs(of_b - 1.0), negative


@inlined
def two_sum(a, b):
    """Return fl(a + b) and its rounding error."""
    total = a + b
    back = total - a
    return total, (a - (total - back)) + (b - back)


@inlined
def terms(a, b, n, q, v):
    for j in range(n):
        a_j, b_j = load(a, j), load(b, j)
        store(v, j, term(a_j, b_j, log_quotient(a_j, b_j), log_share(a_j, b_j), q))


@inlined
def exact_terms(a, b, n, q, v, d, low):
    """Write the terms, their excess differences, and the remainders of both."""
    for j in range(n):
        a_j, b_j = load(a, j), load(b, j)
        p, r = a_j, b_j
        if EXCESS < 0:
            p, r = b_j, a_j
        difference, lost = two_sum(p, -r)
        total, above = two_sum(p, r)
        safe = where(total == F(0), F(1), total)
        contrast = difference / safe
        near = both(absolute(contrast) < F(NEAR), total > F(0))
        square = difference * difference
        first = square / safe
        rest = fma(-first, safe, square) + fma(difference, difference, -square) - first * above
        u = where(near, contrast, F(0))
        v_j = term(a_j, b_j, log_quotient(a_j, b_j), log_share(a_j, b_j), q)
        store(v, j, where(near, first, v_j))
        store(d, j, F(abs(EXCESS)) * difference)
        store(low, j, where(near, rest / safe + tail(p, u), F(0)) + F(abs(EXCESS)) * lost)


@inlined
def fold(x, low, n):
    """Add numbers to PAD sums, and the rounding errors to other sums."""
    for i in range(PAD, n, PAD):
        for j in range(PAD):
            total, lost = two_sum(load(x, j), load(x, i + j))
            store(x, j, total)
            store(low, j, load(low, j) + lost)


@inlined
def exact_sum(v, d, low, n, total, lost):
    """Add terms to a sum, and its rounding errors to their sum."""
    for j in range(n):
        total, lost = added(total, lost, load(v, j))
        if EXCESS != 0:
            total, lost = added(total, lost, load(d, j))
            lost += load(low, j)
    return total, lost


@inlined
def row_near(slots, row, q, x, y, v, d, low):
    """Return a row's sum from terms that may cancel."""
    classes, total, lost = load(slots, CLASSES), 0.0, 0.0
    room = padded(classes)
    for i in range(0, room, BLOCK):
        n = min(BLOCK, room - i)
        a, b = pair_of_blocks(slots, row * classes + i, classes - i, n, x, y)
        if EXCESS == 0:
            terms(a, b, n, q, v)
            for k in range(0, n, SHORT):
                total, lost = added(total, lost, total_of(offset(v, k), min(n - k, SHORT)))
        else:
            exact_terms(a, b, n, q, v, d, low)
            for k in range(PAD, n, PAD):
                for j in range(PAD):
                    store(low, j, load(low, j) + load(low, k + j))
            fold(v, low, n)
            fold(d, low, n)
            total, lost = exact_sum(v, d, low, PAD, total, lost)
    return settled(total, lost)


@inlined
def sums_of(a, b, n):
    """Return the deviation from 1 of the sums of masses, and the number of negative masses."""
    of_a, of_b, negative = 0.0, 0.0, 0.0
    for j in range(n):
        a_j, b_j = load(a, j), load(b, j)
        of_a += a_j
        of_b += b_j
        negative += 1.0 if a_j < 0.0 or b_j < 0.0 else 0.0
    return abs(of_a - 1.0), abs(of_b - 1.0), negative


@inlined
def unlawful(numbers, of_a, of_b, negative):
    """Return whether a row is left to the plain path; sums at the tolerance are, too."""
    off = of_a > 0.99 * load(numbers, TOLERANCE) or of_b > 0.99 * load(numbers, SECOND_TOLERANCE)
    return negative > 0.0 or off


@inlined
def short_rows(slots, numbers, row, rows, q, x, y, v, d, low):
    """Write the sums of the rows of a block, and return the number of invalid rows."""
    classes, bad = load(slots, CLASSES), 0.0
    n = rows * classes
    a, b = pair_of_blocks(slots, row * classes, n, padded(n), x, y)
    if EXCESS == 0:
        terms(a, b, padded(n), q, v)
    else:
        exact_terms(a, b, padded(n), q, v, d, low)
    for k in range(rows):
        at = k * classes
        of_a, of_b, negative = sums_of(offset(a, at), offset(b, at), classes)
        bad += 1.0 if unlawful(numbers, of_a, of_b, negative) else 0.0
        total, lost = exact_sum(offset(v, at), offset(d, at), offset(low, at), classes, 0.0, 0.0)
        store(reals(load(slots, OUT)), row + k, settled(total, lost))
    return bad


@inlined
def long_row(slots, numbers, row, q, x, y, v, d, low):
    """Write the sum of a row, and return whether it is invalid."""
    total, apart, of_a, of_b, negative = row_apart(slots, row, q, x, y)
    if not (apart > APART and abs(total) < INFINITY):
        total = row_near(slots, row, q, x, y, v, d, low)
    store(reals(load(slots, OUT)), row, total)
    return 1.0 if unlawful(numbers, of_a, of_b, negative) else 0.0


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    numbers = doubles(load(slots, NUMBERS))
    q = unpacked(offset(numbers, PARAMETERS))
    rows, classes, chunk = load(slots, ROWS), load(slots, CLASSES), load(slots, CHUNK)
    x = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    y, v = offset(x, BLOCK), offset(x, 2 * BLOCK)
    d, low = offset(x, 3 * BLOCK), offset(x, 4 * BLOCK)
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        bad, row, end = 0.0, k * chunk, min(rows, (k + 1) * chunk)
        while row < end:
            if classes <= NARROW:
                count = min(BLOCK // classes, end - row)
                bad += short_rows(slots, numbers, row, count, q, x, y, v, d, low)
                row += count
            else:
                bad += long_row(slots, numbers, row, q, x, y, v, d, low)
                row += 1
        store(offset(doubles(load(slots, SUMS)), WIDTH * k), 0, bad)
