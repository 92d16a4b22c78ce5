# Contingency tables of the codes of two columns, for several pairs of columns.
#
# A job is one pair: RECORD integers, the addresses of the two columns, the size of a code in bytes,
# how many codes the second column has, how many cells the table has, and the table's address. A
# chunk is a block of jobs over a range of rows, and goes through its rows in tiles, so that columns
# which several jobs share stay in the cache.
#
# Small tables are counted in four copies, since to add to the same number twice running waits for
# the first addition. Tables that only one chunk adds to are counted in place.

RECORD = 6
SMALL = 1024
LANES = 4


@inlined
def count_rows(a, b, levels, first, last, table, step):
    """Count rows into tables that are a step apart; with a step of 0 they are one table."""
    table_1, table_2, table_3 = (
        offset(table, step),
        offset(table, 2 * step),
        offset(table, 3 * step),
    )
    whole = first + (last - first) // LANES * LANES
    for r in range(first, whole, LANES):
        i = int64(load(a, r)) * levels + int64(load(b, r))
        i_1 = int64(load(a, r + 1)) * levels + int64(load(b, r + 1))
        i_2 = int64(load(a, r + 2)) * levels + int64(load(b, r + 2))
        i_3 = int64(load(a, r + 3)) * levels + int64(load(b, r + 3))
        count_one(table, i)
        count_one(table_1, i_1)
        count_one(table_2, i_2)
        count_one(table_3, i_3)
    for r in range(whole, last):
        count_one(table, int64(load(a, r)) * levels + int64(load(b, r)))


@inlined
def count_codes(job, first, last, table, step):
    a, b, size, levels = load(job, 0), load(job, 1), load(job, 2), load(job, 3)
    if size == 1:
        count_rows(octets(a), octets(b), levels, first, last, table, step)
    elif size == 2:
        count_rows(shorts(a), shorts(b), levels, first, last, table, step)
    else:
        count_rows(quads(a), quads(b), levels, first, last, table, step)


@inlined
def count_job(job, first, last, room, shared):
    cells, table = load(job, 4), quads(load(job, 5))
    small = cells <= SMALL
    if not small and not shared:
        count_codes(job, first, last, table, 0)
        return
    copies = LANES if small else 1
    for i in range(copies * cells):
        clear(room, i)
    count_codes(job, first, last, room, cells if small else 0)
    for i in range(cells):
        total = int64(load(room, i))
        for k in range(1, copies):
            total += int64(load(room, k * cells + i))
        if total != 0:
            deposit(table, i, total)


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    rows, tile, ranges = load(slots, ROWS), load(slots, TILE), load(slots, RANGES)
    jobs, block = load(slots, JOBS), load(slots, BLOCK)
    records = integers(load(slots, RECORDS))
    room = quads(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    span = (rows + ranges - 1) // ranges
    while True:
        k = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if k >= load(slots, CHUNKS):
            break
        begin, end = k % ranges * span, min(rows, k % ranges * span + span)
        first_job = k // ranges * block
        # A range whose step may be 0 compiles to code that raises, which the cache refuses.
        for t in range((end - begin + tile - 1) // tile):
            first = begin + t * tile
            for j in range(first_job, min(jobs, first_job + block)):
                job = offset(records, j * RECORD)
                count_job(job, first, min(end, first + tile), room, ranges > 1)
