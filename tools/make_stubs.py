"""Writes the type stubs of the functions that are made from records: ``make stubs`` runs it."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import lossary.torch
from lossary import losses, measures
from lossary.formulas.record import Joint, Measure, Pointwise, Record
from lossary.torch import functional

SOURCE = Path(__file__).parents[1] / "src" / "lossary"

SHARED = (
    *("ArrayT", "Float", "FloatArray", "Numbers", "NumPyArray", "NumPyInput", "Reduction"),
    "Scalar",
)
"""Names of ``lossary._array_types``."""

HEAD = '''"""Signatures of {what}, for editors and type checkers.

Generated from the records by ``make stubs``.
"""

'''

ARRAYS = {
    *("score", "logits", "scores", "first", "second", "target"),
    *("sample_weight", "class_weight", "weights"),
    *("p", "q", "p_logits", "q_logits", "log_p", "log_q", "others", "joint", "conditional"),
}
"""Parameters that take arrays."""

NUMBERS = {"label_smoothing", "temperature", "softcap", "z_loss"}
"""Options that take a number, or an array without axes."""

TYPES = {
    "at_infinity": "float",
    "axis": "int",
    "base": "float",
    "generator": "str | Callable[[Any, Any], Any]",
    "ignore_index": "int",
    "loss": "str",
    "normalize": "bool",
    "options": "Any",
    "parameters": "float",
    "reduction": "Reduction",
    "sum_tolerance": "float",
    "variant": 'Literal["crammer_singer", "weston_watkins"]',
}
"""Types of the parameters that are the same for every framework."""


@dataclass(frozen=True)
class Overload:
    """Types of one kind of arrays: of the first argument, of other arrays, of the result."""

    first: str
    array: str
    result: str
    reduction: str = "Reduction"

    @property
    def number(self) -> str:
        """Type of a number, or an array without axes."""
        return "Scalar" if self.array == "Scalar" else f"Scalar | {self.first}"


SCALAR = Overload("Scalar", "Scalar", "Float")
NUMPY = Overload("NumPyArray", "NumPyInput", "Float | FloatArray")
NUMPY_SCALAR_RESULT = Overload("NumPyArray", "NumPyInput", "Float")
NUMPY_ARRAY_RESULT = Overload("NumPyArray", "NumPyInput", "FloatArray")
NUMPY_REDUCED = Overload("NumPyArray", "NumPyInput", "Float", 'Literal["mean", "sum"]')
NUMPY_UNREDUCED = Overload("NumPyArray", "NumPyInput", "FloatArray", 'Literal["none"]')
TORCH = Overload("Tensor", "Tensor | Numbers", "Tensor")
ANY_NAMESPACE = Overload("ArrayT", "ArrayT | NumPyInput", "ArrayT")
FRAMEWORKS = (TORCH, ANY_NAMESPACE)

REDUCING = (NUMPY_UNREDUCED, NUMPY_REDUCED, *FRAMEWORKS)
ELEMENTWISE = (SCALAR, NUMPY_ARRAY_RESULT, *FRAMEWORKS)


def overloads(made: Any, record: Record | None) -> tuple[Overload, ...]:
    """Return the overloads of a function, in the order in which they are tried."""
    parameters = inspect.signature(made).parameters
    if "reduction" in parameters:
        elementwise = isinstance(record, Pointwise) or "first" in parameters
        return (SCALAR, *REDUCING) if elementwise else REDUCING
    match record:
        case Joint(any_axes=True):
            return (NUMPY_SCALAR_RESULT, *FRAMEWORKS)
        case Joint(summed=False):
            return (NUMPY_ARRAY_RESULT, *FRAMEWORKS)
        case Measure(summed=False):
            return ELEMENTWISE
    return (NUMPY, *FRAMEWORKS)


def annotation(parameter: inspect.Parameter, position: int, record: Any, kind: Overload) -> str:
    """Return the type of a parameter of a function, or of a function made from a record."""
    name = parameter.name
    choices = {c.name: c.allowed for c in getattr(record, "choices", ())}
    own = {p.name for p in getattr(record, "parameters", ())}
    shorthands = {s.name for s in getattr(record, "shorthands", ())}
    if position == 0:
        found = kind.first
    elif name == "reduction":
        found = kind.reduction
    elif name in choices:
        found = f"Literal[{', '.join(map(repr, choices[name]))}]".replace("'", '"')
    elif name in own | shorthands:
        found = kind.array if isinstance(record, Pointwise) else "float"
    elif name in ARRAYS:
        found = kind.array
    elif name in NUMBERS or (name == "ignore_index" and isinstance(record, Pointwise)):
        found = kind.number
    else:
        found = TYPES[name]
    return f"{found} | None" if parameter.default is None else found


def definition(
    name: str,
    parameters: Mapping[str, inspect.Parameter],
    record: Record | None,
    kind: Overload,
    *,
    method: bool = False,
) -> list[str]:
    """Return the lines of one overload, without its body."""
    lines = ["@overload", f"def {name}(", *(["    self,"] if method else [])]
    starred = False
    for position, parameter in enumerate(parameters.values()):
        prefix = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(
            parameter.kind, ""
        )
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            lines.append("    *,")
        starred |= parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        text = f"    {prefix}{parameter.name}: {annotation(parameter, position, record, kind)}"
        unreduced = parameter.name == "reduction" and kind is NUMPY_UNREDUCED
        if parameter.default is not parameter.empty and not unreduced:
            text += f" = {value(parameter.default)}"
        lines.append(f"{text},")
    return [*lines, f") -> {kind.result}"]


def value(default: Any) -> str:
    """Return the text of a default; an infinity has none that a stub may hold."""
    text = repr(default).replace("'", '"')
    return "..." if text in {"inf", "nan"} else text


def function(
    name: str,
    made: Any,
    record: Record | None,
    kinds: Sequence[Overload],
    *,
    method: bool = False,
) -> Iterator[str]:
    """Yield the lines of a function with its overloads, the first with the docstring's summary."""
    parameters = inspect.signature(made).parameters
    summary = (inspect.getdoc(made) or "").partition("\n")[0]
    for index, kind in enumerate(kinds):
        *lines, last = definition(name, parameters, record, kind, method=method)
        yield from lines
        if index == 0 and summary and not method:
            raw = "r" if "\\" in summary else ""
            yield from (f"{last}:", f'    {raw}"""{summary}"""', "")
        else:
            yield f"{last}: ..."


