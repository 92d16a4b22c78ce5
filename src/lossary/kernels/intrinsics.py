"""The instructions that kernels are made of: memory, choices, and the bits of a float.

Each is a few LLVM instructions, the same for float32 and float64, and none keeps LLVM from turning
a plain loop into vector code.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import cfunc, njit, types
from numba.core.errors import TypingError
from numba.extending import intrinsic

__all__ = [
    "absolute",
    "accumulate",
    "add_atomic",
    "address_of",
    "both",
    "bytes_at",
    "converted",
    "doubles",
    "either",
    "exponent",
    "fma",
    "from_bfloat16",
    "from_float16",
    "inlined",
    "integers",
    "kernel",
    "load",
    "mantissa",
    "maximum",
    "minimum",
    "negation",
    "offset",
    "power_of_two",
    "product",
    "real",
    "shorts",
    "signed_like",
    "singles",
    "sqrt",
    "store",
    "to_bfloat16",
    "to_float16",
    "where",
    "words",
]

Generator = Callable[[Any, Any, Any, Any], Any]
"""What writes LLVM instructions, given a context, a builder, a signature and the arguments."""

inlined: Callable[[Any], Any] = njit(
    fastmath={"contract"},
    error_model="numpy",
    forceinline=True,
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
)
"""Make a function part of the kernels that call it."""


def kernel(function: Any) -> Any:
    """Compile machine code of the signature ``void(int64*)``, kept on disk if CACHED is true."""
    return cfunc(
        types.void(types.CPointer(types.int64)),
        cache=function.__globals__.get("CACHED", False),
        fastmath={"contract"},
        error_model="numpy",
    )(function)


def _same(*found: Any) -> Any:
    """Return the one type of all arguments; a silent promotion would compute in another dtype."""
    first, *others = found
    if any(t != first for t in others):
        message = f"one type is needed, these are {', '.join(map(str, found))}"
        raise TypingError(message)
    return first


def _width(real: Any) -> tuple[Any, int, int]:
    """Return the integer type as wide as a float, its bits of mantissa, and the bits of 1.0."""
    mantissa_bits, bias = (23, 127) if real.bitwidth == 32 else (52, 1023)
    return ir.IntType(real.bitwidth), mantissa_bits, bias << mantissa_bits


def _called(name: str, flags: tuple[str, ...] = ()) -> Generator:
    """Return what calls one of LLVM's own functions of floats."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind = arguments[0].type
        signature = ir.FunctionType(kind, [kind] * len(arguments))
        function = builder.module.declare_intrinsic(name, [kind], signature)
        return builder.call(function, arguments, fastmath=flags)

    return generate


def _pointer(builder: Any, address: Any, kind: Any) -> Any:
    return builder.inttoptr(address, kind.as_pointer())


# Memory


@intrinsic
def load(_context: Any, p: Any, i: Any) -> Any:
    """Return p[i]."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.load(builder.gep(*_place(arguments), inbounds=True))

    return p.dtype(p, types.int64), generate


@intrinsic
def store(_context: Any, p: Any, i: Any, value: Any) -> Any:
    """Put a value of the pointer's type at p[i]."""
    _same(p.dtype, value)

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        builder.store(arguments[2], builder.gep(*_place(arguments), inbounds=True))
        return context.get_dummy_value()

    return types.void(p, types.int64, p.dtype), generate


def _place(arguments: Any) -> tuple[Any, list[Any]]:
    return arguments[0], [arguments[1]]


@intrinsic
def offset(_context: Any, p: Any, n: Any) -> Any:
    """Return the pointer to p[n]."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.gep(*_place(arguments), inbounds=True)

    return p(p, types.int64), generate


def _pointers(dtype: Any) -> Any:
    """Return the typing and the code of a conversion of addresses to pointers."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return _pointer(builder, arguments[0], context.get_data_type(dtype))

    return types.CPointer(dtype)(types.int64), generate


@intrinsic
def singles(_context: Any, address: Any) -> Any:
    """Return the pointer to float32 at an address."""
    return _pointers(types.float32)


