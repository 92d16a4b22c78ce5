# A loss of rows of given log-probabilities, with the gradient by them.
# The formula defines terms and element, the layout EXCESS and the other names in capitals.

BLOCK = 1024


@inlined
def masses(l, t, p, u, n, exponential):
    """Write the masses of log-probabilities, and of a target of log-probabilities."""
    for j in range(n):
        store(p, j, exp(load(l, j)))
    if exponential:
        for j in range(n):
            store(u, j, exp(load(t, j)))
    elif address_of(t) != address_of(u):
        for j in range(n):
            store(u, j, load(t, j))


@inlined
def summed(l, p, t, g, n):
    """Write the slopes; return the sum of the terms, and the number of negative targets."""
    total, negative = F(0), F(0)
    for j in range(n):
        l_j, t_j = load(l, j), load(t, j)
        v, slope = terms(t_j, l_j, load(p, j), -expm1(l_j), (F(0),))
        store(g, j, slope)
        total = accumulate(total, v)
        negative = accumulate(negative, where(t_j < F(0), F(1), F(0)))
    return total, negative


@inlined
def elements(l, p, t, v, g, n):
    """Write each class's loss and slope; return the number of negative targets."""
    negative = F(0)
    for j in range(n):
        l_j, t_j = load(l, j), load(t, j)
        _, slope = terms(t_j, l_j, load(p, j), -expm1(l_j), (F(0),))
        store(v, j, element(t_j, l_j, load(p, j), -expm1(l_j), (F(0),)))
        store(g, j, slope)
        negative = accumulate(negative, where(t_j < F(0), F(1), F(0)))
    return negative


@inlined
def times(g, n, factor):
    """Multiply by a factor; 0 gives 0 for infinite numbers, too."""
    if factor == F(0):
        fill(g, n, F(0))
    else:
        for j in range(n):
            store(g, j, load(g, j) * factor)


@inlined
def times_each(g, c, n, factor):
    for j in range(n):
        f = load(c, j) * factor
        store(g, j, where(f == F(0), F(0), load(g, j) * f))


@inlined
def row_loss(slots, row, weight, scale, l, t, p, v, g):
    """Return a row's loss, its number of negative targets, and the sums of both masses."""
    classes, negative, mass, rest, of_l = load(slots, CLASSES), 0.0, 0.0, 0.0, 0.0
    total, lost = 0.0, 0.0
    for i in range(0, classes, BLOCK):
        n, at = min(BLOCK, classes - i), row * classes + i
        l_i = load_block(load(slots, LOGITS), load(slots, LOGITS_TYPE), at, n, l)
        t_i = load_block(load(slots, TARGET), load(slots, TARGET_TYPE), at, n, t)
        masses(l_i, t_i, p, t, n, load(slots, EXPONENTIAL) != 0)
        if load(slots, EACH) != 0:
            negative += float64(elements(l_i, p, t, v, g, n))
            if load(slots, OUT) != 0:
                times(v, n, F(weight))
                store_block(load(slots, OUT), load(slots, OUT_TYPE), at, n, v)
        else:
            for k in range(0, n, SHORT):
                m = min(SHORT, n - k)
                v_k, bad = summed(offset(l_i, k), offset(p, k), offset(t, k), offset(g, k), m)
                total, lost = gathered(total, lost, float64(v_k))
                negative += float64(bad)
        if load(slots, SLOPE) != 0:
            if load(slots, COTANGENT) != 0:
                c = load_block(load(slots, COTANGENT), load(slots, COTANGENT_TYPE), at, n, v)
                times_each(g, c, n, F(weight * scale))
            else:
                times(g, n, F(weight * scale))
            store_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), at, n, g)
        near, left = share_total(t, n)
        mass += near
        rest += left
        of_l += total_of(p, n)
    off = (mass - 1.0) + rest
    return settled(total, lost) + EXCESS * off, negative, off, of_l


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    numbers = doubles(load(slots, NUMBERS))
    rows, classes, chunk = load(slots, ROWS), load(slots, CLASSES), load(slots, CHUNK)
    l = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    t, p = offset(l, BLOCK), offset(l, 2 * BLOCK)
    v, g = offset(l, 3 * BLOCK), offset(l, 4 * BLOCK)
    spread = log(float64(classes))
    of_input = 0.99 * (load(numbers, TOLERANCE) + load(numbers, ROUNDING) * spread)
    of_target = 0.99 * (load(numbers, TARGET_TOLERANCE) + load(numbers, TARGET_ROUNDING) * spread)
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        loss, lost, bad = 0.0, 0.0, 0.0
        for row in range(k * chunk, min(rows, (k + 1) * chunk)):
            weight = at_row(load(slots, WEIGHT), row)
            scale = load(numbers, SCALE)
            value, negative, off, mass = row_loss(slots, row, weight, scale, l, t, p, v, g)
            lawful = abs(off) < of_target and abs(mass - 1.0) < of_input and abs(value) < INFINITY
            if weight == 0.0:
                continue
            if not (lawful and negative == 0.0 and weight > 0.0 and weight < INFINITY):
                bad += 1.0
            loss, lost = gathered(loss, lost, weight * value)
        sums = offset(doubles(load(slots, SUMS)), WIDTH * k)
        store(sums, 0, settled(loss, lost))
        store(sums, 1, bad)
