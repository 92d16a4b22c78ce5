# Shared parts of the templates of rows.

PAD = 64


@inlined
def padded(n):
    return (n + PAD - 1) // PAD * PAD


@inlined
def scale_block(numbers, z, f, n):
    """Apply temperature and softcap to logits; f is the derivative."""
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
def fill(x, n, c):
    for j in range(n):
        store(x, j, c)


@inlined
def unlawful_weights(address, n):
    """Return the number of negative or infinite weights of n; address 0 stands for no weights."""
    bad = F(0)
    if address != 0:
        for j in range(n):
            w = load(reals(address), j)
            bad = accumulate(bad, where(either(w < F(0), w == INFINITY), F(1), F(0)))
    return float64(bad)


@inlined
def at_row(address, row):
    """Return the weight of a row, 1 without weights."""
    if address == 0:
        return 1.0
    return float64(load(reals(address), row))
