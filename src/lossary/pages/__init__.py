"""What the pages of studies and of reports share: one file of text, tables and charts, complete.

A page is a template over ``base.html``, its charts are Vega-Lite specifications, and the scripts
that draw them are inside, once. It opens offline, in light and dark, and every chart has the table
of its numbers.
"""

__all__: list[str] = []
