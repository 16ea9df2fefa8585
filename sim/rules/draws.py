"""Addressed random numbers: a draw is a pure function of where it is used.

Every draw is addressed by (seed, replication, purpose, round, who). The address is absorbed word
by word into a 64-bit state with the finaliser of SplitMix64 (Steele, Lea & Flood 2014, "Fast
splittable pseudorandom number generators", OOPSLA), so no draw depends on how many draws were
made before it. Members, events and sampled inputs enter by a key made from their *name*: adding
or muting one changes no draw of another. Two scenarios with the same seed share their random
numbers (common random numbers), and their difference is the effect of the change.

The functions take ``uint64`` scalars when compiled and ``uint64`` arrays from Python.
"""

import hashlib
import math

import numpy as np
from numba.extending import overload

from .rule import OPTIONS, inlined_rule, rule

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S12, _S27, _S30, _S31 = (np.uint64(s) for s in (12, 27, 30, 31))
_TWO_TO_MINUS_52 = 1.0 / 4503599627370496.0

# The parts of a number of 64 bits: the fraction, the exponent of 1/2, and where it stands.
_FRACTION, _HALF = np.int64(0x000FFFFFFFFFFFFF), np.int64(0x3FE0000000000000)
_S52, _BIAS = np.int64(52), np.int64(1022)

# Purposes: the third word of an address.
SAMPLE = np.uint64(1)
LUCK = np.uint64(2)
EVENT = np.uint64(3)
SALIENCE = np.uint64(4)
CHAIR = np.uint64(5)


@rule
def mix(z):  # type: ignore[no-untyped-def]
    """Scramble 64 bits (the finaliser of SplitMix64)."""
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return z ^ (z >> _S31)


@rule
def absorb(state, word):  # type: ignore[no-untyped-def]
    """Absorb one word of an address into the state."""
    return mix((state ^ word) + _GOLDEN)


@rule
def run_state(seed, replication):  # type: ignore[no-untyped-def]
    """The state of one run.

    The seed is scrambled before the replication is absorbed, so that no two pairs of seed and
    replication meet: absorbed at once, run 1 of seed 0 would be run 0 of seed 1.
    """
    return absorb(mix(seed + _GOLDEN), replication)


@rule
def uniform(state):  # type: ignore[no-untyped-def]
    """Turn a state into a number strictly between 0 and 1, half-way on a grid of 2**-52.

    With one bit more the largest number would round to 1.
    """
    return ((state >> _S12) + 0.5) * _TWO_TO_MINUS_52


