# A margin loss of rows: the sum or the largest of psi(s_t - s_j) over the classes j other than the
# target t. The record defines unpacked, psi and psi_slope (a value and its slope), the layout the
# names in capitals. Rows with a loss that is not finite are left to the plain path.

BLOCK = 1024


@inlined
def slopes_of_sum(z, g, n, t, right, factor, q):
    """Write the slopes by the other classes; return the sums of the losses and of psi's slopes."""
    total, slopes = 0.0, 0.0
    for i in range(0, n, SHORT):
        total_i, slopes_i = F(0), F(0)
        for j in range(i, min(n, i + SHORT)):
            v, b = psi_slope(right - load(z, j), q)
            total_i = accumulate(total_i, where(j == t, F(0), v))
            slopes_i = accumulate(slopes_i, where(j == t, F(0), b))
            store(g, j, -factor * b)
        total += float64(total_i)
        slopes += float64(slopes_i)
    return total, slopes


@inlined
def largest_loss(z, v, n, t, right, q):
    """Write the losses; return the largest and their sum. The target's own is 0 and is included."""
    best, total = rank_of(F(0)), F(0)
    for j in range(n):
        v_j = where(j == t, F(0), psi(right - load(z, j), q))
        store(v, j, v_j)
        rank = rank_of(v_j)
        best = where(rank > best, rank, best)
        total = accumulate(total, v_j)
    return number_of(best), total


@inlined
def ties(v, n, best):
    count = F(0)
    for j in range(n):
        count = accumulate(count, where(load(v, j) == best, F(1), F(0)))
    return count


@inlined
def slopes_of_largest(z, g, n, t, right, best, factor, q):
    """Write the slopes by the classes that share the largest loss; return the sum of psi's."""
    slopes = 0.0
    for i in range(0, n, SHORT):
        part = F(0)
        for j in range(i, min(n, i + SHORT)):
            v, b = psi_slope(right - load(z, j), q)
            b = where(both(v == best, j != t), b, F(0))
            part = accumulate(part, b)
            store(g, j, -factor * b)
        slopes += float64(part)
    return slopes


@inlined
def write_target(slots, row, t, slope, g):
    store(g, 0, slope)
    at = row * load(slots, CLASSES) + t
    store_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), at, 1, g)


@inlined
def summed_row(slots, row, t, right, factor, q, z, g):
    """Return the sum of a row's losses."""
    classes, total, lost, slopes = load(slots, CLASSES), 0.0, 0.0, 0.0
    for i in range(0, classes, BLOCK):
        n, at = min(BLOCK, classes - i), row * classes + i
        z_i = load_block(load(slots, LOGITS), load(slots, LOGITS_TYPE), at, n, z)
        # One loop has one order of sums, so the loss is the same with and without its gradient.
        if load(slots, SLOPE) == 0:
            v, _ = slopes_of_sum(z_i, g, n, t - i, right, F(factor), q)
        else:
            g_i = writable_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), at, g)
            v, b = slopes_of_sum(z_i, g_i, n, t - i, right, F(factor), q)
            store_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), at, n, g_i)
            slopes += b
        total, lost = gathered(total, lost, v)
    total = settled(total, lost)
    if load(slots, SLOPE) != 0:
        write_target(slots, row, t, F(factor * slopes), g)
    return total, total


