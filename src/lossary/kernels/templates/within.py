# How many points are nearer to each query than its radius. Of these, by each group of columns: how
# far they are at most, and how many are as far as an edge. A group is the bits of its columns.


@inlined
def by_group(slots, i, j, group):
    """Return how far a point is by the columns of a group."""
    n, m = load(slots, ROWS), load(slots, QUERIES)
    points, asked = doubles(load(slots, POINTS)), doubles(load(slots, ASKED))
    weights, far = doubles(load(slots, WEIGHTS)), 0.0
    for c in range(load(slots, COLUMNS)):
        if (group >> c) & 1 != 0:
            other = gap(load(asked, c * m + i), load(points, c * n + j), load(weights, c))
            far = where(other > far, other, far)
    return far


@inlined
def note(slots, i, j):
    """Take a point within the radius into account in every group."""
    m, groups = load(slots, QUERIES), load(slots, GROUPS)
    edge = load(doubles(load(slots, EDGES)), i)
    far, at = doubles(load(slots, FAR)), integers(load(slots, AT))
    for g in range(groups):
        this = by_group(slots, i, j, load(integers(load(slots, MEMBERS)), g))
        place = g * m + i
        if this > load(far, place):
            store(far, place, this)
        if this == edge:
            store(at, place, load(at, place) + 1)


@inlined
def scan(slots, i, strip, own, radius):
    """Look through a strip, and return how many of its points are within the radius."""
    n, m = load(slots, ROWS), load(slots, QUERIES)
    columns, length, groups = load(slots, COLUMNS), load(slots, LENGTH), load(slots, GROUPS)
    points, asked = doubles(load(slots, POINTS)), doubles(load(slots, ASKED))
    weights = doubles(load(slots, WEIGHTS))
    y, weight, found = load(asked, i), load(weights, 0), 0
    first = strip * length
    last = min(n, first + length)
    up, down = middle_of(slots, i, strip, own)
    for way in range(2):
        step = 1 - 2 * way
        j = up if way == 0 else down
        while j >= first and j < last:
            near = gap(load(points, j), y, weight)
            if not near < radius:
                break
            if distance(asked, i, m, points, j, n, columns, weights, near) < radius:
                found += 1
                if groups != 0:
                    note(slots, i, j)
            j += step
    return found


@inlined
def last_within(v, i, end, step, weight, radius):
    """Return how many of the sorted numbers beside the i-th, one way, are within the radius.

    Twice as far at each step, then by halves: the answer is near more often than far.
    """
    x = load(v, i)
    inside, hop = 0, 1
    while hop <= end and gap(load(v, i + step * hop), x, weight) < radius:
        inside = hop
        hop += hop
    outside = min(hop, end + 1)
    while inside + 1 < outside:
        middle = (inside + outside) >> 1
        if gap(load(v, i + step * middle), x, weight) < radius:
            inside = middle
        else:
            outside = middle
    return inside


@inlined
def beside(slots, i, radius):
    """Return how many points of a single sorted column are within the radius of one of them."""
    v, weight = doubles(load(slots, POINTS)), load(doubles(load(slots, WEIGHTS)), 0)
    up = last_within(v, i, load(slots, ROWS) - 1 - i, 1, weight, radius)
    return up + last_within(v, i, i, -1, weight, radius)


@inlined
def within(slots, i, radius):
    strips, own = load(slots, STRIPS), home(slots, i)
    found = scan(slots, i, own, own, radius)
    left, right = own - 1, own + 1
    while left >= 0 and beyond(slots, i, left, own) < radius:
        found += scan(slots, i, left, own, radius)
        left -= 1
    while right < strips and beyond(slots, i, right, own) < radius:
        found += scan(slots, i, right, own, radius)
        right += 1
    return found


@kernel
def run(slots):
    out, radii = integers(load(slots, OUT)), doubles(load(slots, RADII))
    chunk, m = load(slots, CHUNK), load(slots, QUERIES)
    alone = load(slots, COLUMNS) == 1 and load(slots, OWN) != 0 and load(slots, GROUPS) == 0
    while True:
        t = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if t >= load(slots, CHUNKS):
            break
        for i in range(t * chunk, min(m, (t + 1) * chunk)):
            if alone:
                store(out, i, beside(slots, i, load(radii, i)))
            else:
                store(out, i, within(slots, i, load(radii, i)))
