# A pointwise loss in blocks that stay in the first-level cache.
# The record defines unpacked, usual, as_usual, value, value_gradient and lawless, the layout the
# names in capitals: SCORE is the slot of the score's address, SCORE_TYPE that of its dtype.

BLOCK = 1024


@inlined
def sum_values(y, s, n, q):
    total, lost, bad = 0.0, 0.0, 0.0
    for i in range(0, n, SHORT):
        part, odd = F(0), F(0)
        for j in range(i, min(n, i + SHORT)):
            y_j, s_j = load(y, j), load(s, j)
            part = accumulate(part, value(y_j, s_j, q))
            odd = accumulate(odd, where(lawless(y_j, s_j), F(1), F(0)))
        total, lost = gathered(total, lost, float64(part))
        bad += float64(odd)
    return settled(total, lost), bad


@inlined
def sum_slopes(y, s, g, n, scale, q):
    total, lost, bad = 0.0, 0.0, 0.0
    for i in range(0, n, SHORT):
        part, odd = F(0), F(0)
        for j in range(i, min(n, i + SHORT)):
            y_j, s_j = load(y, j), load(s, j)
            v, slope = value_gradient(y_j, s_j, q)
            store(g, j, scale * slope)
            part = accumulate(part, v)
            odd = accumulate(odd, where(lawless(y_j, s_j), F(1), F(0)))
        total, lost = gathered(total, lost, float64(part))
        bad += float64(odd)
    return settled(total, lost), bad


@inlined
def each_value(y, s, v, n, q):
    bad = F(0)
    for i in range(n):
        y_i, s_i = load(y, i), load(s, i)
        store(v, i, value(y_i, s_i, q))
        bad = accumulate(bad, where(lawless(y_i, s_i), F(1), F(0)))
    return bad


@inlined
def weighted(y, s, w, f, v, g, n, scale, q):
    """Write w times the loss and w f scale times its slope; 0 for a weight of 0."""
    for i in range(n):
        v_i, slope = value_gradient(load(y, i), load(s, i), q)
        w_i = load(w, i)
        silent, f_i = w_i == F(0), load(f, i) * scale
        store(v, i, where(silent, F(0), w_i * v_i))
        store(g, i, where(either(silent, f_i == F(0)), F(0), w_i * slope * f_i))


@inlined
def stage(slots, numbers, y, s, w, f, n):
    """Load y, s and the weights w after the options; f is the derivative by the given score."""
    ignoring = load(slots, IGNORING) != 0
    ignored = F(load(numbers, IGNORED))
    smoothing, cooling = F(load(numbers, SMOOTHING)), F(load(numbers, COOLING))
    negative, positive = F(load(numbers, NEGATIVE)), F(load(numbers, POSITIVE))
    bad = F(0)
    for i in range(n):
        y_i, w_i = load(y, i), load(w, i)
        kept = negation(both(ignoring, y_i == ignored))
        w_i = where(kept, w_i, F(0))
        y_i = where(kept, y_i, F(1))
        bad = accumulate(bad, where(either(w_i < F(0), w_i == INFINITY), F(1), F(0)))
        bad = accumulate(bad, where(lawless(y_i, load(s, i)), F(1), F(0)))
        silent = w_i == F(0)
        y_i = where(silent, F(1), y_i)
        share = where(y_i < F(0), F(0), y_i)
        mass = positive * share + negative * (F(1) - share)
        store(w, i, w_i * where(positive == negative, positive, mass))
        store(y, i, (F(1) - smoothing) * y_i + smoothing * F(0.5))
        store(s, i, where(silent, F(0.5), load(s, i)) * cooling)
        store(f, i, cooling)
    return bad


@inlined
def bend(numbers, s, f, n):
    """Apply the softcap to scores."""
    cap = F(load(numbers, SOFTCAP))
    for i in range(n):
        bent = tanh(load(s, i) / cap)
        store(f, i, load(f, i) * ((F(1) - bent) * (F(1) + bent)))
        store(s, i, cap * bent)


