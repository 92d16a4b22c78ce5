# A loss of rows of many classes, each row in blocks that stay in the first-level cache.
# The record defines unpacked, terms (a term and its slope), SPARSE and EXCESS, the layout the other
# names in capitals.
#
# Exponentials are stored by the pass that sums them, relative to the largest logit so far, and
# corrected by a factor for each block when they are written. The sum leaves out the target's class,
# or the largest, so that log1p keeps the tail of a confident row.


@inlined
def log_share(z, top, e, rest):
    """Return log(e / (e + rest)) for e = exp(z - top), without cancellation."""
    if rest <= e:
        return -log1p(rest / e)
    return (float64(z) - float64(top)) - log(e + rest)


@inlined
def told(slots, row, top, everything, spread, best):
    """Write the requested auxiliary outputs of a row, and return its log-sum-exp."""
    lse = float64(top) + log(everything)
    if load(slots, LSE) != 0:
        store(reals(load(slots, LSE)), row, F(lse))
    if load(slots, ENTROPY) != 0:
        store(reals(load(slots, ENTROPY)), row, F(log(everything) - spread / everything))
    if load(slots, BEST) != 0:
        store(integers(load(slots, BEST)), row, best)
    return lse


@inlined
def write(slots, row, i, n, e, f, factor, t, at_target):
    """Write a block of slopes: exponentials times a factor, except for the target's class."""
    at = row * load(slots, CLASSES) + i
    direct = load(slots, SLOPE_TYPE) == CODE
    if direct:
        g = offset(reals(load(slots, SLOPE)), at)
    else:
        g = e
    if load(slots, SCALED) != 0:
        for j in range(n):
            store(e, j, load(e, j) * load(f, j))
        at_target = at_target * load(f, max(0, min(t, n - 1)))
    if direct:
        for j in range(n):
            store(g, j, load(e, j) * factor)
    else:
        for j in range(n):
            store(e, j, load(e, j) * factor)
    if 0 <= t < n:
        store(g, t, at_target)
    if not direct:
        store_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), at, n, e)


