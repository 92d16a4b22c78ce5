"""Intrinsics of kernels: memory access, selection, arithmetic, and the bits of a float.

Each is a few LLVM instructions, the same for float32 and float64, and none prevents LLVM from
vectorising a plain loop.
"""

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir
from numba import cfunc, njit, types
from numba.core.errors import TypingError
from numba.extending import intrinsic

__all__ = [
    "NO_CONTRACTION",
    "absolute",
    "accumulate",
    "add_atomic",
    "address_of",
    "both",
    "constant",
    "doubles",
    "either",
    "exponent",
    "fma",
    "inlined",
    "integers",
    "kernel",
    "load",
    "lowered",
    "mantissa",
    "maximum",
    "minimum",
    "negation",
    "octets",
    "offset",
    "polynomial",
    "power_of_two",
    "product",
    "quads",
    "real",
    "shorts",
    "signed_like",
    "singles",
    "sqrt",
    "store",
    "where",
]

Generator = Callable[[Any, Any, Any, Any], Any]
"""Generator of LLVM instructions, given a context, a builder, a signature and the arguments."""

Builder = Any
Value = Any
Typing = Any

_INT32, _INT64 = ir.IntType(32), ir.IntType(64)
NO_CONTRACTION = ("arcp",)
"""A flag without effect on sums and products, which keeps Numba from adding "contract"."""


def inlined(function: Any) -> Any:
    """Inline a function into the kernels that call it."""
    made = njit(
        fastmath={"contract"},
        error_model="numpy",
        forceinline=True,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
    )
    return made(function)


def kernel(function: Any) -> Any:
    """Compile machine code of the signature ``void(int64*)``."""
    return cfunc(
        types.void(types.CPointer(types.int64)),
        fastmath={"contract"},
        error_model="numpy",
    )(function)


def lowered(write: Callable[..., Value]) -> Generator:
    """Return the Numba function of the instructions that a builder writes for its arguments."""

    def generate(context: Any, builder: Builder, signature: Any, values: Any) -> Value:
        result = write(builder, *values)
        return context.get_dummy_value() if signature.return_type == types.void else result

    return generate


def _call(builder: Builder, name: str, *values: Value, flags: tuple[str, ...] = ()) -> Value:
    """Call one of LLVM's intrinsic functions of floats."""
    kind = values[0].type
    signature = ir.FunctionType(kind, [kind] * len(values))
    function = builder.module.declare_intrinsic(name, [kind], signature)
    return builder.call(function, values, fastmath=flags)


def _function(name: str, *flags: str) -> Generator:
    return lowered(lambda builder, *values: _call(builder, name, *values, flags=flags))


def _same(*found: Typing) -> Typing:
    """Return the common type of all arguments; promotion would change the dtype."""
    if len(set(found)) != 1:
        message = f"one type is needed, these are {', '.join(map(str, found))}"
        raise TypingError(message)
    return found[0]


# Memory


def _element(builder: Builder, p: Value, i: Value) -> Value:
    return builder.gep(p, [i], inbounds=True)


@intrinsic
def load(_context: Any, p: Typing, _i: Typing) -> Any:
    """Return p[i]."""
    return p.dtype(p, types.int64), lowered(lambda b, p, i: b.load(_element(b, p, i)))


@intrinsic
def store(_context: Any, p: Typing, _i: Typing, x: Typing) -> Any:
    """Store a number of the pointer's type at p[i]."""
    signature = types.void(p, types.int64, _same(p.dtype, x))
    return signature, lowered(lambda b, p, i, x: b.store(x, _element(b, p, i)))


@intrinsic
def offset(_context: Any, p: Typing, _n: Typing) -> Any:
    """Return the pointer to p[n]."""
    return p(p, types.int64), lowered(_element)


def _pointers(dtype: Typing) -> Any:
    """Return the conversion of an address to a pointer to a dtype."""

    def generate(context: Any, builder: Builder, _signature: Any, values: Any) -> Value:
        return builder.inttoptr(values[0], context.get_data_type(dtype).as_pointer())

    return types.CPointer(dtype)(types.int64), generate


