# A term of two softmaxes, summed over each row.
# The formula defines unpacked, term and coarse_term, the layout the names in capitals.


@inlined
def coarse_values(x, y, e, f, n, top, peak, first, second, lead, of_x, of_y, q):
    """Return the sums of the terms, and of the distances of the masses."""
    total, apart = F(0), F(0)
    for j in range(n):
        x_j, y_j = load(x, j) - top, load(y, j) - peak
        a, b = load(e, j) * first, load(f, j) * second
        v = coarse_term(a, b, (x_j - y_j) + lead, of_x - x_j, of_y - y_j, q)
        total = accumulate(total, v)
        apart = accumulate(apart, absolute(a - b))
    return total, apart


@inlined
def values(x, y, e, f, n, top, peak, first, second, high, low, lead, of_x, of_y, q):
    total = F(0)
    for j in range(n):
        x_j, y_j = load(x, j), load(y, j)
        a, b, d, r = pair_of(
            x_j, y_j, load(e, j), load(f, j), top, peak, high, low, lead, first, second
        )
        v = term(a, b, d, r, of_x - (x_j - top), of_y - (y_j - peak), q)
        total = accumulate(total, v)
    return total


@inlined
def row_value(slots, numbers, row, q, z, w, e, f):
    """Return the sum of a row's terms, and whether all of it is valid."""
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
    total, apart = 0.0, 0.0
    for k in range(blocks(whole, room)):
        i, n, x_i = block(k, whole, room, x, z)
        _, _, y_i = block(k, whole, room, y, w)
        v, t = coarse_values(
            x_i, y_i, offset(e, i), offset(f, i), n, top, peak, first, second,
            F(of_y - of_x), F(of_x), F(of_y), q,
        )  # fmt: skip
        total += float64(v)
        apart += float64(t)
    if not apart > APART:
        lead = lead_of(x, y, e, f, whole, room, top, peak, others, more, z, w)
        high, low = shift_of(top, peak, lead)
        total = 0.0
        for k in range(blocks(whole, room)):
            i, n, x_i = block(k, whole, room, x, z)
            _, _, y_i = block(k, whole, room, y, w)
            v = values(
                x_i, y_i, offset(e, i), offset(f, i), n, top, peak, first, second,
                high, low, F(lead), F(of_x), F(of_y), q,
            )  # fmt: skip
            total += float64(v)
    return total, lawful and abs(total) < INFINITY


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    numbers = doubles(load(slots, NUMBERS))
    q = unpacked(offset(numbers, PARAMETERS))
    rows, chunk = load(slots, ROWS), load(slots, CHUNK)
    room = padded(load(slots, CLASSES))
    z = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    w, e, f = offset(z, room), offset(z, 2 * room), offset(z, 3 * room)
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        bad = 0.0
        for row in range(k * chunk, min(rows, (k + 1) * chunk)):
            value, lawful = row_value(slots, numbers, row, q, z, w, e, f)
            bad += 0.0 if lawful else 1.0
            store(reals(load(slots, OUT)), row, F(value))
        store(offset(doubles(load(slots, SUMS)), WIDTH * k), 0, bad)