@inlined
def index_row(slots, numbers, row, t, mass, factor, q, maxima, z, f, e):
    """Return the loss of a row by its target's class alone, and whether its largest is finite."""
    classes = load(slots, CLASSES)
    keep = load(slots, SLOPE) != 0 and factor != 0.0
    top, rest, spread, best, z_t = row_sums(
        slots, numbers, row, t, keep, maxima, z, f, e, -INFINITY, 0.0, 0.0, 0, F(0)
    )
    e_t = float64(exp_from(z_t, top))
    everything = e_t + rest
    lse = told(slots, row, top, everything, spread + weighed(e_t, z_t, top), best)
    p, r = e_t / everything, rest / everything
    v, b = terms(F(mass), F(log_share(z_t, top, e_t, rest)), F(p), F(r), q)
    extra, lift = penalty64(lse, penalty_weights64(numbers))
    if keep:
        common = factor * (lift - float64(b)) / everything
        at_target = F(factor * (float64(b) * r + lift * p))
        for i in range(0, classes, BLOCK):
            n = min(BLOCK, classes - i)
            below = float64(exp_from(load(maxima, i // BLOCK), top))
            f_i = offset(f, i * load(slots, SCALED))
            write(slots, row, i, n, offset(e, i), f_i, F(common * below), t - i, at_target)
    # A row with a NaN is NaN, whatever its largest logit.
    return float64(v) + extra, abs(top) < INFINITY or rest != rest


@inlined
def target_block(slots, numbers, row, i, n, index, t):
    """Load a block of the target distribution; return its sum in two parts, its mass, and the
    number of negative elements.
    """
    smoothing, classes = F(load(numbers, SMOOTHING)), load(slots, CLASSES)
    total, lost, mass, negative = 0.0, 0.0, 0.0, F(0)
    if index >= 0:
        fill(t, n, F(0))
        if i <= index < i + n:
            store(t, index - i, F(1))
    else:
        at = row * classes + i
        found = load_block(load(slots, TARGET), load(slots, TARGET_TYPE), at, n, t)
        for j in range(n):
            t_j = load(found, j)
            negative = accumulate(negative, where(t_j < F(0), F(1), F(0)))
            store(t, j, t_j)
        total, lost = share_total(t, n)
    for j in range(n, padded(n)):
        store(t, j, F(0))
    if load(slots, CLASS_WEIGHT) != 0:
        w = offset(reals(load(slots, CLASS_WEIGHT)), i)
        for j in range(n):
            mass = accumulate(mass, float64(load(t, j) * load(w, j)))
    if smoothing != F(0):
        even = smoothing / F(classes)
        for j in range(n):
            store(t, j, (F(1) - smoothing) * load(t, j) + even)
    if SPARSE and load(slots, CLASS_WEIGHT) != 0:
        w = offset(reals(load(slots, CLASS_WEIGHT)), i)
        for j in range(n):
            store(t, j, load(t, j) * load(w, j))
    return total, lost, mass, float64(negative)


@inlined
def term_block(z, e, t, b, n, top, log_sum, factor, rest, q):
    """Write probabilities and slopes; return sums: of terms, of slopes below and at the top."""
    total, below, at_top = 0.0, 0.0, 0.0
    for i in range(0, n, PAD):
        total_i, below_i, at_top_i = F(0), F(0), F(0)
        for j in range(i, i + PAD):
            z_j = load(z, j)
            p = load(e, j) * factor
            is_top = z_j == top
            v, b_j = terms(load(t, j), (z_j - top) - log_sum, p, where(is_top, rest, F(1) - p), q)
            total_i = accumulate(total_i, v)
            below_i = accumulate(below_i, where(is_top, F(0), b_j))
            at_top_i = accumulate(at_top_i, where(is_top, b_j, F(0)))
            store(e, j, p)
            store(b, j, b_j)
        total += float64(total_i)
        below += float64(below_i)
        at_top += float64(at_top_i)
    return total, below, at_top


@inlined
def dense_slopes(z, e, b, n, top, rest, below, at_top, factor, lift):
    """Convert slopes by log-probabilities to slopes by logits; the largest is added last."""
    for j in range(n):
        p, b_j = load(e, j), load(b, j)
        is_top = load(z, j) == top
        others = where(is_top, below + (at_top - b_j), (below - b_j) + at_top)
        slope = b_j * where(is_top, rest, F(1) - p) - p * others + lift * p
        store(e, j, factor * slope)


@inlined
def dense_row(slots, numbers, row, index, mass, factor, q, maxima, z, f, e, b, t):
    """Return the loss of a row by the terms of all classes, its mass, and whether all is valid."""
    classes = load(slots, CLASSES)
    top, rest, lost, tied, spread, best = -INFINITY, 0.0, 0.0, 0.0, 0.0, 0
    for i in range(0, classes, BLOCK):
        n = min(BLOCK, classes - i)
        z_i, e_i = offset(z, i), offset(e, i)
        found = fetch(slots, numbers, row, i, n, z_i, offset(f, i * load(slots, SCALED)))
        if address_of(found) != address_of(z_i):
            for j in range(n):
                store(z_i, j, load(found, j))
        high = largest(z_i, padded(n))
        if high > top:
            if load(slots, BEST) != 0:
                best = i + place_of(z_i, n, high)
            spread = grown(moved(spread, rest + tied, top, high), top, high)
            rest, lost, tied = grown(rest + tied, top, high), grown(lost, top, high), 0.0
            top = high
        store(maxima, i // BLOCK, top)
        if top == -INFINITY:
            rest += masked(z_i, e_i, padded(n))
        else:
            below, equal = exponentials_below(z_i, e_i, padded(n), top)
            rest, lost = added(rest, lost, below)
            tied += equal
            if load(slots, ENTROPY) != 0:
                spread += float64(spread_of(e_i, z_i, padded(n), top))
    others = (rest + lost) + (tied - 1.0)
    everything = 1.0 + others
    lse = told(slots, row, top, everything, spread, best)
    log_sum, share = F(log1p(others)), F(others / everything)
    total, missed, below, missed_below, at_top = 0.0, 0.0, 0.0, 0.0, 0.0
    given, left_out, own_mass, negative = 0.0, 0.0, 0.0, 0.0
    for i in range(0, classes, BLOCK):
        n = min(BLOCK, classes - i)
        sum_i, left_i, mass_i, negative_i = target_block(slots, numbers, row, i, n, index, t)
        by = F(float64(exp_from(load(maxima, i // BLOCK), top)) / everything)
        z_i, e_i, b_i = offset(z, i), offset(e, i), offset(b, i)
        v, low, high = term_block(z_i, e_i, t, b_i, padded(n), top, log_sum, by, share, q)
        total, missed = added(total, missed, v)
        below, missed_below = added(below, missed_below, low)
        at_top += high
        given += sum_i
        left_out += left_i
        own_mass += mass_i
        negative += negative_i
    total, below = settled(total, missed), settled(below, missed_below)
    excess = (given - 1.0) + left_out
    if load(slots, CLASS_WEIGHT) != 0 and index < 0:
        mass = own_mass
    weight = 1.0 if SPARSE else mass
    extra, lift = penalty64(lse, penalty_weights64(numbers))
    if index < 0:
        total += EXCESS * (1.0 - load(numbers, SMOOTHING)) * excess
    if load(slots, SLOPE) != 0 and factor != 0.0:
        for i in range(0, classes, BLOCK):
            n = min(BLOCK, classes - i)
            z_i, e_i, b_i = offset(z, i), offset(e, i), offset(b, i)
            low, high = F(weight * below), F(weight * at_top)
            if weight != 1.0:
                for j in range(n):
                    store(b_i, j, load(b_i, j) * F(weight))
            dense_slopes(z_i, e_i, b_i, n, top, share, low, high, F(factor), F(lift))
            f_i = offset(f, i * load(slots, SCALED))
            write(slots, row, i, n, e_i, f_i, F(1), -1, F(0))
    lawful = (abs(top) < INFINITY or others != others) and negative == 0.0
    if index < 0:
        lawful = lawful and not abs(excess) > load(numbers, TOLERANCE)
    return weight * total + extra, mass, lawful


@inlined
def mass_of_row(slots, numbers, row, t):
    """Return the weight of a row's classes under its target distribution."""
    mass = 0.0
    for i in range(0, load(slots, CLASSES), BLOCK):
        n = min(BLOCK, load(slots, CLASSES) - i)
        _, _, mass_i, _ = target_block(slots, numbers, row, i, n, -1, t)
        mass += mass_i
    return mass


@inlined
def silent_row(slots, row, e):
    """Write the slopes of a row that has no weight."""
    classes = load(slots, CLASSES)
    if load(slots, SLOPE) != 0:
        for i in range(0, classes, BLOCK):
            n = min(BLOCK, classes - i)
            fill(e, n, F(0))
            store_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), row * classes + i, n, e)


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    numbers = doubles(load(slots, NUMBERS))
    q = unpacked(offset(numbers, PARAMETERS))
    rows, classes, chunk = load(slots, ROWS), load(slots, CLASSES), load(slots, CHUNK)
    maxima = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    room = (classes + BLOCK - 1) // BLOCK * BLOCK
    t = offset(maxima, padded(room // BLOCK))
    e = offset(t, BLOCK)
    z, f, b = offset(e, room), offset(e, 2 * room), offset(e, 3 * room)
    by_index = load(slots, INDEX) != 0
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        total, lost, weights, missed, bad = 0.0, 0.0, 0.0, 0.0, 0.0
        if k == 0:
            bad = unlawful_weights(load(slots, CLASS_WEIGHT), classes)
        for row in range(k * chunk, min(rows, (k + 1) * chunk)):
            index, weight, mass, cotangent = -1, 1.0, 1.0, 1.0
            if by_index:
                index = load(integers(load(slots, INDEX)), row)
            if load(slots, WEIGHT) != 0:
                weight = float64(load(reals(load(slots, WEIGHT)), row))
                if weight < 0.0 or weight == INFINITY:
                    bad += 1.0
            if load(slots, COTANGENT) != 0:
                cotangent = float64(load(reals(load(slots, COTANGENT)), row))
            ignored = load(slots, IGNORING) != 0 and index == load(slots, IGNORED)
            if by_index and not ignored and (index < 0 or index >= classes):
                bad += 1.0
                index = 0
            loss = 0.0
            if ignored or weight == 0.0:
                silent_row(slots, row, e)
            else:
                if by_index and load(slots, CLASS_WEIGHT) != 0:
                    mass = float64(load(reals(load(slots, CLASS_WEIGHT)), index))
                factor = weight * load(numbers, SCALE) * cotangent
                if factor == 0.0:
                    silent_row(slots, row, e)
                if load(slots, WEIGHING) != 0:
                    if load(slots, CLASS_WEIGHT) != 0 and not by_index:
                        mass = mass_of_row(slots, numbers, row, t)
                elif SPARSE and by_index and load(numbers, SMOOTHING) == 0.0:
                    loss, lawful = index_row(
                        slots, numbers, row, index, mass, factor, q, maxima, z, f, e
                    )
                    bad += 0.0 if lawful else 1.0
                else:
                    loss, mass, lawful = dense_row(
                        slots, numbers, row, index, mass, factor, q, maxima, z, f, e, b, t
                    )
                    bad += 0.0 if lawful else 1.0
                loss *= weight
                weights, missed = gathered(weights, missed, weight * mass)
            if load(slots, OUT) != 0:
                store(reals(load(slots, OUT)), row, F(loss))
            total, lost = gathered(total, lost, loss)
        sums = offset(doubles(load(slots, SUMS)), WIDTH * k)
        store(sums, SUM_OF_LOSS, settled(total, lost))
        store(sums, SUM_OF_BAD, bad)
        store(sums, SUM_OF_WEIGHT, settled(weights, missed))
