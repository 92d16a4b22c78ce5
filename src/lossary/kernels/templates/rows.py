# What the templates of rows share.

PAD = 64
# Sums are of so many numbers, and then of those sums: 128 000 equal ones were 25 eps off in one.
SHORT = 256


@inlined
def padded(n):
    return (n + PAD - 1) // PAD * PAD


@inlined
def scale_block(numbers, z, f, n):
    """Divide logits by the temperature and bend them into the softcap; f is the derivative."""
    cooling, cap = F(load(numbers, COOLING)), F(load(numbers, SOFTCAP))
    for j in range(n):
        store(f, j, cooling)
        store(z, j, load(z, j) * cooling)
    if cap != F(0):
        for j in range(n):
            bent = tanh(load(z, j) / cap)
            store(f, j, load(f, j) * ((F(1) - bent) * (F(1) + bent)))
            store(z, j, cap * bent)


@inlined
def total_of(x, n):
    total = 0.0
    for i in range(0, n, SHORT):
        part = F(0)
        for j in range(i, min(n, i + SHORT)):
            part = accumulate(part, load(x, j))
        total += float64(part)
    return total


@inlined
def added(total, lost, x):
    """Return a sum, and what its roundings have lost until now."""
    s = total + x
    v = s - total
    return s, lost + ((total - (s - v)) + (x - v))


@inlined
def settled(total, lost):
    """Return a sum with what its roundings have lost, which is undefined where it is infinite."""
    if lost == lost:
        return total + lost
    return total


@inlined
def share_total(x, n):
    """Return the sum of numbers from 0 to 1, as one that is exact and what that leaves out."""
    total, lost = 0.0, 0.0
    for j in range(n):
        x_j = float64(load(x, j))
        # A multiple of 2^-52: sums of such are exact below 2, in any order.
        near = (x_j + 1.0) - 1.0
        total = accumulate(total, near)
        lost = accumulate(lost, x_j - near)
    return total, lost


@inlined
def fill(x, n, c):
    for j in range(n):
        store(x, j, c)


@inlined
def unlawful_weights(address, n):
    """Return how many of n weights are negative or infinite; none are at address 0."""
    bad = F(0)
    if address != 0:
        for j in range(n):
            w = load(reals(address), j)
            bad = accumulate(bad, where(either(w < F(0), w == INFINITY), F(1), F(0)))
    return float64(bad)


@inlined
def at_row(address, row):
    """Return a row's own number, 1 where rows have none."""
    if address == 0:
        return 1.0
    return float64(load(reals(address), row))
