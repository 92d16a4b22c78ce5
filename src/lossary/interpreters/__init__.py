"""What a formula can become: arrays, exact numbers, symbols, text, columns."""
