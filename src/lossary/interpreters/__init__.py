"""Interpreters of formulas: arrays, exact numbers, symbols, LaTeX, SQL, column expressions."""
