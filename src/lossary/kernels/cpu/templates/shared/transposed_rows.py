# Transposition of 64 rows of few classes: the values of a class form one vector.

W = 64


@inlined
def side_by_side(rows, z, classes):
    """Transpose 64 rows into vectors of 64, by shuffles for a constant number of classes."""
    if classes == 2:
        for r in range(W):
            store(z, r, load(rows, 2 * r))
            store(z, W + r, load(rows, 2 * r + 1))
    elif classes == 3:
        for r in range(W):
            store(z, r, load(rows, 3 * r))
            store(z, W + r, load(rows, 3 * r + 1))
            store(z, 2 * W + r, load(rows, 3 * r + 2))
    else:
        for r in range(W):
            for c in range(classes):
                store(z, c * W + r, load(rows, r * classes + c))


@inlined
def one_by_one(g, rows, classes):
    """Transpose vectors of 64 back into rows."""
    if classes == 2:
        for r in range(W):
            store(rows, 2 * r, load(g, r))
            store(rows, 2 * r + 1, load(g, W + r))
    elif classes == 3:
        for r in range(W):
            store(rows, 3 * r, load(g, r))
            store(rows, 3 * r + 1, load(g, W + r))
            store(rows, 3 * r + 2, load(g, 2 * W + r))
    else:
        for r in range(W):
            for c in range(classes):
                store(rows, r * classes + c, load(g, c * W + r))


@inlined
def fetch(address, code, row, count, classes, x, flat):
    """Load and transpose up to 64 rows, with zeros for missing ones."""
    n = count * classes
    found = load_block(address, code, row * classes, n, flat)
    if count < W:
        for j in range(n):
            store(flat, j, load(found, j))
        fill(offset(flat, n), W * classes - n, F(0))
        found = flat
    side_by_side(found, x, classes)