@intrinsic
def doubles(_context: Any, address: Any) -> Any:
    """Return the pointer to float64 at an address."""
    return _pointers(types.float64)


@intrinsic
def integers(_context: Any, address: Any) -> Any:
    """Return the pointer to int64 at an address."""
    return _pointers(types.int64)


@intrinsic
def words(_context: Any, address: Any) -> Any:
    """Return the pointer to int32 at an address."""
    return _pointers(types.int32)


@intrinsic
def shorts(_context: Any, address: Any) -> Any:
    """Return the pointer to uint16 at an address."""
    return _pointers(types.uint16)


@intrinsic
def bytes_at(_context: Any, address: Any) -> Any:
    """Return the pointer to uint8 at an address."""
    return _pointers(types.uint8)


@intrinsic
def address_of(_context: Any, p: Any) -> Any:
    """Return where a pointer points."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ptrtoint(arguments[0], ir.IntType(64))

    return types.int64(p), generate


@intrinsic
def real(_context: Any, slot: Any) -> Any:
    """Return the float64 whose bits a slot of the argument block holds."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), generate


@intrinsic
def add_atomic(_context: Any, p: Any, n: Any) -> Any:
    """Add to the integer that p points to, and return what it was."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.atomic_rmw("add", arguments[0], arguments[1], "monotonic")

    return types.int64(p, types.int64), generate


# Choices


@intrinsic
def where(_context: Any, condition: Any, a: Any, b: Any) -> Any:
    """Return a where the condition holds and b elsewhere, without a branch."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.select(*arguments)

    return _same(a, b)(types.boolean, a, b), generate


@intrinsic
def both(_context: Any, a: Any, b: Any) -> Any:
    """Return whether both conditions hold."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.and_(*arguments)

    return types.boolean(types.boolean, types.boolean), generate


@intrinsic
def either(_context: Any, a: Any, b: Any) -> Any:
    """Return whether one of the conditions holds."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.or_(*arguments)

    return types.boolean(types.boolean, types.boolean), generate


@intrinsic
def negation(_context: Any, a: Any) -> Any:
    """Return whether the condition does not hold."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.not_(arguments[0])

    return types.boolean(types.boolean), generate


# Arithmetic


@intrinsic
def accumulate(_context: Any, total: Any, x: Any) -> Any:
    """Return total + x; of such sums alone the order is free, so that loops add in vectors."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fadd(*arguments, flags=("reassoc",))

    return _same(total, x)(total, x), generate


@intrinsic
def product(_context: Any, a: Any, b: Any) -> Any:
    """Return a rounded product, which is never contracted with a sum."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        # A flag that says nothing of products keeps Numba from adding "contract".
        return builder.fmul(*arguments, flags=("arcp",))

    return _same(a, b)(a, b), generate


@intrinsic
def fma(_context: Any, a: Any, b: Any, c: Any) -> Any:
    """Return a b + c, rounded once."""
    return _same(a, b, c)(a, b, c), _called("llvm.fma")


@intrinsic
def sqrt(_context: Any, x: Any) -> Any:
    """Return the square root; NaN of a negative number."""
    return x(x), _called("llvm.sqrt")


@intrinsic
def absolute(_context: Any, x: Any) -> Any:
    """Return |x|."""
    return x(x), _called("llvm.fabs")


@intrinsic
def signed_like(_context: Any, x: Any, y: Any) -> Any:
    """Return |x| with the sign of y."""
    return _same(x, y)(x, y), _called("llvm.copysign")


@intrinsic
def maximum(_context: Any, a: Any, b: Any) -> Any:
    """Return the larger number; NaN if either is. Of 0 and -0 it is either."""
    return _same(a, b)(a, b), _called("llvm.maximum", ("nsz",))


@intrinsic
def minimum(_context: Any, a: Any, b: Any) -> Any:
    """Return the smaller number; NaN if either is. Of 0 and -0 it is either."""
    return _same(a, b)(a, b), _called("llvm.minimum", ("nsz",))


# The bits of a float


@intrinsic
def power_of_two(_context: Any, shifted: Any) -> Any:
    """Return 2**n, given n + 1.5 * 2**m for a mantissa of m bits: the sum's last bits are n's."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind, mantissa_bits, one = _width(shifted)
        bits = builder.shl(builder.bitcast(arguments[0], kind), kind(mantissa_bits))
        return builder.bitcast(builder.add(bits, kind(one)), arguments[0].type)

    return shifted(shifted), generate