@inlined
def plain_block(slots, i, n, scratch, q):
    """Compute the losses or slopes of a block without options."""
    s = load_block(load(slots, SCORE), load(slots, SCORE_TYPE), i, n, scratch)
    y = load_block(load(slots, TARGET), load(slots, TARGET_TYPE), i, n, offset(scratch, BLOCK))
    out = offset(scratch, 2 * BLOCK)
    if load(slots, OUT) != 0:
        bad = each_value(y, s, out, n, q)
        store_block(load(slots, OUT), load(slots, OUT_TYPE), i, n, out)
        return 0.0, float64(bad), 0.0
    if load(slots, SLOPE) == 0:
        total, bad = sum_values(y, s, n, q)
    else:
        scale = F(load(doubles(load(slots, NUMBERS)), SCALE))
        total, bad = sum_slopes(y, s, out, n, scale, q)
        store_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), i, n, out)
    return total, bad, 0.0


@inlined
def copied(address, code, i, n, buffer):
    found = load_block(address, code, i, n, buffer)
    if address_of(found) != address_of(buffer):
        for k in range(n):
            store(buffer, k, load(found, k))


@inlined
def staged_block(slots, i, n, scratch, q):
    """Compute the weighted losses and slopes of a block."""
    numbers = doubles(load(slots, NUMBERS))
    s, y, w = scratch, offset(scratch, BLOCK), offset(scratch, 2 * BLOCK)
    f, v, g = offset(scratch, 3 * BLOCK), offset(scratch, 4 * BLOCK), offset(scratch, 5 * BLOCK)
    copied(load(slots, SCORE), load(slots, SCORE_TYPE), i, n, s)
    copied(load(slots, TARGET), load(slots, TARGET_TYPE), i, n, y)
    if load(slots, WEIGHT) != 0:
        copied(load(slots, WEIGHT), load(slots, WEIGHT_TYPE), i, n, w)
    else:
        for k in range(n):
            store(w, k, F(1))
    bad = float64(stage(slots, numbers, y, s, w, f, n))
    weight = total_of(w, n)
    if load(slots, WEIGHING) != 0:
        return 0.0, bad, weight
    if load(numbers, SOFTCAP) != 0.0:
        bend(numbers, s, f, n)
    if load(slots, COTANGENT) != 0:
        copied(load(slots, COTANGENT), load(slots, COTANGENT_TYPE), i, n, v)
        for k in range(n):
            store(f, k, load(f, k) * load(v, k))
    weighted(y, s, w, f, v, g, n, F(load(numbers, SCALE)), q)
    if load(slots, OUT) != 0:
        store_block(load(slots, OUT), load(slots, OUT_TYPE), i, n, v)
    if load(slots, SLOPE) != 0:
        store_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), i, n, g)
    return total_of(v, n), bad, weight


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    scratch = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    q = unpacked(offset(doubles(load(slots, NUMBERS)), PARAMETERS))
    elements, chunk = load(slots, ELEMENTS), load(slots, CHUNK)
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        total, lost, bad, weight, missed = 0.0, 0.0, 0.0, 0.0, 0.0
        end = min(elements, (k + 1) * chunk)
        for i in range(k * chunk, end, BLOCK):
            n = min(BLOCK, end - i)
            if load(slots, STAGED) != 0:
                t, b, w = staged_block(slots, i, n, scratch, q)
            elif usual(q):
                t, b, w = plain_block(slots, i, n, scratch, as_usual(q))
            else:
                t, b, w = plain_block(slots, i, n, scratch, q)
            total, lost = gathered(total, lost, t)
            weight, missed = gathered(weight, missed, w)
            bad += b
        sums = offset(doubles(load(slots, SUMS)), WIDTH * k)
        store(sums, 0, settled(total, lost))
        store(sums, 1, bad)
        store(sums, 2, settled(weight, missed))
