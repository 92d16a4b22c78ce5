"""Compiled kernels: one template for each shape of work, into which formulas are inserted."""