_ROOT_OF_HALF = {32: 0x3F3504F3, 64: 0x3FE6A09E667F3BCD}


def _lifted(builder: Any, x: Any, real: Any) -> tuple[Any, Any, int, int, int]:
    """Return the bits of x moved so that exponents change at the root of a half, and the widths."""
    kind, mantissa_bits, one = _width(real)
    root = _ROOT_OF_HALF[real.bitwidth]
    return (
        builder.add(builder.bitcast(x, kind), kind(one - root)),
        kind,
        mantissa_bits,
        one,
        root,
    )


@intrinsic
def exponent(_context: Any, x: Any) -> Any:
    """Return e of x = m 2**e with m from the root of a half to that of two; x normal, positive."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        lifted, kind, mantissa_bits, one, _ = _lifted(builder, arguments[0], x)
        bias, real = one >> mantissa_bits, arguments[0].type
        # A conversion of 64-bit integers needs AVX-512: 2**m + e has the bits of e at its end.
        start = (bias + mantissa_bits) << mantissa_bits
        biased = builder.lshr(lifted, kind(mantissa_bits))
        moved = builder.bitcast(builder.or_(biased, kind(start)), real)
        return builder.fsub(moved, real(2.0**mantissa_bits + bias), flags=("arcp",))

    return x(x), generate


@intrinsic
def mantissa(_context: Any, x: Any) -> Any:
    """Return m of x = m 2**e with m from the root of a half to that of two; x normal, positive."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        lifted, kind, mantissa_bits, _, root = _lifted(builder, arguments[0], x)
        bits = builder.and_(lifted, kind((1 << mantissa_bits) - 1))
        return builder.bitcast(builder.add(bits, kind(root)), arguments[0].type)

    return x(x), generate


# Conversions


@intrinsic
def converted(_context: Any, x: Any, p: Any) -> Any:
    """Return a number in the type that a pointer points to, rounded to nearest."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return context.cast(builder, arguments[0], x, p.dtype)

    return p.dtype(x, p), generate


@intrinsic
def from_bfloat16(_context: Any, bits: Any) -> Any:
    """Return the float32 of the bits of a bfloat16."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        wide = builder.zext(arguments[0], ir.IntType(32))
        return builder.bitcast(builder.shl(wide, wide.type(16)), ir.FloatType())

    return types.float32(types.uint16), generate


@intrinsic
def to_bfloat16(_context: Any, x: Any) -> Any:
    """Return the bits of a float32 rounded to the nearest bfloat16, ties to even."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind = ir.IntType(32)
        bits = builder.bitcast(arguments[0], kind)
        upper = builder.lshr(bits, kind(16))
        half = builder.add(builder.and_(upper, kind(1)), kind(0x7FFF))
        rounded = builder.lshr(builder.add(bits, half), kind(16))
        quiet = builder.or_(upper, kind(0x40))
        unordered = builder.fcmp_unordered("uno", arguments[0], arguments[0], flags=("arcp",))
        return builder.trunc(builder.select(unordered, quiet, rounded), ir.IntType(16))

    return types.uint16(types.float32), generate


@intrinsic
def from_float16(_context: Any, bits: Any) -> Any:
    """Return the float32 of the bits of a float16."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fpext(builder.bitcast(arguments[0], ir.HalfType()), ir.FloatType())

    return types.float32(types.uint16), generate


@intrinsic
def to_float16(_context: Any, x: Any) -> Any:
    """Return the bits of a float32 rounded to the nearest float16, ties to even."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        half = builder.fptrunc(arguments[0], ir.HalfType())
        return builder.bitcast(half, ir.IntType(16))

    return types.uint16(types.float32), generate
