"""A study as one HTML page: text, tables and charts, complete in itself."""

from lossary.study.page.assembly import page

__all__ = ["page"]
