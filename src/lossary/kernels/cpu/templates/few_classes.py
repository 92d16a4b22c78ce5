# A loss of rows of few classes, 64 transposed rows at a time: a class of all rows is one vector.
# The record defines unpacked, terms (a term and its slope), SPARSE and EXCESS, the layout the other
# names in capitals.

# Classes are summed in groups of this size: one sum of 32 equal numbers has an error of 13 eps.
GROUP = 8


@inlined
def row_inputs(slots, row, count, index, weight, mass):
    """Load class index, weight and mass of each row; return the number of invalid ones."""
    classes, bad = load(slots, CLASSES), F(0)
    if load(slots, WEIGHT) != 0:
        w = offset(reals(load(slots, WEIGHT)), row)
        for r in range(count):
            w_r = load(w, r)
            bad = accumulate(bad, where(either(w_r < F(0), w_r == INFINITY), F(1), F(0)))
            store(weight, r, w_r)
    else:
        fill(weight, W, F(1))
    for r in range(count, W):
        store(weight, r, F(0))
    fill(mass, W, F(1))
    if load(slots, INDEX) != 0:
        found = offset(integers(load(slots, INDEX)), row)
        ignoring, ignored = load(slots, IGNORING) != 0, load(slots, IGNORED)
        for r in range(count, W):
            store(index, r, F(0))
        for r in range(count):
            i = load(found, r)
            skipped = both(ignoring, i == ignored)
            unknown = both(negation(skipped), either(i < 0, i >= classes))
            bad = accumulate(bad, where(unknown, F(1), F(0)))
            store(index, r, where(either(skipped, unknown), F(0), F(i)))
            store(weight, r, where(skipped, F(0), load(weight, r)))
        if load(slots, CLASS_WEIGHT) != 0:
            w = reals(load(slots, CLASS_WEIGHT))
            for r in range(W):
                store(mass, r, load(w, int64(load(index, r))))
    return float64(bad)


@inlined
def prepare(slots, numbers, row, count, z, f, flat, weight):
    """Load the logits after temperature and softcap; rows without weight become zeros."""
    classes = load(slots, CLASSES)
    fetch(load(slots, LOGITS), load(slots, LOGITS_TYPE), row, count, classes, z, flat)
    for c in range(classes):
        z_c = offset(z, c * W)
        for r in range(W):
            store(z_c, r, where(load(weight, r) == F(0), F(0), load(z_c, r)))
    if load(slots, SCALED) != 0:
        scale_block(numbers, z, f, classes * W)


@inlined
def tops(z, classes, top):
    """Write the largest logit of each row; return the number of infinite ones."""
    infinite = F(0)
    for r in range(W):
        store(top, r, load(z, r))
    for c in range(classes):
        z_c = offset(z, c * W)
        for r in range(W):
            z_r = load(z_c, r)
            store(top, r, where(z_r > load(top, r), z_r, load(top, r)))
    for r in range(W):
        infinite = accumulate(infinite, where(absolute(load(top, r)) == INFINITY, F(1), F(0)))
    return float64(infinite)


@inlined
def told(slots, row, count, z, e, top, everything):
    """Write the requested auxiliary outputs of the rows."""
    classes = load(slots, CLASSES)
    if load(slots, LSE) == 0 and load(slots, ENTROPY) == 0 and load(slots, BEST) == 0:
        return
    for r in range(count):
        top_r, sum_r = load(top, r), load(everything, r)
        if load(slots, LSE) != 0:
            store(reals(load(slots, LSE)), row + r, top_r + log(sum_r))
        if load(slots, ENTROPY) != 0 or load(slots, BEST) != 0:
            spread, best = F(0), -1
            for c in range(classes):
                z_r, e_r = load(z, c * W + r), load(e, c * W + r)
                spread += where(e_r == F(0), F(0), e_r * (z_r - top_r))
                if best < 0 and z_r == top_r:
                    best = c
            if load(slots, ENTROPY) != 0:
                store(reals(load(slots, ENTROPY)), row + r, log(sum_r) - spread / sum_r)
            if load(slots, BEST) != 0:
                store(integers(load(slots, BEST)), row + r, max(best, 0))


@inlined
def index_exponentials(z, e, classes, top, index, rest, own, z_own, part):
    """Write exponentials, and their sum over the classes other than the target."""
    fill(rest, W, F(0))
    for first in range(0, classes, GROUP):
        fill(part, W, F(0))
        for c in range(first, min(classes, first + GROUP)):
            z_c, e_c, this = offset(z, c * W), offset(e, c * W), F(c)
            for r in range(W):
                z_r = load(z_c, r)
                e_r = exp_from(z_r, load(top, r))
                is_own = load(index, r) == this
                store(e_c, r, e_r)
                store(part, r, load(part, r) + where(is_own, F(0), e_r))
                store(own, r, where(is_own, e_r, load(own, r)))
                store(z_own, r, where(is_own, z_r, load(z_own, r)))
        add(rest, part)