@intrinsic
def singles(_context: Any, _address: Typing) -> Any:
    """Return the pointer to float32 at an address."""
    return _pointers(types.float32)


@intrinsic
def doubles(_context: Any, _address: Typing) -> Any:
    """Return the pointer to float64 at an address."""
    return _pointers(types.float64)


@intrinsic
def integers(_context: Any, _address: Typing) -> Any:
    """Return the pointer to int64 at an address."""
    return _pointers(types.int64)


@intrinsic
def quads(_context: Any, _address: Typing) -> Any:
    """Return the pointer to int32 at an address."""
    return _pointers(types.int32)


@intrinsic
def shorts(_context: Any, _address: Typing) -> Any:
    """Return the pointer to uint16 at an address."""
    return _pointers(types.uint16)


@intrinsic
def octets(_context: Any, _address: Typing) -> Any:
    """Return the pointer to uint8 at an address."""
    return _pointers(types.uint8)


@intrinsic
def address_of(_context: Any, p: Typing) -> Any:
    """Return the address of a pointer."""
    return types.int64(p), lowered(lambda b, p: b.ptrtoint(p, _INT64))


@intrinsic
def real(_context: Any, _slot: Typing) -> Any:
    """Return the float64 with the bits of a slot of the argument block."""
    return types.float64(types.int64), lowered(lambda b, slot: b.bitcast(slot, ir.DoubleType()))


@intrinsic
def add_atomic(_context: Any, p: Typing, _n: Typing) -> Any:
    """Add to the integer that p points to, and return its previous value."""
    code = lowered(lambda b, p, n: b.atomic_rmw("add", p, n, "monotonic"))
    return types.int64(p, types.int64), code


# Numbers


def constant(single: float, double: float) -> Any:
    """Return a function that returns a constant in the type of its argument."""

    @intrinsic
    def number(_context: Any, like: Typing) -> Any:
        value = single if like.bitwidth == 32 else double
        return like(like), lowered(lambda _b, like: like.type(value))

    return number


def polynomial(single: Sequence[float], double: Sequence[float]) -> Any:
    """Return a polynomial of one argument, given its coefficients from the constant one on."""

    @intrinsic
    def value(_context: Any, x: Typing) -> Any:
        *low, high = single if x.bitwidth == 32 else double

        def write(builder: Builder, x: Value) -> Value:
            total = x.type(high)
            for coefficient in reversed(low):
                total = _call(builder, "llvm.fma", total, x, x.type(coefficient))
            return total

        return x(x), lowered(write)

    return value


# Choices

_CONDITIONS = types.boolean(types.boolean, types.boolean)


@intrinsic
def where(_context: Any, _condition: Typing, a: Typing, b: Typing) -> Any:
    """Return a where the condition holds and b elsewhere, without a branch."""
    code = lowered(lambda builder, condition, a, b: builder.select(condition, a, b))
    return _same(a, b)(types.boolean, a, b), code


@intrinsic
def both(_context: Any, _a: Typing, _b: Typing) -> Any:
    """Return whether both conditions hold."""
    return _CONDITIONS, lowered(lambda builder, a, b: builder.and_(a, b))


@intrinsic
def either(_context: Any, _a: Typing, _b: Typing) -> Any:
    """Return whether one of the conditions holds."""
    return _CONDITIONS, lowered(lambda builder, a, b: builder.or_(a, b))


@intrinsic
def negation(_context: Any, _a: Typing) -> Any:
    """Return whether the condition does not hold."""
    return types.boolean(types.boolean), lowered(lambda b, a: b.not_(a))


# Arithmetic


@intrinsic
def accumulate(_context: Any, total: Typing, x: Typing) -> Any:
    """Return total + x in any order of summation, so that loops are vectorised."""
    code = lowered(lambda b, total, x: b.fadd(total, x, flags=("reassoc",)))
    return _same(total, x)(total, x), code


