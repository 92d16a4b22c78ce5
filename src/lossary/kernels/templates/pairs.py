# What the templates of masses share: rows of two arrays, beside each other; of one, beside itself.

BLOCK = 1024


@inlined
def masses(address, code, at, classes, n, x):
    """Return a pointer to masses, filled up with zeros to n where there are fewer."""
    there = min(classes, n)
    found = load_block(address, code, at, there, x)
    if there == n:
        return found
    for j in range(there):
        store(x, j, load(found, j))
    fill(offset(x, there), n - there, F(0))
    return x


@inlined
def pair_of_blocks(slots, row, i, n, x, y):
    """Return pointers to n masses of either row, from the i-th on."""
    classes = load(slots, CLASSES)
    at, rest = row * classes + i, classes - i
    a = masses(load(slots, FIRST), load(slots, FIRST_TYPE), at, rest, n, x)
    return a, masses(load(slots, SECOND), load(slots, SECOND_TYPE), at, rest, n, y)