@inlined
def add(total, part):
    for r in range(W):
        store(total, r, load(total, r) + load(part, r))


@inlined
def index_terms(numbers, top, rest, own, z_own, weight, mass, factor, loss, common, at_own, q):
    """Write losses, the factor of the exponentials, and the slope at the target's class."""
    for r in range(W):
        rest_r, own_r, w, mass_r = load(rest, r), load(own, r), load(weight, r), load(mass, r)
        everything = rest_r + own_r
        # log(e / (e + rest)) by log1p of the smaller over the larger of the two.
        near = rest_r <= own_r
        tail = log1p(where(near, rest_r / own_r, (rest_r - F(1)) + own_r))
        l = where(near, F(0), load(z_own, r) - load(top, r)) - tail
        p, r_p, scale = own_r / everything, rest_r / everything, load(factor, r)
        v, b = terms(mass_r, l, p, r_p, q)
        silent = scale == F(0)
        store(loss, r, where(w == F(0), F(0), w * v))
        store(common, r, where(silent, F(0), scale * (-b / everything)))
        store(at_own, r, where(silent, F(0), scale * (b * r_p)))
        store(rest, r, everything)
    if penalized(numbers):
        w_lse = penalty_weights(numbers)
        for r in range(W):
            everything, scale = load(rest, r), load(factor, r)
            lse = load(top, r) + log(everything)
            extra, slope = penalty(lse, w_lse)
            lift = scale * slope / everything
            store(loss, r, load(loss, r) + load(weight, r) * extra)
            store(common, r, load(common, r) + lift)
            store(at_own, r, load(at_own, r) + lift * load(own, r))


@inlined
def index_slopes(e, classes, index, common, at_own):
    for c in range(classes):
        e_c, this = offset(e, c * W), F(c)
        for r in range(W):
            other = load(e_c, r) * load(common, r)
            store(e_c, r, where(load(index, r) == this, load(at_own, r), other))


@inlined
def dense_exponentials(z, e, classes, top, others, part):
    """Write exponentials, and their sum without one of the largest."""
    fill(others, W, F(-1))
    for c in range(classes):
        z_c = offset(z, c * W)
        for r in range(W):
            store(others, r, load(others, r) + where(load(z_c, r) == load(top, r), F(1), F(0)))
    for first in range(0, classes, GROUP):
        fill(part, W, F(0))
        for c in range(first, min(classes, first + GROUP)):
            z_c, e_c = offset(z, c * W), offset(e, c * W)
            for r in range(W):
                z_r, top_r = load(z_c, r), load(top, r)
                e_r = exp_from(z_r, top_r)
                store(e_c, r, e_r)
                store(part, r, load(part, r) + where(z_r == top_r, F(0), e_r))
        add(others, part)


@inlined
def add_share(given, r, x):
    """Add to a row's sum; its float64 remainder is W elements further: see share_total."""
    if CODE == 1:
        near = (x + 1.0) - 1.0
        store(given, W + r, load(given, W + r) + (x - near))
        store(given, r, load(given, r) + near)
    else:
        store(given, r, load(given, r) + x)


@inlined
def targets(slots, numbers, row, count, index, weight, mass, t, flat, given):
    """Load the target distributions, smoothed and weighted; return the number of invalid ones."""
    classes, smoothing, bad = load(slots, CLASSES), F(load(numbers, SMOOTHING)), F(0)
    weighted = load(slots, CLASS_WEIGHT) != 0
    if load(slots, INDEX) != 0:
        for c in range(classes):
            for r in range(W):
                store(t, c * W + r, where(load(index, r) == F(c), F(1), F(0)))
    else:
        fetch(load(slots, TARGET), load(slots, TARGET_TYPE), row, count, classes, t, flat)
        if weighted:
            fill(mass, W, F(0))
        fill_wide(given, W, -1.0)
        if CODE == 1:
            fill_wide(offset(given, W), W, 0.0)
        for c in range(classes):
            t_c = offset(t, c * W)
            w_c = F(1)
            if weighted:
                w_c = load(reals(load(slots, CLASS_WEIGHT)), c)
            for r in range(W):
                silent, t_r = load(weight, r) == F(0), load(t_c, r)
                bad = accumulate(bad, where(both(negation(silent), t_r < F(0)), F(1), F(0)))
                t_r = where(silent, F(1) / F(classes), t_r)
                store(t_c, r, t_r)
                add_share(given, r, float64(t_r))
                if weighted:
                    store(mass, r, load(mass, r) + t_r * w_c)
        limit = load(numbers, TOLERANCE)
        if CODE == 1:
            for r in range(W):
                store(given, r, load(given, r) + load(given, W + r))
        for r in range(W):
            off = both(load(weight, r) != F(0), absolute(load(given, r)) > limit)
            bad = accumulate(bad, where(off, F(1), F(0)))
    if smoothing != F(0):
        for j in range(classes * W):
            store(t, j, (F(1) - smoothing) * load(t, j) + smoothing / F(classes))
    if SPARSE and weighted:
        for c in range(classes):
            w_c = load(reals(load(slots, CLASS_WEIGHT)), c)
            for r in range(W):
                store(t, c * W + r, load(t, c * W + r) * w_c)
    return float64(bad)


