"""Messages and their translations.

Code passes a ``Message``: the key of a text and its values. The texts are Jinja templates in
``translations/``, one folder for each language, which also hold its plurals and word order.
Errors and data for programs are English.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from lossary import validation
from lossary.pages import number_text

__all__ = ["LANGUAGES", "Language", "Message", "language", "say", "texts_of"]

FOLDER = Path(__file__).parent / "translations"
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Message:
    """The key of a text, and its values; ``str`` gives the English text.

    ``otherwise`` is the text for languages without a translation.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    otherwise: str | None = None

    def __str__(self) -> str:
        return language("en")(self)


def say(key: str, /, **values: Any) -> Message:
    """Return a message; its values are numbers, names, messages, or lists of these."""
    return Message(key, values)


class Language:
    """The texts of one language; called with a message or a key, it returns the text."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._environment = jinja2.Environment(  # noqa: S701 - the pages escape what they are given
            undefined=jinja2.StrictUndefined, finalize=self._said, trim_blocks=True
        )
        self._environment.filters |= {
            "capital": lambda text: number_text.capital(self._said(text)),
            "count": lambda n, noun: f"{n:,} {noun}{'s' * (n != 1)}",
            "digits": number_text.digits,
            "listed": self.listed,
            "percent": self.percent,
        }
        self._texts = {key: self._environment.from_string(t) for key, t in texts_of(name).items()}

    def __call__(self, said: Message | str, /, **values: Any) -> str:
        """Return the text of a message, or of a key with values."""
        message = said if isinstance(said, Message) else Message(said, values)
        if message.otherwise is not None and message.key not in self._texts:
            return message.otherwise
        return self._texts[message.key].render(message.values)

    def of(self, key: str, otherwise: str) -> str:
        """Return the text of a key, or another where this language has none."""
        return self(key) if key in self._texts else otherwise

    def listed(self, items: Sequence[Message | str]) -> str:
        """Return items as a list in a sentence."""
        names = [str(self._said(item)) for item in items]
        if len(names) < 2:
            return "".join(names)
        return self("words.and", start=self("words.comma").join(names[:-1]), last=names[-1])

    def percent(self, share: float) -> str:
        """Return a share as a percentage; 0 % and 100 % are exact."""
        value = round(100 * share, 9)
        if 0 < value < 0.05:
            return self("words.less_than", number="0.1 %")
        if 99.95 <= value < 100:
            return self("words.more_than", number="99.9 %")
        return f"{value:.0f} %" if value in {0, 100} else f"{value:.1f} %"

    @property
    def formula_words(self) -> dict[str, str]:
        """The words in formulas, such as *if*, by their English."""
        return {word: self(f"formula.{word}") for word in ("if", "otherwise", "and", "or")}

    def _said(self, value: Any) -> Any:
        return self(value) if isinstance(value, Message) else value


@lru_cache
def language(name: str) -> Language:
    """Return a language by its name. Raises LossaryError for an unknown one."""
    validation.choice("lang", name, LANGUAGES)
    return Language(name)


def texts_of(name: str) -> dict[str, str]:
    """Return the texts of a language by their keys, such as ``words.and``."""
    found: dict[str, str] = {}
    for file in sorted((FOLDER / name).glob("*.toml")):
        found |= dict(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
    return found


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value.strip("\n")
