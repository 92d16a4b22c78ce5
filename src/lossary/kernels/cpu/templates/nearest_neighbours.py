# Distance of the k-th nearest point to each query.


@inlined
def keep(best, k, far):
    """Insert a distance into the k smallest, and return their largest."""
    place = k - 1
    while place > 0 and load(best, place - 1) > far:
        store(best, place, load(best, place - 1))
        place -= 1
    store(best, place, far)
    return load(best, k - 1)


@inlined
def scan(slots, i, strip, own, cursors, best, reach):
    """Scan a strip for points nearer than the k-th so far; return the new k-th distance."""
    n, m = load(slots, ROWS), load(slots, QUERIES)
    columns, k, length = load(slots, COLUMNS), load(slots, K), load(slots, LENGTH)
    points, asked = doubles(load(slots, POINTS)), doubles(load(slots, ASKED))
    weights = doubles(load(slots, WEIGHTS))
    y, weight = load(asked, i), load(weights, 0)
    first = strip * length
    last = min(n, first + length)
    up, down = middle_of(slots, i, strip, own, cursors)
    while up < last:
        near = gap(load(points, up), y, weight)
        if near >= reach:
            break
        far = distance(asked, i, m, points, up, n, columns, weights, near)
        if far < reach:
            reach = keep(best, k, far)
        up += 1
    while down >= first:
        near = gap(load(points, down), y, weight)
        if near >= reach:
            break
        far = distance(asked, i, m, points, down, n, columns, weights, near)
        if far < reach:
            reach = keep(best, k, far)
        down -= 1
    return reach


@inlined
def nearest(slots, i, cursors, best):
    k, strips, own = load(slots, K), load(slots, STRIPS), home(slots, i)
    for place in range(k):
        store(best, place, INFINITY)
    reach = scan(slots, i, own, own, cursors, best, INFINITY)
    left, right = own - 1, own + 1
    while left >= 0 or right < strips:
        if left >= 0:
            if beyond(slots, i, left, own) < reach:
                reach = scan(slots, i, left, own, cursors, best, reach)
                left -= 1
            else:
                left = -1
        if right < strips:
            if beyond(slots, i, right, own) < reach:
                reach = scan(slots, i, right, own, cursors, best, reach)
                right += 1
            else:
                right = strips
    return reach


@kernel
def run(slots):
    worker = add_atomic(offset(slots, NEXT_WORKER), 1)
    cursors = cursors_of(slots, worker)
    best = doubles(address_of(offset(cursors, load(slots, STRIPS))))
    out, chunk = doubles(load(slots, OUT)), load(slots, CHUNK)
    while True:
        t = add_atomic(offset(slots, NEXT_CHUNK), 1)
        if t >= load(slots, CHUNKS):
            break
        for i in range(t * chunk, min(load(slots, QUERIES), (t + 1) * chunk)):
            store(out, i, nearest(slots, i, cursors, best))