@inlined
def fill_wide(x, n, c):
    for j in range(n):
        store(x, j, c)


@inlined
def dense_terms(z, e, t, b, classes, top, others, log_sum, total, below, at_top, v_part, b_part, q):
    """Write probabilities, slopes of the terms, and sums: terms, slopes below and at the top."""
    for r in range(W):
        store(log_sum, r, log1p(load(others, r)))
    fill(total, W, F(0))
    fill(below, W, F(0))
    fill(at_top, W, F(0))
    for first in range(0, classes, GROUP):
        fill(v_part, W, F(0))
        fill(b_part, W, F(0))
        for c in range(first, min(classes, first + GROUP)):
            at = c * W
            z_c, e_c, t_c, b_c = offset(z, at), offset(e, at), offset(t, at), offset(b, at)
            for r in range(W):
                z_r, top_r, others_r = load(z_c, r), load(top, r), load(others, r)
                p = load(e_c, r) / (F(1) + others_r)
                is_top = z_r == top_r
                rest = where(is_top, others_r / (F(1) + others_r), F(1) - p)
                v, b_r = terms(load(t_c, r), (z_r - top_r) - load(log_sum, r), p, rest, q)
                store(e_c, r, p)
                store(b_c, r, b_r)
                store(v_part, r, load(v_part, r) + v)
                store(b_part, r, load(b_part, r) + where(is_top, F(0), b_r))
                store(at_top, r, load(at_top, r) + where(is_top, b_r, F(0)))
        add(total, v_part)
        add(below, b_part)


@inlined
def dense_slopes(z, e, b, classes, top, others, below, at_top, factor, lift):
    for c in range(classes):
        z_c, e_c, b_c = offset(z, c * W), offset(e, c * W), offset(b, c * W)
        for r in range(W):
            p, b_r, others_r, scale = load(e_c, r), load(b_c, r), load(others, r), load(factor, r)
            is_top = load(z_c, r) == load(top, r)
            rest = where(is_top, others_r / (F(1) + others_r), F(1) - p)
            low, high = load(below, r), load(at_top, r)
            others_b = where(is_top, low + (high - b_r), (low - b_r) + high)
            slope = b_r * rest - p * others_b + load(lift, r) * p
            store(e_c, r, where(scale == F(0), F(0), scale * slope))


@inlined
def dense_losses(slots, numbers, top, others, total, given, weight, mass, loss, lift):
    """Write the losses, and the contribution of the z-loss to the slopes."""
    w_lse, by_index = penalty_weights(numbers), load(slots, INDEX) != 0
    share = F(EXCESS) * (F(1) - F(load(numbers, SMOOTHING)))
    for r in range(W):
        own = load(total, r)
        if not by_index:
            own += share * F(load(given, r))
        mass_r, w = load(mass, r), load(weight, r)
        lse = load(top, r) + log1p(load(others, r))
        if not SPARSE:
            own *= mass_r
        extra, slope = penalty(lse, w_lse)
        store(loss, r, where(w == F(0), F(0), w * (own + extra)))
        store(lift, r, slope)


@inlined
def scale_rows(x, classes, by):
    for c in range(classes):
        for r in range(W):
            store(x, c * W + r, load(x, c * W + r) * load(by, r))


@inlined
def put(slots, row, count, g, f, flat):
    """Write the slopes of up to 64 rows."""
    classes = load(slots, CLASSES)
    if load(slots, SCALED) != 0:
        for j in range(classes * W):
            store(g, j, load(g, j) * load(f, j))
    if load(slots, SLOPE_TYPE) == CODE and count == W:
        one_by_one(g, offset(reals(load(slots, SLOPE)), row * classes), classes)
    else:
        one_by_one(g, flat, classes)
        n = count * classes
        store_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), row * classes, n, flat)


