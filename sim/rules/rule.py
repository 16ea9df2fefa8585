"""The decorator that marks a rule of the negotiation.

A rule is a plain Python function of numbers: the Mesa agents call it as it stands, so it can be
read, stepped through and tested without a compiler, and the batch engine compiles the very same
function. Both give the same bits because a rule uses only ``+ - * /``, comparisons, square roots
and shifts of the exponent, in a fixed order, and no library function whose last bit depends on the
processor.
"""

from typing import Any

from numba.extending import register_jitable

#: How rules are compiled, and all that calls them: where these differ, a rule is compiled twice.
#: Division is that of the processor, other threads may run, and there are no doors from outside.
#: Numba need not count who uses an array: the engine makes none and keeps none, and counting costs
#: as much as the sums of the innermost stages.
OPTIONS: Any = {
    "error_model": "numpy",
    "nogil": True,
    "no_cfunc_wrapper": True,
    "no_cpython_wrapper": True,
    "_nrt": False,
}
rule = register_jitable(**OPTIONS)
#: A rule that a loop over members should take in, however long it is, so that a processor can do it
#: for several at once.
inlined_rule = register_jitable(**OPTIONS, forceinline=True)

# What a rule indexes: lists when an agent calls it, arrays when the batch engine does.
Row = Any
"""Numbers, such as a text, a position or a column of a table."""
Places = Any
"""Whole numbers, such as a text as places on the drafting grid."""
Table = Any
"""Rows of numbers, such as the drafting grid."""
