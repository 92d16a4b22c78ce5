# Shared parts of the templates of masses: rows of two arrays, or of one array used twice.

BLOCK = 1024
NARROW = 24  # rows of at most so many outcomes are computed many at a time


@inlined
def masses(address, code, at, rest, n, x):
    """Return a pointer to masses, padded with zeros to n."""
    there = min(rest, n)
    found = load_block(address, code, at, there, x)
    if there == n:
        return found
    for j in range(there):
        store(x, j, load(found, j))
    fill(offset(x, there), n - there, F(0))
    return x


@inlined
def pair_of_blocks(slots, at, rest, n, x, y):
    """Return pointers to n masses of either array, padded at the end of the rows."""
    a = masses(load(slots, FIRST), load(slots, FIRST_TYPE), at, rest, n, x)
    return a, masses(load(slots, SECOND), load(slots, SECOND_TYPE), at, rest, n, y)
