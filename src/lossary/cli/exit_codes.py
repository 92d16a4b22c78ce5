"""Exit codes of the command."""

__all__ = ["BAD_INPUT", "BROKEN_PIPE", "FAILED", "OK"]

OK, FAILED, BAD_INPUT, BROKEN_PIPE = 0, 1, 2, 141
