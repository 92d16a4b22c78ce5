"""How far off the filter of linear heads is, and what it saves, as a model learns.

``python benchmarks/linear_filter.py`` trains a small next-token model on the source code of
Python's standard library, once exactly and once with the slopes below 2^-10 as a whole,
and writes benchmarks/results/linear_filter.md: three minutes on two cores.
"""

import random
import re
import statistics
import sysconfig
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from speed import machine
from torch import Tensor, nn

from lossary.torch import LinearCrossEntropyLoss, linear_loss

RESULTS = Path(__file__).parent / "results" / "linear_filter.md"
FILES, HELD_OUT = 400, 20
CLASSES, WIDTH, HIDDEN, CONTEXT, BATCH = 8192, 64, 256, 8, 512
STEPS, LOOKS = 400, (25, 100, 400)
FILTER = 2**-10
BOUNDS = (2**-8, 2**-10, 2**-12)

Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Text:
    """Files of source code as numbers of tokens: what is learnt, and what is not seen."""

    learnt: Tensor
    held_out: Tensor

    def batches(self, count: int) -> Iterator[Batch]:
        """Yield contexts and the tokens after them, drawn at random."""
        g = torch.Generator().manual_seed(0)
        for _ in range(count):
            yield _taken(
                self.learnt, torch.randint(len(self.learnt) - CONTEXT, (BATCH,), generator=g)
            )

    def unseen(self, rows: int) -> Batch:
        """Return contexts and next tokens of the files that are not learnt."""
        g = torch.Generator().manual_seed(1)
        places = torch.randint(len(self.held_out) - CONTEXT, (rows,), generator=g)
        return _taken(self.held_out, places)


def _taken(tokens: Tensor, places: Tensor) -> Batch:
    return tokens[places[:, None] + torch.arange(CONTEXT)], tokens[places + CONTEXT]


def text() -> Text:
    """Return the standard library's sources; a token that is not among the most frequent is 0."""
    files = sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py"))
    files = [f for f in files if "site-packages" not in f.parts and "test" not in f.parts]
    random.Random(0).shuffle(files)  # noqa: S311 - nothing secret
    sources = [_words(f) for f in files[:FILES]]
    counts = Counter(word for words in sources for word in words)
    numbers = {word: i + 1 for i, (word, _) in enumerate(counts.most_common(CLASSES - 1))}
    learnt, unseen = sources[HELD_OUT:], sources[:HELD_OUT]
    return Text(*(_numbered(files, numbers) for files in (learnt, unseen)))


def _numbered(files: list[list[str]], numbers: dict[str, int]) -> Tensor:
    return torch.tensor([numbers.get(word, 0) for words in files for word in words])


def _words(file: Path) -> list[str]:
    return re.findall(r"\w+|[^\w\s]|\n", file.read_text(encoding="utf-8", errors="replace"))


class Model(nn.Module):
    """The last tokens, embedded, through one layer, to the head."""

    def __init__(self, bound: float | None) -> None:
        super().__init__()
        self.embedding = nn.Embedding(CLASSES, WIDTH)
        self.layer = nn.Linear(CONTEXT * WIDTH, HIDDEN)
        self.head = LinearCrossEntropyLoss(HIDDEN, CLASSES, filter=bound)

    def hidden(self, context: Tensor) -> Tensor:
        """Return the states that the head projects."""
        x: Tensor = nn.functional.gelu(self.layer(self.embedding(context).flatten(1)))
        return x

    def forward(self, context: Tensor, target: Tensor) -> Tensor:
        """Return the loss of the next tokens."""
        loss: Tensor = self.head(self.hidden(context), target)
        return loss


def trained(words: Text, bound: float | None, look: Callable[[int, Model], None]) -> float:
    """Train a model, looking at it now and then; return the median seconds of a step."""
    torch.manual_seed(0)
    model, times = Model(bound), []
    descent = torch.optim.Adam(model.parameters(), lr=2e-3)
    look(0, model)
    for step, batch in enumerate(words.batches(STEPS), 1):
        start = time.perf_counter()
        descent.zero_grad()
        model(*batch).backward()
        descent.step()
        times.append(time.perf_counter() - start)
        if step in LOOKS:
            look(step, model)
    return statistics.median(times)


