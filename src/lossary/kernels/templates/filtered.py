# The sum of rows of numbers, times slopes by logits, of which those that are small are left out.
#
# By hidden states: each row adds the weights of its classes. By weights: each class adds the
# hidden states of its rows; a chunk is then a span of classes, and goes through all rows.

PIECE = 64


@inlined
def some_count(g, n, bound):
    """Return how many slopes count; NaN does."""
    total = F(0)
    for j in range(n):
        total = accumulate(total, where(absolute(load(g, j)) < bound, F(0), F(1)))
    return total


@inlined
def add_scaled(sink, x, g, n):
    for h in range(n):
        store(sink, h, load(sink, h) + g * load(x, h))


@inlined
def add_row(slots, row, first, last, piece, room):
    """Add what a row's slopes by a span of classes bring."""
    classes, hidden = load(slots, CLASSES), load(slots, HIDDEN)
    by_class = load(slots, BY_CLASS) != 0
    bound = load(reals(load(slots, BOUNDS)), row)
    sinks = reals(load(slots, SINK))
    for i in range(first, last, PIECE):
        n = min(PIECE, last - i)
        g = load_block(load(slots, SLOPE), load(slots, SLOPE_TYPE), row * classes + i, n, piece)
        if some_count(g, n, bound) == F(0):
            continue
        for j in range(n):
            g_j = load(g, j)
            if absolute(g_j) < bound:
                continue
            if by_class:
                source, sink = row, i + j
            else:
                source, sink = i + j, row
            x = load_block(
                load(slots, SOURCE), load(slots, SOURCE_TYPE), source * hidden, hidden, room
            )
            add_scaled(offset(sinks, sink * hidden), x, g_j, hidden)


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    rows, classes, chunk = load(slots, ROWS), load(slots, CLASSES), load(slots, CHUNK)
    piece = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    room = offset(piece, PIECE)
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        if load(slots, BY_CLASS) != 0:
            for row in range(rows):
                add_row(slots, row, k * chunk, min(classes, (k + 1) * chunk), piece, room)
        else:
            for row in range(k * chunk, min(rows, (k + 1) * chunk)):
                add_row(slots, row, 0, classes, piece, room)
