# How many points are nearer to each query than its radius, and how far they are at most: by the
# columns of the first group, which come first, and by the others.


@inlined
def farthest(asked, i, m, points, j, n, start, stop, weights, far):
    for c in range(start, stop):
        other = gap(load(asked, c * m + i), load(points, c * n + j), load(weights, c))
        far = where(other > far, other, far)
    return far


@inlined
def scan(slots, i, strip, own, radius, found, one, two):
    """Look through a strip; return the number found so far, and how far by either group."""
    n, m = load(slots, ROWS), load(slots, QUERIES)
    columns, length, split = load(slots, COLUMNS), load(slots, LENGTH), load(slots, SPLIT)
    points, asked = doubles(load(slots, POINTS)), doubles(load(slots, ASKED))
    weights = doubles(load(slots, WEIGHTS))
    y, weight = load(asked, i), load(weights, 0)
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
                if split != 0:
                    one = farthest(asked, i, m, points, j, n, 0, split, weights, one)
                    two = farthest(asked, i, m, points, j, n, split, columns, weights, two)
            j += step
    return found, one, two


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
    found, one, two = scan(slots, i, own, own, radius, 0, 0.0, 0.0)
    left, right = own - 1, own + 1
    while left >= 0 and beyond(slots, i, left, own) < radius:
        found, one, two = scan(slots, i, left, own, radius, found, one, two)
        left -= 1
    while right < strips and beyond(slots, i, right, own) < radius:
        found, one, two = scan(slots, i, right, own, radius, found, one, two)
        right += 1
    return found, one, two


@kernel
def run(slots):
    out, chunk = integers(load(slots, OUT)), load(slots, CHUNK)
    radii, far = doubles(load(slots, RADII)), doubles(load(slots, FAR))
    m = load(slots, QUERIES)
    sorted_own = load(slots, COLUMNS) == 1 and load(slots, OWN) != 0
    while True:
        t = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if t >= load(slots, CHUNKS):
            break
        for i in range(t * chunk, min(m, (t + 1) * chunk)):
            if sorted_own:
                store(out, i, beside(slots, i, load(radii, i)))
            else:
                found, one, two = within(slots, i, load(radii, i))
                store(out, i, found)
                if load(slots, SPLIT) != 0:
                    store(far, i, one)
                    store(far, m + i, two)
