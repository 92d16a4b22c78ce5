# Points arranged for neighbour search: sorted by the second column, split into strips of equal
# length, and each strip sorted by the first column. A distance is the largest of the differences of
# coordinates, each times its column's weight; of differences alone, so that shifts change nothing.


@inlined
def gap(a, b, weight):
    return absolute(a - b) * weight


@inlined
def at_least(v, first, last, x):
    """Return the first index of a sorted span whose number is not below x."""
    while first < last:
        middle = (first + last) >> 1
        if load(v, middle) < x:
            first = middle + 1
        else:
            last = middle
    return first


@inlined
def distance(asked, i, m, points, j, n, columns, weights, near):
    """Return the distance of a point, given that by the first column; not less than near."""
    far = near
    for c in range(1, columns):
        other = gap(load(asked, c * m + i), load(points, c * n + j), load(weights, c))
        far = where(other > far, other, far)
    return far


@inlined
def home(slots, i):
    """Return the strip of a query."""
    count, columns = load(slots, STRIPS), load(slots, COLUMNS)
    if load(slots, OWN) != 0:
        return i // load(slots, LENGTH)
    if columns == 1:
        return 0
    x = load(doubles(load(slots, ASKED)), load(slots, QUERIES) + i)
    return min(count - 1, at_least(doubles(load(slots, HIGH)), 0, count, x))


@inlined
def beyond(slots, i, strip, own):
    """Return the distance of a strip by the second column: 0 for the query's own."""
    if strip == own:
        return 0.0
    x = load(doubles(load(slots, ASKED)), load(slots, QUERIES) + i)
    weight = load(doubles(load(slots, WEIGHTS)), 1)
    if strip < own:
        return gap(x, load(doubles(load(slots, HIGH)), strip), weight)
    return gap(load(doubles(load(slots, LOW)), strip), x, weight)


@inlined
def cursors_of(slots, worker):
    """Return the worker's index in each strip, initially its start."""
    cursors = integers(load(slots, SCRATCH) + worker * load(slots, SCRATCH_BYTES))
    for strip in range(load(slots, STRIPS)):
        store(cursors, strip, strip * load(slots, LENGTH))
    return cursors


@inlined
def walked(v, first, last, j, y):
    """Return the first index of a sorted span whose number is not below y, searched from j."""
    while j < last and load(v, j) < y:
        j += 1
    while j > first and not load(v, j - 1) < y:
        j -= 1
    return j


@inlined
def middle_of(slots, i, strip, own, cursors):
    """Return the starts of the upward and downward scans of a strip, without the point itself.

    Queries come strip by strip, each in order, so that each is found near the one before.
    """
    if strip == own and load(slots, OWN) != 0:
        return i + 1, i - 1
    first = strip * load(slots, LENGTH)
    last = min(load(slots, ROWS), first + load(slots, LENGTH))
    v, y = doubles(load(slots, POINTS)), load(doubles(load(slots, ASKED)), i)
    if load(slots, OWN) != 0:
        j = walked(v, first, last, load(cursors, strip), y)
        store(cursors, strip, j)
    else:
        j = at_least(v, first, last, y)
    return j, j - 1
