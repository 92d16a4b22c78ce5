# State of each row's softmax, updated by a block of its classes.
#
# A row's state is five numbers: the largest logit, the sum of the exponentials of all classes but
# the target's, their spread, the class of the largest, and the target's logit.


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    numbers = doubles(load(slots, NUMBERS))
    rows, chunk, first = load(slots, ROWS), load(slots, CHUNK), load(slots, FIRST)
    z = reals(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    e, f = offset(z, BLOCK), offset(z, 2 * BLOCK)
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        for row in range(k * chunk, min(rows, (k + 1) * chunk)):
            state = offset(doubles(load(slots, STATE)), 5 * row)
            t = load(integers(load(slots, INDEX)), row) - first
            top, rest, spread, best, z_t = row_sums(
                slots,
                numbers,
                row,
                t,
                0,
                e,
                z,
                f,
                e,
                F(load(state, 0)),
                load(state, 1),
                load(state, 2),
                int64(load(state, 3)) - first,
                F(load(state, 4)),
            )
            store(state, 0, float64(top))
            store(state, 1, rest)
            store(state, 2, spread)
            store(state, 3, float64(best + first))
            store(state, 4, float64(z_t))