def key(name: str) -> int:
    """The 64-bit address of a named thing (a member, an event, a sampled input)."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def stream(seed: int, replication: int, purpose: np.uint64, round_: int) -> np.ndarray:
    """The state shared by all draws of one purpose in one round, as an array of one element."""
    state = run_state(np.array([seed], dtype=np.uint64), np.uint64(replication))
    return absorb(absorb(state, purpose), np.uint64(round_))


def uniforms(
    seed: int, replication: int, purpose: np.uint64, round_: int, keys: np.ndarray
) -> list[float]:
    """Uniform draws of one purpose and round, one for each key.

    Parameters
    ----------
    keys
        Who draws: ``uint64``, shape (n,).

    Returns
    -------
    list of float
        n numbers in (0, 1).
    """
    return uniform(absorb(stream(seed, replication, purpose, round_), keys)).tolist()


def split(x: float) -> tuple[float, int]:
    """Split a positive normal number into m and e, x = m 2**e with m in [1/2, 1)."""
    return math.frexp(x)


@overload(split, jit_options=OPTIONS)
def _compiled_split(x):  # type: ignore[no-untyped-def]
    """The same on the bits of the number, which a processor does for several numbers at once."""

    def on_bits(x):  # type: ignore[no-untyped-def]
        bits = np.float64(x).view(np.int64)
        m = np.int64((bits & _FRACTION) | _HALF).view(np.float64)
        return m, (bits >> _S52) - _BIAS

    return on_bits


@inlined_rule
def log(x: float) -> float:
    """Natural logarithm by arithmetic alone, within 2 units in the last place.

    x, positive and normal, is m 2**e with m in [sqrt(1/2), sqrt(2)), and log m =
    2 artanh((m - 1)/(m + 1)) as a series. The C library's ``log`` differs in the last bit between
    processors; this does not.
    """
    m, e = split(x)
    if m < 0.7071067811865476:
        m = m * 2.0
        e = e - 1
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = 1.0 / 23.0
    p = p * z + 1.0 / 21.0
    p = p * z + 1.0 / 19.0
    p = p * z + 1.0 / 17.0
    p = p * z + 1.0 / 15.0
    p = p * z + 1.0 / 13.0
    p = p * z + 1.0 / 11.0
    p = p * z + 1.0 / 9.0
    p = p * z + 1.0 / 7.0
    p = p * z + 1.0 / 5.0
    p = p * z + 1.0 / 3.0
    return e * 0.6931471805599453 + (2.0 * s + 2.0 * s * z * p)


#: Half-width of the central region of the normal quantile.
CENTRAL = 0.425


@inlined_rule
def normal_centre(q: float) -> float:
    """Standard normal quantile of 0.5 + q in the central region, |q| <= ``CENTRAL``."""
    r = 0.180625 - q * q
    a = 2.5090809287301226727e3
    a = a * r + 3.3430575583588128105e4
    a = a * r + 6.7265770927008700853e4
    a = a * r + 4.5921953931549871457e4
    a = a * r + 1.3731693765509461125e4
    a = a * r + 1.9715909503065514427e3
    a = a * r + 1.3314166789178437745e2
    a = a * r + 3.3871328727963666080e0
    b = 5.2264952788528545610e3
    b = b * r + 2.8729085735721942674e4
    b = b * r + 3.9307895800092710610e4
    b = b * r + 2.1213794301586595867e4
    b = b * r + 5.3941960214247511077e3
    b = b * r + 6.8718700749205790830e2
    b = b * r + 4.2313330701600911252e1
    b = b * r + 1.0
    return q * a / b


@inlined_rule
def normal_tail(u: float) -> float:
    """Standard normal quantile of u outside the central region."""
    tail = u if u < 0.5 else 1.0 - u
    r = math.sqrt(-log(tail))
    if r <= 5.0:
        r = r - 1.6
        a = 7.74545014278341407640e-4
        a = a * r + 2.27238449892691845833e-2
        a = a * r + 2.41780725177450611770e-1
        a = a * r + 1.27045825245236838258e0
        a = a * r + 3.64784832476320460504e0
        a = a * r + 5.76949722146069140550e0
        a = a * r + 4.63033784615654529590e0
        a = a * r + 1.42343711074968357734e0
        b = 1.05075007164441684324e-9
        b = b * r + 5.47593808499534494600e-4
        b = b * r + 1.51986665636164571966e-2
        b = b * r + 1.48103976427480074590e-1
        b = b * r + 6.89767334985100004550e-1
        b = b * r + 1.67638483018380384940e0
        b = b * r + 2.05319162663775882187e0
        b = b * r + 1.0
    else:
        r = r - 5.0
        a = 2.01033439929228813265e-7
        a = a * r + 2.71155556874348757815e-5
        a = a * r + 1.24266094738807843860e-3
        a = a * r + 2.65321895265761230930e-2
        a = a * r + 2.96560571828504891230e-1
        a = a * r + 1.78482653991729133580e0
        a = a * r + 5.46378491116411436990e0
        a = a * r + 6.65790464350110377720e0
        b = 2.04426310338993978564e-15
        b = b * r + 1.42151175831644588870e-7
        b = b * r + 1.84631831751005468180e-5
        b = b * r + 7.86869131145613259100e-4
        b = b * r + 1.48753612908506148525e-2
        b = b * r + 1.36929880922735805310e-1
        b = b * r + 5.99832206555887937690e-1
        b = b * r + 1.0
    return -(a / b) if u < 0.5 else a / b


@rule
def normal(u: float) -> float:
    """Standard normal quantile of a number in (0, 1).

    Rational approximations of relative accuracy 1e-16: Wichura 1988, "Algorithm AS 241: The
    percentage points of the normal distribution", Applied Statistics 37(3), PPND16.
    """
    q = u - 0.5
    return normal_centre(q) if -CENTRAL <= q <= CENTRAL else normal_tail(u)