@intrinsic
def product(_context: Any, a: Typing, b: Typing) -> Any:
    """Return a rounded product, which is never contracted with a sum."""
    code = lowered(lambda builder, a, b: builder.fmul(a, b, flags=NO_CONTRACTION))
    return _same(a, b)(a, b), code


@intrinsic
def fma(_context: Any, a: Typing, b: Typing, c: Typing) -> Any:
    """Return a b + c, rounded once."""
    return _same(a, b, c)(a, b, c), _function("llvm.fma")


@intrinsic
def sqrt(_context: Any, x: Typing) -> Any:
    """Return the square root; NaN of a negative number."""
    return x(x), _function("llvm.sqrt")


@intrinsic
def absolute(_context: Any, x: Typing) -> Any:
    """Return |x|."""
    return x(x), _function("llvm.fabs")


@intrinsic
def signed_like(_context: Any, x: Typing, y: Typing) -> Any:
    """Return |x| with the sign of y."""
    return _same(x, y)(x, y), _function("llvm.copysign")


@intrinsic
def maximum(_context: Any, a: Typing, b: Typing) -> Any:
    """Return the larger number; NaN if either is. Of 0 and -0 it is either."""
    return _same(a, b)(a, b), _function("llvm.maximum", "nsz")


@intrinsic
def minimum(_context: Any, a: Typing, b: Typing) -> Any:
    """Return the smaller number; NaN if either is. Of 0 and -0 it is either."""
    return _same(a, b)(a, b), _function("llvm.minimum", "nsz")


# The bits of a float: the mantissa's are the last, and those of 1.0 are the exponent's bias.


class _Layout:
    """Layout of the bits of a float."""

    def __init__(self, real: Any) -> None:
        single = isinstance(real, ir.FloatType)
        self.integer = _INT32 if single else _INT64
        self.digits = 23 if single else 52
        self.bias = 127 if single else 1023
        self.one = self.bias << self.digits
        self.root_of_half = 0x3F3504F3 if single else 0x3FE6A09E667F3BCD


def _lifted(builder: Builder, x: Value, bits: _Layout) -> Value:
    """Return the bits of x moved so that exponents change at the root of a half."""
    move = bits.integer(bits.one - bits.root_of_half)
    return builder.add(builder.bitcast(x, bits.integer), move)


def _power_of_two(builder: Builder, shifted: Value) -> Value:
    bits = _Layout(shifted.type)
    last = builder.bitcast(shifted, bits.integer)
    moved = builder.add(builder.shl(last, bits.integer(bits.digits)), bits.integer(bits.one))
    return builder.bitcast(moved, shifted.type)


def _exponent(builder: Builder, x: Value) -> Value:
    """Join the biased exponent to the bits of 2**digits: AVX2 converts no 64-bit integers."""
    bits = _Layout(x.type)
    biased = builder.lshr(_lifted(builder, x, bits), bits.integer(bits.digits))
    start = bits.integer((bits.bias + bits.digits) << bits.digits)
    joined = builder.bitcast(builder.or_(biased, start), x.type)
    return builder.fsub(joined, x.type(2.0**bits.digits + bits.bias), flags=NO_CONTRACTION)


def _mantissa(builder: Builder, x: Value) -> Value:
    bits = _Layout(x.type)
    fraction = builder.and_(_lifted(builder, x, bits), bits.integer((1 << bits.digits) - 1))
    return builder.bitcast(builder.add(fraction, bits.integer(bits.root_of_half)), x.type)


@intrinsic
def power_of_two(_context: Any, shifted: Typing) -> Any:
    """Return 2**n, given n + 1.5 * 2**d of a mantissa of d bits: the sum's last bits are n's."""
    return shifted(shifted), lowered(_power_of_two)


@intrinsic
def exponent(_context: Any, x: Typing) -> Any:
    """Return e of x = m 2**e with m from the root of a half to that of two; x normal, positive."""
    return x(x), lowered(_exponent)


@intrinsic
def mantissa(_context: Any, x: Typing) -> Any:
    """Return m of x = m 2**e with m from the root of a half to that of two; x normal, positive."""
    return x(x), lowered(_mantissa)