@inlined
def largest_row(slots, row, t, right, factor, q, z, g, maxima):
    """Return the largest of a row's losses, and a sum that is finite if all of them are."""
    classes, best, count, total = load(slots, CLASSES), F(0), 0.0, 0.0
    for i in range(0, classes, BLOCK):
        n, at = min(BLOCK, classes - i), row * classes + i
        z_i = load_block(load(slots, LOGITS), load(slots, LOGITS_TYPE), at, n, z)
        high, sum_i = largest_loss(z_i, g, n, t - i, right, q)
        total += float64(sum_i)
        if high > best:
            count = 0.0
            best = high
        store(maxima, i // BLOCK, high)
        if high == best and load(slots, SLOPE) != 0:
            count += float64(ties(g, n, best))
    if load(slots, SLOPE) == 0:
        return float64(best), total
    slopes = 0.0
    for i in range(0, classes, BLOCK):
        n, at = min(BLOCK, classes - i), row * classes + i
        g_i = writable_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), at, g)
        if load(maxima, i // BLOCK) == best:
            z_i = load_block(load(slots, LOGITS), load(slots, LOGITS_TYPE), at, n, z)
            b = slopes_of_largest(z_i, g_i, n, t - i, right, best, F(factor / count), q)
            slopes += b
        else:
            fill(g_i, n, F(0))
        store_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), at, n, g_i)
    write_target(slots, row, t, F(factor / count * slopes), g)
    return float64(best), total


@inlined
def row_loss(slots, row, t, factor, q, z, g, maxima):
    at = row * load(slots, CLASSES) + t
    right = load(load_block(load(slots, LOGITS), load(slots, LOGITS_TYPE), at, 1, z), 0)
    if load(slots, LARGEST) != 0:
        return largest_row(slots, row, t, right, factor, q, z, g, maxima)
    return summed_row(slots, row, t, right, factor, q, z, g)


@inlined
def zero_slopes(slots, row, g):
    """Write the slopes of an ignored row: zeros."""
    classes = load(slots, CLASSES)
    if load(slots, SLOPE) != 0:
        fill(g, min(BLOCK, classes), F(0))
        for i in range(0, classes, BLOCK):
            n, at = min(BLOCK, classes - i), row * classes + i
            store_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), at, n, g)


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    numbers = doubles(load(slots, NUMBERS))
    q = unpacked(offset(numbers, PARAMETERS))
    rows, classes, chunk = load(slots, ROWS), load(slots, CLASSES), load(slots, CHUNK)
    z = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    share = 1.0 / classes if load(slots, AVERAGED) != 0 else 1.0
    g, maxima = offset(z, BLOCK), offset(z, 2 * BLOCK)
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        total, lost, weights, missed, bad = 0.0, 0.0, 0.0, 0.0, 0.0
        if k == 0:
            bad = unlawful_weights(load(slots, CLASS_WEIGHT), classes)
        for row in range(k * chunk, min(rows, (k + 1) * chunk)):
            t, loss = load(integers(load(slots, INDEX)), row), 0.0
            weight = at_row(load(slots, WEIGHT), row)
            if weight < 0.0 or weight == INFINITY:
                bad += 1.0
            if load(slots, IGNORING) != 0 and t == load(slots, IGNORED):
                weight = 0.0
            elif t < 0 or t >= classes:
                bad += 1.0
                weight = 0.0
            if weight == 0.0:
                zero_slopes(slots, row, g)
            else:
                mass = at_row(load(slots, CLASS_WEIGHT), t)
                cotangent = at_row(load(slots, COTANGENT), row)
                factor = weight * mass * share * load(numbers, SCALE) * cotangent
                if load(slots, WEIGHING) == 0:
                    loss, everything = row_loss(slots, row, t, factor, q, z, g, maxima)
                    if factor == 0.0:
                        zero_slopes(slots, row, g)
                    if not abs(everything) < INFINITY:
                        bad += 1.0
                loss *= weight * mass * share
                mass = 1.0 if load(slots, AVERAGED) != 0 else mass
                weights, missed = gathered(weights, missed, weight * mass)
            if load(slots, OUT) != 0:
                store(reals(load(slots, OUT)), row, F(loss))
            total, lost = gathered(total, lost, loss)
        sums = offset(doubles(load(slots, SUMS)), WIDTH * k)
        store(sums, SUM_OF_LOSS, settled(total, lost))
        store(sums, SUM_OF_BAD, bad)
        store(sums, SUM_OF_WEIGHT, settled(weights, missed))
