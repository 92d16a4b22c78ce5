"""What several test modules share: namespaces of arrays, errors in eps, imports as syntax."""
