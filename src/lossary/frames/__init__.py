"""Measures over the columns of any data frame or engine."""

from lossary.frames.reading import read

__all__ = ["read"]
