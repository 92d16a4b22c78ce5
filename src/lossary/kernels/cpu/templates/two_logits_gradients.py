# A term of two softmaxes, summed over each row, with the gradient by the second's logits.
# The formula defines unpacked, graded and coarse_graded (a term, and its slope by the logarithm of
# the second mass), the layout the names in capitals.


@inlined
def coarse_slopes(x, y, e, f, g, n, top, peak, first, second, lead, of_x, of_y, q):
    """Write the terms' slopes; return sums: terms, slopes, distances of the masses."""
    total, slopes, apart = F(0), F(0), F(0)
    for j in range(n):
        x_j, y_j = load(x, j) - top, load(y, j) - peak
        a, b = load(e, j) * first, load(f, j) * second
        v, slope = coarse_graded(a, b, (x_j - y_j) + lead, of_x - x_j, of_y - y_j, q)
        total = accumulate(total, v)
        slopes = accumulate(slopes, slope)
        apart = accumulate(apart, absolute(a - b))
        store(g, j, slope)
    return total, slopes, apart


@inlined
def slopes_of(x, y, e, f, g, n, top, peak, first, second, high, low, lead, of_x, of_y, q):
    """Write the terms' slopes and return the sum of the terms."""
    total = F(0)
    for j in range(n):
        x_j, y_j = load(x, j), load(y, j)
        a, b, d, r = pair_of(
            x_j, y_j, load(e, j), load(f, j), top, peak, high, low, lead, first, second
        )
        v, slope = graded(a, b, d, r, of_x - (x_j - top), of_y - (y_j - peak), q)
        total = accumulate(total, v)
        store(g, j, slope)
    return total


@inlined
def parted(f, g, n):
    """Return the sums of the slopes below the largest logit, and at it."""
    below, at_peak = F(0), F(0)
    for j in range(n):
        is_top, slope = load(f, j) == F(1), load(g, j)
        below = accumulate(below, where(is_top, F(0), slope))
        at_peak = accumulate(at_peak, where(is_top, slope, F(0)))
    return below, at_peak


@inlined
def centred(f, g, h, n, second, slopes, factor):
    """Write slopes by logits from those by log-probabilities."""
    for j in range(n):
        store(h, j, factor * (load(g, j) - load(f, j) * second * slopes))


@inlined
def finely_centred(f, g, h, n, second, rest, below, at_peak, factor):
    """Write slopes by logits where one class may dominate: the largest is added last."""
    for j in range(n):
        f_j, slope = load(f, j), load(g, j)
        b, is_top = f_j * second, f_j == F(1)
        others = where(is_top, below + (at_peak - slope), (below - slope) + at_peak)
        store(h, j, factor * (slope * where(is_top, rest, F(1) - b) - b * others))


@inlined
def write(slots, row, f, g, more, slopes, coarse, factor):
    """Write the gradient of a row; return a sum that is finite if all of it is."""
    classes, address, code = load(slots, CLASSES), load(slots, SLOPE), load(slots, SLOPE_TYPE)
    second, rest, below, at_peak = F(1.0 / (1.0 + more)), F(more / (1.0 + more)), 0.0, 0.0
    fine = not coarse or more < 1.0
    if fine:
        for i in range(0, classes, BLOCK):
            n = padded(min(BLOCK, classes - i))
            low, high = parted(offset(f, i), offset(g, i), n)
            below += float64(low)
            at_peak += float64(high)
        slopes = below + at_peak
    for i in range(0, classes, BLOCK):
        n, at, f_i, g_i = min(BLOCK, classes - i), row * classes + i, offset(f, i), offset(g, i)
        h = writable_block(address, code, at, g_i)
        if factor == F(0):
            fill(h, n, F(0))
        elif fine:
            finely_centred(f_i, g_i, h, n, second, rest, F(below), F(at_peak), factor)
        else:
            centred(f_i, g_i, h, n, second, F(slopes), factor)
        store_block(address, code, at, n, h)
    return slopes


@inlined
def row_value(slots, numbers, row, q, z, w, e, f, g, factor):
    """Write the gradient of a row; return the sum of its terms, and whether all is valid."""
    room = padded(load(slots, CLASSES))
    x, y, whole = brought(slots, row, z, w)
    top, peak = tops_of(x, y, whole, room, z, w)
    if not (abs(top) < INFINITY and abs(peak) < INFINITY):
        return 0.0, False
    others, more = row_powers(x, y, e, f, whole, room, top, peak, z, w)
    lawful = load(slots, NORMAL) == 0 or (
        in_range(load(numbers, TOLERANCE), top, others)
        and in_range(load(numbers, SECOND_TOLERANCE), peak, more)
    )
    first, second = F(1.0 / (1.0 + others)), F(1.0 / (1.0 + more))
    of_x, of_y = log1p(others), log1p(more)
    total, slopes, apart = 0.0, 0.0, 0.0
    for k in range(blocks(whole, room)):
        i, n, x_i = block(k, whole, room, x, z)
        _, _, y_i = block(k, whole, room, y, w)
        v, s, t = coarse_slopes(
            x_i, y_i, offset(e, i), offset(f, i), offset(g, i), n, top, peak, first, second,
            F(of_y - of_x), F(of_x), F(of_y), q,
        )  # fmt: skip
        total += float64(v)
        slopes += float64(s)
        apart += float64(t)
    coarse = apart > APART
    if not coarse:
        lead = lead_of(x, y, e, f, whole, room, top, peak, others, more, z, w)
        high, low = shift_of(top, peak, lead)
        total = 0.0
        for k in range(blocks(whole, room)):
            i, n, x_i = block(k, whole, room, x, z)
            _, _, y_i = block(k, whole, room, y, w)
            v = slopes_of(
                x_i, y_i, offset(e, i), offset(f, i), offset(g, i), n, top, peak, first, second,
                high, low, F(lead), F(of_x), F(of_y), q,
            )  # fmt: skip
            total += float64(v)
    slopes = write(slots, row, f, g, more, slopes, coarse, factor)
    return total, lawful and abs(total + slopes) < INFINITY


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    numbers = doubles(load(slots, NUMBERS))
    q = unpacked(offset(numbers, PARAMETERS))
    rows, chunk = load(slots, ROWS), load(slots, CHUNK)
    room = padded(load(slots, CLASSES))
    z = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    w, e, f, g = offset(z, room), offset(z, 2 * room), offset(z, 3 * room), offset(z, 4 * room)
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        bad = 0.0
        for row in range(k * chunk, min(rows, (k + 1) * chunk)):
            factor = F(load(numbers, SCALE) * at_row(load(slots, COTANGENT), row))
            value, lawful = row_value(slots, numbers, row, q, z, w, e, f, g, factor)
            bad += 0.0 if lawful else 1.0
            if load(slots, OUT) != 0:
                store(reals(load(slots, OUT)), row, F(value))
        store(offset(doubles(load(slots, SUMS)), WIDTH * k), 0, bad)
