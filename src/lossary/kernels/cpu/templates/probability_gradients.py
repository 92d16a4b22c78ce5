# Derivatives of a term of two masses by the masses, times the cotangent of each row.
# The formula defines unpacked, first_slope and second_slope.


@inlined
def slopes_by_first(a, b, f, g, n, q):
    for j in range(n):
        a_j, b_j, f_j = load(a, j), load(b, j), load(f, j)
        slope = first_slope(a_j, b_j, log_quotient(a_j, b_j), log_share(a_j, b_j), q)
        store(g, j, where(f_j == F(0), F(0), f_j * slope))


@inlined
def slopes_by_second(a, b, f, g, n, q):
    for j in range(n):
        a_j, b_j, f_j = load(a, j), load(b, j), load(f, j)
        slope = second_slope(a_j, b_j, log_quotient(a_j, b_j), log_share(a_j, b_j), q)
        store(g, j, where(f_j == F(0), F(0), f_j * slope))


@inlined
def write_slopes(slots, at, n, q, x, y, f, g):
    """Write the slopes by n masses, given the cotangents of their rows."""
    a, b = pair_of_blocks(slots, at, n, n, x, y)
    if load(slots, BY_FIRST) != 0:
        g_i = writable_block(load(slots, BY_FIRST), load(slots, BY_FIRST_TYPE), at, g)
        slopes_by_first(a, b, f, g_i, n, q)
        store_block(load(slots, BY_FIRST), load(slots, BY_FIRST_TYPE), at, n, g_i)
    if load(slots, BY_SECOND) != 0:
        g_i = writable_block(load(slots, BY_SECOND), load(slots, BY_SECOND_TYPE), at, g)
        slopes_by_second(a, b, f, g_i, n, q)
        store_block(load(slots, BY_SECOND), load(slots, BY_SECOND_TYPE), at, n, g_i)


@inlined
def short_rows(slots, row, rows, q, x, y, f, g):
    """Write the slopes of the rows of a block."""
    classes = load(slots, CLASSES)
    for k in range(rows):
        fill(offset(f, k * classes), classes, F(at_row(load(slots, COTANGENT), row + k)))
    write_slopes(slots, row * classes, rows * classes, q, x, y, f, g)


@inlined
def long_row(slots, row, q, x, y, f, g):
    classes = load(slots, CLASSES)
    fill(f, min(BLOCK, classes), F(at_row(load(slots, COTANGENT), row)))
    for i in range(0, classes, BLOCK):
        write_slopes(slots, row * classes + i, min(BLOCK, classes - i), q, x, y, f, g)


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    numbers = doubles(load(slots, NUMBERS))
    q = unpacked(offset(numbers, PARAMETERS))
    rows, classes, chunk = load(slots, ROWS), load(slots, CLASSES), load(slots, CHUNK)
    x = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    y, f, g = offset(x, BLOCK), offset(x, 2 * BLOCK), offset(x, 3 * BLOCK)
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        row, end = k * chunk, min(rows, (k + 1) * chunk)
        while row < end:
            if classes <= NARROW:
                count = min(BLOCK // classes, end - row)
                short_rows(slots, row, count, q, x, y, f, g)
                row += count
            else:
                long_row(slots, row, q, x, y, f, g)
                row += 1
        store(offset(doubles(load(slots, SUMS)), WIDTH * k), 0, 0.0)
