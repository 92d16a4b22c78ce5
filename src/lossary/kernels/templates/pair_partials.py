# The derivatives of a term of two masses by the masses, times the cotangent of each row.
# The formula brings: unpacked, first_slope, second_slope.


@inlined
def slopes_by_first(a, b, g, n, factor, q):
    for j in range(n):
        a_j, b_j = load(a, j), load(b, j)
        slope = first_slope(a_j, b_j, log_quotient(a_j, b_j), log_share(a_j, b_j), q)
        store(g, j, where(factor == F(0), F(0), factor * slope))


@inlined
def slopes_by_second(a, b, g, n, factor, q):
    for j in range(n):
        a_j, b_j = load(a, j), load(b, j)
        slope = second_slope(a_j, b_j, log_quotient(a_j, b_j), log_share(a_j, b_j), q)
        store(g, j, where(factor == F(0), F(0), factor * slope))


@inlined
def row_slopes(slots, row, factor, q, x, y, g):
    classes = load(slots, CLASSES)
    for i in range(0, classes, BLOCK):
        n, at = min(BLOCK, classes - i), row * classes + i
        a, b = pair_of_blocks(slots, row, i, n, x, y)
        if load(slots, BY_FIRST) != 0:
            g_i = writable_block(load(slots, BY_FIRST), load(slots, BY_FIRST_TYPE), at, g)
            slopes_by_first(a, b, g_i, n, factor, q)
            store_block(load(slots, BY_FIRST), load(slots, BY_FIRST_TYPE), at, n, g_i)
        if load(slots, BY_SECOND) != 0:
            g_i = writable_block(load(slots, BY_SECOND), load(slots, BY_SECOND_TYPE), at, g)
            slopes_by_second(a, b, g_i, n, factor, q)
            store_block(load(slots, BY_SECOND), load(slots, BY_SECOND_TYPE), at, n, g_i)


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    numbers = doubles(load(slots, NUMBERS))
    q = unpacked(offset(numbers, PARAMETERS))
    rows, chunk = load(slots, ROWS), load(slots, CHUNK)
    x = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    y, g = offset(x, BLOCK), offset(x, 2 * BLOCK)
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        for row in range(k * chunk, min(rows, (k + 1) * chunk)):
            row_slopes(slots, row, F(at_row(load(slots, COTANGENT), row)), q, x, y, g)
        store(offset(doubles(load(slots, SUMS)), WIDTH * k), 0, 0.0)
