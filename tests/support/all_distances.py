"""Estimators of neighbours by all distances, one row after the other, as the papers have them."""

import numpy as np

EULER = 0.5772156649015329


def psi(n):
    """Digamma, between whole numbers by its recurrence and series."""
    below = 0.0
    while n < 12:
        below -= 1 / n
        n += 1
    s = 1 / n**2
    return np.log(n) - 0.5 / n - s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s / 240))) + below


def gaps(x):
    """Distances of every two rows: the largest difference of columns of unit deviation."""
    x = np.asarray(x, dtype=float)
    columns = x.reshape(len(x), -1).T
    return np.max([np.abs(c[:, None] - c) / c.std() for c in columns], axis=0)


def others(matrix, i):
    return np.delete(matrix[i], i)


def crowd(distances, part, i, k):
    """How many others are nearer to row i by a part than its k-th nearest by all; chance for ties.

    Also digamma's argument for the neighbours: k, or the copies of an atom.
    """
    far, near = others(distances, i), others(part, i)
    reach = np.sort(far)[k - 1]
    if reach == 0:
        return np.sum(near == 0), np.sum(far == 0) + 1
    closer, tied = np.sum(far < reach), far == reach
    t, drawn = tied.sum(), k - closer
    level = np.sum(tied & (near == reach))
    beyond = np.sum((near == reach) & ~tied)
    count = np.sum(near < reach) + (drawn - 1) * level / t + beyond * drawn / (t + 1)
    return count, k


def ksg1(x, y, k):
    of_x, of_y = gaps(x), gaps(y)
    both, n = np.maximum(of_x, of_y), len(x)
    total = 0.0
    for i in range(n):
        (a, found), (b, _) = crowd(both, of_x, i, k), crowd(both, of_y, i, k)
        total += psi(found) + psi(n) - psi(a + 1) - psi(b + 1)
    return total / n


def ksg2(x, y, k):
    """The second algorithm of Kraskov et al., for numbers without ties."""
    of_x, of_y = gaps(x), gaps(y)
    both, n = np.maximum(of_x, of_y), len(x)
    total = 0.0
    for i in range(n):
        nearest = np.argsort(others(both, i))[:k]
        a, b = others(of_x, i), others(of_y, i)
        inside = [np.sum(part <= part[nearest].max()) for part in (a, b)]
        total += psi(k) - 1 / k + psi(n) - psi(inside[0]) - psi(inside[1])
    return total / n


def frenzel_pompe(x, y, z, k):
    parts = [gaps(x), gaps(y), gaps(z)]
    both = np.max(parts, axis=0)
    pairs = [np.maximum(parts[0], parts[2]), np.maximum(parts[1], parts[2]), parts[2]]
    total = 0.0
    for i in range(len(x)):
        (a, found), (b, _), (c, _) = (crowd(both, part, i, k) for part in pairs)
        total += psi(found) - psi(a + 1) - psi(b + 1) + psi(c + 1)
    return total / len(x)


def ross(labels, x, k):
    """Ross's estimator, for numbers without ties and labels of more than k rows."""
    labels, of_x, n = np.asarray(labels), gaps(x), len(labels)
    total = 0.0
    for i in range(n):
        same = others(labels[None] == labels[:, None], i)
        far = others(of_x, i)
        reach = np.sort(far[same])[k - 1]
        total += psi(n) + psi(k) - psi(same.sum() + 1) - psi(np.sum(far <= reach))
    return total / n


def kozachenko_leonenko(x, k):
    x = np.asarray(x, dtype=float)
    distances, n = gaps(x), len(x)
    columns = x.reshape(n, -1)
    reach = [np.sort(others(distances, i))[k - 1] for i in range(n)]
    scale = np.sum(np.log(columns.std(axis=0)))
    return psi(n) - psi(k) + columns.shape[1] * np.mean(np.log(2 * np.array(reach))) + scale


def wang_kulkarni_verdu(p, q, k):
    """The divergence of samples of one column, without ties."""
    own = [np.sort(np.abs(np.delete(p, i) - p[i]))[k - 1] for i in range(len(p))]
    other = [np.sort(np.abs(q - x))[k - 1] for x in p]
    return np.mean(np.log(np.array(other) / own)) + np.log(len(q) / (len(p) - 1))
