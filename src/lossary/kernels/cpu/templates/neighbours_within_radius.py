# Number of points nearer to each query than its radius; of these, by each group of columns, the
# largest distance and the number at an edge. A group is the bit mask of its columns.


@inlined
def by_group(slots, i, j, group):
    """Return the distance of a point by the columns of a group, in 36 binary digits."""
    n, m = load(slots, ROWS), load(slots, QUERIES)
    points, asked = doubles(load(slots, POINTS)), doubles(load(slots, ASKED))
    weights, far = doubles(load(slots, WEIGHTS)), 0.0
    for c in range(load(slots, COLUMNS)):
        if (group >> c) & 1 != 0:
            other = gap(load(asked, c * m + i), load(points, c * n + j), load(weights, c))
            far = where(other > far, other, far)
    return number_of((rank_of(far) + 32768) & -65536)


@inlined
def note(slots, i, j):
    """Count a point within the radius in every group."""
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
def scan(slots, i, strip, own, cursors, radius):
    """Scan a strip, and return the number of its points within the radius."""
    n, m = load(slots, ROWS), load(slots, QUERIES)
    columns, length, groups = load(slots, COLUMNS), load(slots, LENGTH), load(slots, GROUPS)
    points, asked = doubles(load(slots, POINTS)), doubles(load(slots, ASKED))
    weights = doubles(load(slots, WEIGHTS))
    y, weight, found = load(asked, i), load(weights, 0), 0
    first = strip * length
    last = min(n, first + length)
    up, down = middle_of(slots, i, strip, own, cursors)
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
def cell_of(slots, far):
    """Return the cell of a single column that contains a number, or the nearest one."""
    low, high = load(doubles(load(slots, LOW)), 0), load(doubles(load(slots, HIGH)), 0)
    far = min(max(far, low), high)
    return int((far - low) * load(doubles(load(slots, CELL_SCALE)), 0))


@inlined
def last_inside(v, i, step, least, most, end, x, weight, radius):
    """Return the number of neighbours of the i-th, in one direction, within the radius.

    The search starts between least and most, and extends if the result is outside.
    """
    least, most = max(least - 1, 0), min(most + 1, end)
    if least > 0 and not gap(load(v, i + step * least), x, weight) < radius:
        least = 0
    if most < end and gap(load(v, i + step * (most + 1)), x, weight) < radius:
        most = end
    while least < most:
        middle = (least + most + 1) >> 1
        if gap(load(v, i + step * middle), x, weight) < radius:
            least = middle
        else:
            most = middle - 1
    return least


@inlined
def beside(slots, i, radius):
    """Return the number of points of a single sorted column within the radius of the i-th.

    Cells of equal width hold the number of points before them.
    """
    v, weight = doubles(load(slots, POINTS)), load(doubles(load(slots, WEIGHTS)), 0)
    before, n, x = integers(load(slots, BEFORE)), load(slots, ROWS), load(v, i)
    cell = cell_of(slots, x + radius / weight)
    first, last = load(before, cell) - 1 - i, load(before, cell + 1) - 1 - i
    up = last_inside(v, i, 1, first, last, n - 1 - i, x, weight, radius)
    cell = cell_of(slots, x - radius / weight)
    first, last = i - load(before, cell + 1), i - load(before, cell)
    return up + last_inside(v, i, -1, first, last, i, x, weight, radius)


@inlined
def within(slots, i, cursors, radius):
    strips, own = load(slots, STRIPS), home(slots, i)
    found = scan(slots, i, own, own, cursors, radius)
    left, right = own - 1, own + 1
    while left >= 0 and beyond(slots, i, left, own) < radius:
        found += scan(slots, i, left, own, cursors, radius)
        left -= 1
    while right < strips and beyond(slots, i, right, own) < radius:
        found += scan(slots, i, right, own, cursors, radius)
        right += 1
    return found


@kernel
def run(slots):
    cursors = cursors_of(slots, add_atomic(offset(slots, NEXT_WORKER), 1))
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
                store(out, i, within(slots, i, cursors, load(radii, i)))
