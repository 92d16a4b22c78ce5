"""The results as a Markdown page."""

from collections.abc import Iterable, Iterator
from typing import Any

from speed.case import MODES, OURS, Case, Goal
from speed.cases import CASES
from speed.cases.bandwidth import LARGE, NEW, READ, REUSED, SIZES, name
from speed.results import Results

Measured = dict[str, dict[str, Any]]

_ABOUT = """\
`make bench` measures all of it (`python benchmarks/cpu.py --help`: a part). Each case has a process
of its own, in which the candidates take turns, A B C A B C; a figure is the median of the samples
during which others took less than a tenth of the machine, or with `~` of the three least disturbed.
Forward and backward unless a case says otherwise, through autograd, with every check of the
arguments; each gradient is new and freed again within the time taken. **×** is a peer's time over
Lossary's: above 1, Lossary is faster; **bold** where a goal, in brackets, is missed. An empty cell
was not to be measured, `–` could not be: the reason stands below its table.

Two modes of memory: *default* is what malloc does unasked, every large tensor mapped anew and given
back when freed; *warm* keeps what is freed, as a caching allocator would. The limit is what no code
can leave out, timed in the same turns and mode: each input read once and each gradient written once
(one copy, by torch, into a new tensor), or for linear heads the matrix products alone. 100 % is
nothing but that; more is possible where the torch that times the limit is not the fastest. New
gradients of Lossary's, and the limit's, lie in pages of 2 MiB (transparent huge pages, asked for by
madvise, as NumPy asks for its arrays); torch's lie in pages of 4 KiB.
"""


def page(results: Results) -> str:
    """Everything measured so far."""
    sections = [_missed(results), _bandwidth(results)]
    sections += [_section(topic, results) for topic in _topics() if topic != "bandwidth"]
    top = ["# Speed on the CPU", _machines(results), _ABOUT]
    return "\n\n".join(s.strip() for s in (*top, *sections) if s) + "\n"


def _topics() -> list[str]:
    return list(dict.fromkeys(case.topic for case in CASES))


def _rows(cases: Iterable[Case], results: Results) -> Iterator[tuple[Case, str, Measured]]:
    for case in cases:
        for mode in case.modes:
            found = results.get(case.key, {}).get(mode)
            if found is not None:
                yield case, mode, found["candidates"]


def _machines(results: Results) -> str:
    """The machines and versions of all results, the date apart: one, unless parts are older."""
    shown: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for modes in results.values():
        for found in modes.values():
            machine = dict(found["machine"])
            date = machine.pop("date")
            shown.setdefault(tuple(machine.items()), set()).add(date)
    lines = []
    for machine, dates in shown.items():
        lines += [f"* {what}: {value}" for what, value in machine]
        lines.append(f"* measured: {' to '.join(sorted({min(dates), max(dates)}))}\n")
    return "\n".join(lines)


def _bandwidth(results: Results) -> str:
    """What new memory costs, which decides the default mode."""
    found = [
        (mebibytes, mode, results[key][mode]["candidates"])
        for mode in MODES
        for mebibytes in SIZES
        if mode in results.get(key := f"bandwidth/{name(mebibytes)}", {})
    ]
    if not found:
        return ""
    head = """\
## Memory

Page faults on new memory decide what a large tensor costs: a copy into memory that has just been
mapped, in pages of 4 KiB or of 2 MiB, beside one into memory in use. GB/s of the tensor copied or
read, both cores; what a new tensor takes longer is the least that its gradient costs, whatever
computes it.

| tensor | mode | into new memory | in large pages | into reused | read | longer, ms | µs a page |
|---|---|---:|---:|---:|---:|---:|---:|"""
    return "\n".join([head, *(_moved(*each) for each in found)])


def _moved(mebibytes: int, mode: str, measured: Measured) -> str:
    ms = {name: result["value"] for name, result in measured.items()}
    speeds = [f"{mebibytes * 2**20 / 1e6 / ms[k]:.1f}" for k in (NEW, LARGE, REUSED, READ)]
    pages, longer = measured[NEW]["faults"], ms[NEW] - ms[REUSED]
    faults = [f"{longer:.0f}", f"{1e3 * longer / pages:.2f}"] if pages > mebibytes else ["", ""]
    return _line([f"{mebibytes} MiB", mode, *speeds, *faults])


def _section(topic: str, results: Results) -> str:
    rows = list(_rows((c for c in CASES if c.topic == topic), results))
    if not rows:
        return ""
    unit = rows[0][0].unit
    limited = any(case.limits for case, *_ in rows)
    peers = _peers(rows)
    head = ["work", "mode", f"Lossary, {unit}", *(["of the limit"] if limited else []), *peers]
    lines = [f"## {topic.capitalize()}", "", _line(head), "|---|---|" + "---:|" * (len(head) - 2)]
    for case, mode, measured in rows:
        for ours in (n for n in dict.fromkeys([OURS, *measured]) if n.startswith(OURS)):
            cells = [f"{case.name}{ours.removeprefix(OURS)}", mode]
            cells.append(_own(case, mode, measured, ours))
            cells += [_share(case, mode, measured, ours)] if limited else []
            lines.append(_line([*cells, *(_ratio(case, mode, measured, ours, p) for p in peers)]))
    return "\n".join([*lines, "", *_notes(rows)])