def derivative(record: Record) -> Callable[..., Any]:
    """Return a function with the signature of a loss's gradient and Hessian."""
    kind = inspect.Parameter
    own = [*((s.name, None) for s in record.shorthands), *record.defaults.items()]
    parameters = [kind(n, kind.POSITIONAL_OR_KEYWORD) for n in ("score", "target")]
    parameters += [kind(n, kind.KEYWORD_ONLY, default=default) for n, default in own]

    def made() -> None: ...

    made.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return made


def pointwise(name: str, made: Any) -> Iterator[str]:
    """Yield the class of a loss of a score, with its derivatives, and the loss as its instance."""
    record, title = made.record, f"_{name.title().replace('_', '')}"
    summary = (inspect.getdoc(made) or "").partition("\n")[0]
    yield from (f"class {title}:", f'    """{summary}"""', "", "    record: Pointwise")
    call = function("__call__", made, record, overloads(made, record), method=True)
    yield from indented(call)
    for part in ("gradient", "hessian"):
        yield from indented(function(part, derivative(record), record, ELEMENTWISE, method=True))
    yield from ("", f"{name}: {title}", "")


def indented(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines, indented as the body of a class."""
    yield from (f"    {line}" if line else line for line in lines)


def stub(module: ModuleType, what: str) -> str:
    """Return the text of the stub of a package whose functions are made from records."""
    body: list[str] = []
    for name in sorted(dir(module)):
        made = getattr(module, name)
        record = getattr(made, "record", None)
        if isinstance(record, Pointwise):
            lines = pointwise(name, made)
        else:
            lines = function(name, made, record, overloads(made, record))
        body += lines
    # As ruff lays it out: an empty line around a class, none between functions.
    text = re.sub(r"\n(?<!\n\n)class ", r"\n\nclass ", "\n".join(body).rstrip() + "\n")
    code = re.sub(r'"""[^"]*"""', "", text)
    uses = {
        "from collections.abc import Callable\n": "Callable[",
        "from typing import {}\n\n": "",
        "from torch import Tensor\n\n": "Tensor",
    }
    typing = [n for n in ("Any", "Literal", "overload") if n in code]
    used = [n for n in SHARED if n in code]
    head = "".join(line for line, word in uses.items() if word in code)
    types = f"from lossary._array_types import (\n{''.join(f'    {n},{chr(10)}' for n in used)})\n"
    if "Pointwise" in code:
        types += "from lossary.formulas.record import Pointwise\n"
    return HEAD.format(what=what) + head.format(", ".join(typing)) + types + "\n" + text.lstrip()


def typed(name: str, made: Any, *, method: bool = False, note: str = "") -> Iterator[str]:
    """Yield the lines of a function whose signature has its types, as those for PyTorch have."""
    signature = inspect.signature(made)
    parameters = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    texts = ["self"] if method and parameters[0].name != "self" else []
    starred = False
    for bare, parameter in zip(parameters, signature.parameters.values(), strict=True):
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            texts.append("*")
            starred = True
        text = bare.name
        if parameter.annotation is not parameter.empty:
            text += f": {_type_text(parameter.annotation)}"
        if parameter.default is not parameter.empty:
            text += f" = {value(parameter.default)}"
        texts.append(text)
    returned = "None" if name == "__init__" else "Tensor"
    yield f"def {name}({note}"
    yield from (f"    {text}," for text in texts)
    yield f") -> {returned}: ..."


def _type_text(annotation: Any) -> str:
    text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    return text.replace("torch.Tensor", "Tensor").replace("typing.", "").replace("'", '"')


def module_class(name: str, made: Any) -> Iterator[str]:
    """Yield the class of a loss as a PyTorch module."""
    counterpart = [b.__name__ for b in made.__bases__ if b.__module__.startswith("torch.nn.")]
    bases = ", ".join(["RecordLoss", *(f"nn.{n}" for n in counterpart)])
    summary = (inspect.getdoc(made) or "").partition("\n")[0]
    yield from (f"class {name}({bases}):", f'    """{summary}"""', "")
    yield from indented(typed("__init__", made, method=True))
    _, *arguments = inspect.signature(made.forward).parameters
    note = "" if len(arguments) == 3 else "  # type: ignore[override]"
    yield from indented(typed("forward", made.forward, note=note))
    yield from indented(typed("__call__", made.forward))
    yield ""


def torch_stubs() -> dict[Path, str]:
    """Return the stubs of the PyTorch modules and functions."""
    modules, functions = [], []
    for name in sorted(dir(lossary.torch)):
        made = getattr(lossary.torch, name)
        if isinstance(made, type) and made.__module__ == "lossary.torch":
            modules += module_class(name, made)
    for name in sorted(dir(functional)):
        made = getattr(functional, name)
        if getattr(made, "__module__", "") == functional.__name__:
            functions += typed(name, made)
    head = "from typing import Literal\n\nfrom torch import Tensor{}\n\n"
    base = "from lossary.torch.generated_module import RecordLoss\n\n"
    return {
        SOURCE / "torch" / "_signatures.pyi": HEAD.format(what="the PyTorch modules")
        + head.format(", nn")
        + base
        + "\n".join(modules).rstrip()
        + "\n",
        SOURCE / "torch" / "_functional_signatures.pyi": HEAD.format(what="the PyTorch functions")
        + head.format("")
        + "\n".join(functions)
        + "\n",
    }


def stubs() -> dict[Path, str]:
    """Return the text of every generated stub by its path."""
    return torch_stubs() | {
        SOURCE / "losses" / "_signatures.pyi": stub(losses, "the losses"),
        SOURCE / "measures" / "_signatures.pyi": stub(measures, "the measures"),
    }


if __name__ == "__main__":
    for path, text in stubs().items():
        path.write_text(text, encoding="utf-8")
