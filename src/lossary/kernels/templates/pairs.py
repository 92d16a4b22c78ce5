# What the templates of masses share: rows of two arrays, beside each other; of one, beside itself.

BLOCK = 1024
NARROW = 24  # up to so many outcomes rows are computed many at a time


@inlined
def masses(address, code, at, rest, n, x):
    """Return a pointer to masses, filled up with zeros to n where there are fewer."""
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
    """Return pointers to n masses of either array, of which the rest of the rows may have fewer."""
    a = masses(load(slots, FIRST), load(slots, FIRST_TYPE), at, rest, n, x)
    return a, masses(load(slots, SECOND), load(slots, SECOND_TYPE), at, rest, n, y)