def _gradients(model: Model, batch: Batch, bound: float | None) -> tuple[Tensor, ...]:
    """Return the gradients by hidden states and by the head's weight."""
    with torch.no_grad():
        hidden = model.hidden(batch[0])
    inputs = hidden.requires_grad_(), model.head.weight
    loss = linear_loss(*inputs, batch[1], filter=bound)
    return torch.autograd.grad(loss, inputs)


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


class Looks:
    """What is seen of a model on text that it has not learnt, at some steps of its training."""

    def __init__(self, words: Text) -> None:
        self.batch, self.next = words.unseen(2 * BATCH), words.unseen(4 * BATCH)
        self.lines: list[str] = []
        self.losses: list[float] = []

    def __call__(self, step: int, model: Model) -> None:
        """Compare the gradients of the filter with the exact one."""
        with torch.no_grad():
            loss = float(model(*self.next))
        self.losses.append(loss)
        exact = _gradients(model, self.batch, None)
        slopes = self._slopes(model)
        for bound in BOUNDS:
            found = _gradients(model, self.batch, bound)
            errors = [float((a - b).norm() / b.norm()) for a, b in zip(found, exact, strict=True)]
            kept = float((slopes >= bound).float().mean())
            shares = [f"{100 * x:.2g} %" for x in (kept, *errors)]
            power = f"2^{round(torch.tensor(bound).log2().item())}"
            saved = self._saved(model, bound)
            self.lines.append(_row(step, f"{loss:.2f}", power, *shares, f"{saved:.2f}×"))

    def _slopes(self, model: Model) -> Tensor:
        """Return how large the slopes of each row's loss by its logits are."""
        context, target = self.batch
        with torch.no_grad():
            p = torch.softmax(model.hidden(context) @ model.head.weight.t(), 1)
        return (p - nn.functional.one_hot(target, CLASSES)).abs_()

    def _saved(self, model: Model, bound: float) -> float:
        """Return the time of the head's step over that of the filtered one, taken in turns."""
        times: dict[float | None, list[float]] = {None: [], bound: []}
        for _ in range(5):
            for b, taken in times.items():
                taken.append(_timed(lambda b=b: _gradients(model, self.batch, b)))
        return statistics.median(times[None]) / statistics.median(times[bound])


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def page(looks: Looks, ends: dict[str, tuple[float, float]]) -> str:
    """Return the results as a page."""
    described = machine.described()
    titles = ("step", "loss, nats", "filter", "slopes multiplied", "error by hidden states")
    titles += ("error by weights", "head's time, exact over filtered")
    rows = [_row(n, f"{loss:.3f}", f"{1e3 * s:.0f} ms") for n, (loss, s) in ends.items()]
    return f"""# The filter of linear heads on a model that learns

A next-token model of the sources of Python's standard library: the last {CONTEXT} tokens, one
hidden layer of {HIDDEN}, a head of {CLASSES} classes; batches of {BATCH}, Adam. Gradients of
{2 * BATCH} rows of files that are not learnt, with the slopes below a bound taken as a whole (each
row's sum of them is spread over the classes as in all rows), beside the exact gradient: the norm
of the difference over the norm. `python benchmarks/linear_filter.py` measures it.

{described["processor"]}, {torch.get_num_threads()} used; {described["versions"]};
{described["date"]}.

{_row(*titles)}
|---:|---:|---|---:|---:|---:|---:|
{chr(10).join(looks.lines)}

Trained for {STEPS} steps from the same start on the same batches:

| training | loss on text not seen, nats | a step |
|---|---:|---:|
{chr(10).join(rows)}
"""


def main() -> None:
    """Train, compare and write the page."""
    words = text()
    seen, filtered = Looks(words), Looks(words)
    whole = trained(words, None, seen)

    def only_loss(step: int, model: Model) -> None:
        if step == STEPS:
            with torch.no_grad():
                filtered.losses.append(float(model(*filtered.next)))

    short = trained(words, FILTER, only_loss)
    ends = {
        "with the exact gradient": (seen.losses[-1], whole),
        "with filter=2^-10 from the first step": (filtered.losses[-1], short),
    }
    RESULTS.write_text(page(seen, ends))


if __name__ == "__main__":
    main()
