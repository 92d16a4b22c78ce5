"""HTML pages with text, tables and charts in a single file.

A page is a template over ``base.html``, its charts are Vega-Lite specifications, and the scripts
that draw them are inside, once. It opens offline, in light and dark, and every chart has the table
of its numbers.
"""

__all__: list[str] = []
