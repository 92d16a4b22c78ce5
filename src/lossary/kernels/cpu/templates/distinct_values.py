# Distinct rows of an array: the index of each row among them, in order of first occurrence.
#
# A row is WORDS integers of 4 bytes. Indices are kept in a hash table with a power of 2 of
# slots; a slot holds an index plus 1, or 0. Rows are compared word by word, so equal
# hashes do no harm. Where more than LIMIT rows are distinct the count is -1.

FACTOR = 0x1E3779B97F4A7C15


@inlined
def hash_of(row, words):
    h = int64(words)
    for j in range(words):
        h = (h ^ int64(load(row, j))) * FACTOR
        h = h ^ (h >> 29)
    return h


@inlined
def equal_rows(a, b, words):
    for j in range(words):
        if load(a, j) != load(b, j):
            return False
    return True


@inlined
def find_distinct(slots):
    """Return the number of distinct rows, and write the index of each row among them."""
    rows, words = load(slots, ROWS), load(slots, WORDS)
    mask, limit = load(slots, MASK), load(slots, LIMIT)
    x, table = quads(load(slots, ADDRESS)), quads(load(slots, TABLE))
    firsts, codes = integers(load(slots, FIRSTS)), quads(load(slots, CODES))
    found = 0
    for r in range(rows):
        row = offset(x, r * words)
        i = hash_of(row, words) & mask
        while True:
            place = int64(load(table, i)) - 1
            if place < 0:
                if found == limit:
                    return -1
                place = found
                put(table, i, place + 1)
                store(firsts, place, r)
                found += 1
                break
            if equal_rows(row, offset(x, load(firsts, place) * words), words):
                break
            i = (i + 1) & mask
        put(codes, r, place)
    return found


@kernel
def run(slots):
    store(integers(load(slots, FOUND)), 0, find_distinct(slots))