@inlined
def factors(slots, numbers, row, count, weight, factor):
    """Write the factor of the slopes of each row."""
    scale, along = F(load(numbers, SCALE)), load(slots, COTANGENT)
    for r in range(W):
        store(factor, r, load(weight, r) * scale)
    if along != 0:
        for r in range(count):
            store(factor, r, load(factor, r) * load(offset(reals(along), row), r))


@inlined
def block(slots, numbers, row, count, scratch, q):
    """Compute up to 64 rows; return the sums of losses and weights, and the invalid count."""
    classes = load(slots, CLASSES)
    size = classes * W
    index, weight = scratch, offset(scratch, W)
    mass, top = offset(scratch, 2 * W), offset(scratch, 3 * W)
    others, own, z_own = offset(scratch, 4 * W), offset(scratch, 5 * W), offset(scratch, 6 * W)
    factor, loss, first = offset(scratch, 7 * W), offset(scratch, 8 * W), offset(scratch, 9 * W)
    second, third, fourth = (
        offset(scratch, 10 * W),
        offset(scratch, 11 * W),
        offset(scratch, 12 * W),
    )
    given, flat = doubles(address_of(offset(scratch, 13 * W))), offset(scratch, 15 * W)
    z, f, e = offset(flat, size), offset(flat, 2 * size), offset(flat, 3 * size)
    t, b = offset(flat, 4 * size), offset(flat, 5 * size)
    bad = row_inputs(slots, row, count, index, weight, mass)
    sparse = SPARSE and load(slots, INDEX) != 0 and load(numbers, SMOOTHING) == 0.0
    if not sparse:
        bad += targets(slots, numbers, row, count, index, weight, mass, t, flat, given)
    if load(slots, WEIGHING) == 0:
        prepare(slots, numbers, row, count, z, f, flat, weight)
        factors(slots, numbers, row, count, weight, factor)
        bad += tops(z, classes, top)
        if sparse:
            index_exponentials(z, e, classes, top, index, others, own, z_own, first)
            index_terms(
                numbers, top, others, own, z_own, weight, mass, factor, loss, first, second, q
            )
            told(slots, row, count, z, e, top, others)
            if load(slots, SLOPE) != 0:
                index_slopes(e, classes, index, first, second)
        else:
            dense_exponentials(z, e, classes, top, others, first)
            for r in range(W):
                store(first, r, F(1) + load(others, r))
            told(slots, row, count, z, e, top, first)
            dense_terms(
                z, e, t, b, classes, top, others, first, own, second, third, fourth, loss, q
            )
            dense_losses(slots, numbers, top, others, own, given, weight, mass, loss, fourth)
            if load(slots, SLOPE) != 0:
                if not SPARSE:
                    scale_rows(b, classes, mass)
                    scale_rows(second, 1, mass)
                    scale_rows(third, 1, mass)
                dense_slopes(z, e, b, classes, top, others, second, third, factor, fourth)
        if load(slots, SLOPE) != 0:
            put(slots, row, count, e, f, flat)
        if load(slots, OUT) != 0:
            out = offset(reals(load(slots, OUT)), row)
            for r in range(count):
                store(out, r, load(loss, r))
    total, weights = 0.0, 0.0
    for r in range(count):
        total = accumulate(total, float64(load(loss, r)))
        weights = accumulate(weights, float64(load(weight, r) * load(mass, r)))
    return total, weights, bad


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    numbers = doubles(load(slots, NUMBERS))
    q = unpacked(offset(numbers, PARAMETERS))
    rows, chunk = load(slots, ROWS), load(slots, CHUNK)
    scratch = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        total, lost, weights, missed, bad = 0.0, 0.0, 0.0, 0.0, 0.0
        if k == 0:
            bad = unlawful_weights(load(slots, CLASS_WEIGHT), load(slots, CLASSES))
        end = min(rows, (k + 1) * chunk)
        for row in range(k * chunk, end, W):
            t, w, b = block(slots, numbers, row, min(W, end - row), scratch, q)
            total, lost = gathered(total, lost, t)
            weights, missed = gathered(weights, missed, w)
            bad += b
        sums = offset(doubles(load(slots, SUMS)), WIDTH * k)
        store(sums, SUM_OF_LOSS, settled(total, lost))
        store(sums, SUM_OF_BAD, bad)
        store(sums, SUM_OF_WEIGHT, settled(weights, missed))
