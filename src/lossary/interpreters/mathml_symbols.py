"""Commands of LaTeX and the Unicode symbols that stand for them in MathML."""

# ruff: noqa: RUF001 - tables of symbols

from types import MappingProxyType

__all__ = ["ACCENTS", "DELIMITERS", "FUNCTIONS", "LARGE", "LETTERS", "OPERATORS", "SPACES"]


def _table(text: str) -> MappingProxyType[str, str]:
    """Return symbols by command, from pairs of a command's name and its symbol."""
    words = text.split()
    return MappingProxyType(dict(zip((f"\\{n}" for n in words[::2]), words[1::2], strict=True)))


LETTERS = _table(
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ iota ι kappa κ "
    "lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω "
    "Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω infty ∞ ell ℓ "
    "partial ∂ nabla ∇"
)
OPERATORS = _table(
    "le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ in ∈ cdot ⋅ times × pm ± circ ∘ odot ⊙ to → "
    "mid ∣ top ⊤ ldots … cdots ⋯ prime ′ % % # # _ _ & &amp;"
) | {"-": "−", "<": "&lt;", ">": "&gt;", "*": "∗"}
DELIMITERS = _table("{ { } } | ‖ lVert ‖ rVert ‖ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉") | {
    sign: sign for sign in "()[]|"
}
LARGE = _table("sum ∑ prod ∏")
"""Operators as large as their operand."""
FUNCTIONS = _table("log log ln ln exp exp max max min min arg arg cosh cosh tanh tanh")
ACCENTS = _table("hat ^ bar ¯ tilde ~ vec → dot ˙")
SPACES = MappingProxyType({r"\quad": "1em", r"\qquad": "2em", r"\,": "0.17em", r"\ ": "0.25em"})
