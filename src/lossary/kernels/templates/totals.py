# Sums that hardly depend on how many numbers a processor adds at once: short sums in the kernel's
# dtype, in any order, and their sum in float64 with what its roundings lose.

# 128 000 equal numbers were 25 eps off in one sum, 1023 losses 10.7 eps on AVX2 and 6.7 on AVX-512.
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
    """Return a sum, and what its roundings have lost until now."""
    s = total + x
    v = s - total
    return s, lost + ((total - (s - v)) + (x - v))


@inlined
def gathered(total, lost, x):
    """Return the same of a sum of a kernel's results: float64 loses nothing of float32's."""
    if CODE == 0:
        return total + x, lost
    return added(total, lost, x)


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
