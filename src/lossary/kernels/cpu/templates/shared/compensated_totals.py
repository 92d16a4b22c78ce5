# Sums that hardly depend on the vector width: short sums in the kernel's dtype, in any order, and
# their sum in float64 with its rounding errors.

# One sum of 128 000 equal numbers was off by 25 eps, of 1023 losses by 10.7 (AVX2), 6.7 (AVX-512).
SHORT = 256


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
    """Return a sum, and its accumulated rounding error."""
    s = total + x
    v = s - total
    return s, lost + ((total - (s - v)) + (x - v))


@inlined
def gathered(total, lost, x):
    """Return a sum of a kernel's results; float64 sums of float32 numbers need no correction."""
    if CODE == 0:
        return total + x, lost
    return added(total, lost, x)


@inlined
def settled(total, lost):
    """Return a sum corrected by its rounding error, which is undefined where it is infinite."""
    if lost == lost:
        return total + lost
    return total


@inlined
def share_total(x, n):
    """Return the sum of numbers from 0 to 1 as an exact part and a remainder."""
    total, lost = 0.0, 0.0
    for j in range(n):
        x_j = float64(load(x, j))
        # Multiples of 2^-52: their sums are exact below 2, in any order.
        near = (x_j + 1.0) - 1.0
        total = accumulate(total, near)
        lost = accumulate(lost, x_j - near)
    return total, lost
