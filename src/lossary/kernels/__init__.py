"""Where formulas run fast: one template for each shape of work, the formula dropped in."""