def _peers(rows: list[tuple[Case, str, Measured]]) -> list[str]:
    limits = {limit for case, *_ in rows for limit in case.limits.values()}
    names = dict.fromkeys(n for *_, measured in rows for n in measured if n != "the case")
    return [n for n in names if not n.startswith(OURS) and n not in limits]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _value(measured: Measured, candidate: str) -> float | None:
    value = measured.get(candidate, {}).get("value")
    return None if value is None else float(value)


def _number(x: float) -> str:
    return f"{x:.3g}" if x < 100 else f"{x:.0f}"


def _mark(measured: Measured, *candidates: str) -> str:
    return "~" if any(measured[c].get("noisy") for c in candidates) else ""


def _goal(case: Case, mode: str, ours: str, peer: str) -> Goal | None:
    matching = (g for g in case.goals if (g.ours, g.peer) == (ours, peer) and mode in g.modes)
    return next(matching, None)


def _own(case: Case, mode: str, measured: Measured, ours: str) -> str:
    value, goal = _value(measured, ours), _goal(case, mode, ours, "")
    if value is None:
        return "–"
    text = f"{_mark(measured, ours)}{_number(value)}"
    if goal is None or goal.most is None:
        return text
    shown = text if value <= goal.most else f"**{text}**"
    return f"{shown} (≤ {goal.most:g})"


def _ratio(case: Case, mode: str, measured: Measured, ours: str, peer: str) -> str:
    own, other, goal = _value(measured, ours), _value(measured, peer), _goal(case, mode, ours, peer)
    wanted = f" (≥ {goal.least:.3g})" if goal and goal.least else ""
    if own is None or other is None:
        return f"–{wanted}" if peer in measured or wanted else ""
    text = f"{_mark(measured, ours, peer)}{_number(other / own)}×"
    return f"**{text}**{wanted}" if _falls_short(goal, other / own) else text + wanted


def _falls_short(goal: Goal | None, ratio: float) -> bool:
    return goal is not None and goal.least is not None and ratio < goal.least


def _share(case: Case, mode: str, measured: Measured, ours: str) -> str:
    limit = case.limits.get(ours, "")
    own, least, goal = _value(measured, ours), _value(measured, limit), None
    if own is None or least is None:
        return "–" if limit else ""
    goal = _goal(case, mode, ours, limit)
    wanted = f" (≥ {100 * goal.least:.0f} %)" if goal and goal.least else ""
    text = f"{100 * least / own:.0f} %"
    return f"**{text}**{wanted}" if _falls_short(goal, least / own) else text + wanted


def _notes(rows: list[tuple[Case, str, Measured]]) -> list[str]:
    """What could not be measured, and which results differ."""
    notes: dict[str, list[str]] = {}
    for case, mode, measured in rows:
        for candidate, result in measured.items():
            if "missing" in result:
                said = f"{candidate} could not be measured ({result['missing']})"
            elif result.get("difference", 0) > case.tolerance:
                said = f"{candidate} is {result['difference']:.1g} from the first peer's result"
            else:
                continue
            notes.setdefault(said, []).append(f"{case.name}, {mode}")
    return [f"* {said}: {'; '.join(where)}." for said, where in notes.items()]


def _missed(results: Results) -> str:
    """How many goals are reached, and which are not."""
    lines, reached = [], 0
    for case, mode, measured in _rows(CASES, results):
        for goal in (g for g in case.goals if mode in g.modes):
            text = _verdict(goal, measured, case.unit)
            reached += text is None
            if text is not None:
                lines.append(f"* {case.topic}: {case.name}, {mode}: {text}")
    total = reached + len(lines)
    if not total:
        return ""
    return "\n".join(["## Goals", "", f"{reached} of {total} reached. Not reached:", "", *lines])


def _verdict(goal: Goal, measured: Measured, unit: str) -> str | None:
    """What falls short of a goal; nothing where it is reached."""
    own, other = _value(measured, goal.ours), _value(measured, goal.peer)
    if own is None or (goal.peer and other is None):
        return f"{goal.ours} beside {goal.peer or 'its bound'} is not measured"
    if goal.most is not None:
        return (
            None if own <= goal.most else f"{goal.ours} {_number(own)} {unit}, not ≤ {goal.most:g}"
        )
    if other is None or not _falls_short(goal, other / own):
        return None
    return f"{_number(other / own)}× {goal.peer}, not ≥ {goal.least:.3g} ({goal.ours})"
