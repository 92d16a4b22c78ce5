"""The Python examples of a Markdown page, as one doctest."""

import doctest
import re
from pathlib import Path

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def examples(page: Path) -> doctest.DocTest:
    """The ``>>>`` examples of a page's Python blocks, which share their names."""
    text = page.read_text()
    kept = ["\n"] * len(text.splitlines())
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1))
        lines = block[1].splitlines(keepends=True)
        kept[first : first + len(lines)] = lines
    return doctest.DocTestParser().get_doctest("".join(kept), {}, page.name, str(page), 0)


def failures(page: Path) -> str:
    """What the failing examples of a page printed; empty where all of them hold."""
    found: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(examples(page), out=found.append)
    return "".join(found)
