"""The commands of LaTeX that are read as MathML, and the signs that stand for them."""

# ruff: noqa: RUF001, SIM905 - tables of signs

from types import MappingProxyType

__all__ = [
    "ACCENTS",
    "ALPHABETS",
    "DELIMITERS",
    "FUNCTIONS",
    "LARGE",
    "LETTERS",
    "OPERATORS",
    "SPACES",
    "STRETCHED",
]


def _table(text: str) -> MappingProxyType[str, str]:
    """Read pairs of a command's name and its sign."""
    words = text.split()
    return MappingProxyType(dict(zip((f"\\{n}" for n in words[::2]), words[1::2], strict=True)))


LETTERS = _table(
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ iota ι kappa κ "
    "lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω "
    "Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω infty ∞ ell ℓ "
    "partial ∂ nabla ∇ emptyset ∅"
)
OPERATORS = _table(
    "le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ equiv ≡ propto ∝ sim ∼ ll ≪ gg ≫ in ∈ notin ∉ "
    "subset ⊂ subseteq ⊆ cup ∪ cap ∩ cdot ⋅ times × pm ± mp ∓ circ ∘ odot ⊙ oplus ⊕ otimes ⊗ "
    "to → mapsto ↦ leftarrow ← gets ← Rightarrow ⇒ iff ⇔ mid ∣ perp ⊥ top ⊤ ldots … dots … cdots ⋯ "
    "forall ∀ exists ∃ prime ′ % % # # _ _ & &amp;"
) | {"-": "−", "<": "&lt;", ">": "&gt;", "*": "∗"}
DELIMITERS = _table(
    "{ { } } | ‖ lvert | rvert | lVert ‖ rVert ‖ Vert ‖ vert | lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ "
    "langle ⟨ rangle ⟩ lbrace { rbrace }"
) | {sign: sign for sign in "()[]|"}
LARGE = _table("sum ∑ prod ∏ int ∫ bigcup ⋃ bigcap ⋂")
"""Operators as large as what they run over, whose limits stand under and over them."""
FUNCTIONS = MappingProxyType(
    {
        f"\\{name}": name
        for name in "log ln exp max min arg sup inf lim det dim ker Pr sin cos tan tanh".split()
    }
)
ACCENTS = _table("hat ^ bar ¯ tilde ~ vec → dot ˙ ddot ¨")
STRETCHED = _table("overline ‾ widehat ^ widetilde ~ underline _ overbrace ⏞ underbrace ⏟")
SPACES = MappingProxyType(
    {
        "\\quad": "1em",
        "\\qquad": "2em",
        "\\,": "0.17em",
        "\\:": "0.22em",
        "\\;": "0.28em",
        "\\ ": "0.25em",
        "~": "0.25em",
        "\\!": "-0.17em",
    }
)


def _alphabet(capital: int, small: int, digit: int, others: str = "") -> MappingProxyType[str, str]:
    """Return letters of an alphabet of mathematics; those that Unicode had before are others."""
    table = {chr(ord("A") + i): chr(capital + i) for i in range(26)}
    table |= {chr(ord("a") + i): chr(small + i) for i in range(26)}
    if digit:
        table |= {chr(ord("0") + i): chr(digit + i) for i in range(10)}
    return MappingProxyType(table | dict(zip(others[::2], others[1::2], strict=True)))


ALPHABETS = MappingProxyType(
    {
        r"\mathbf": _alphabet(0x1D400, 0x1D41A, 0x1D7CE),
        r"\mathbb": _alphabet(0x1D538, 0x1D552, 0x1D7D8, "CℂHℍNℕPℙQℚRℝZℤ"),
        r"\mathcal": _alphabet(0x1D49C, 0x1D4B6, 0, "BℬEℰFℱHℋIℐLℒMℳRℛeℯgℊoℴ"),
    }
)
