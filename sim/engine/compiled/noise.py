"""Many normal draws at once, several in one step of the processor."""

from ...rules.draws import CENTRAL, absorb, normal_centre, normal_tail, uniform
from .build import compile_inner as _compiled


@_compiled
def normals_of(uniforms, n, tails, out):
    """Write ``normal`` of the first n uniforms into ``out``, with the same bits.

    The central region is computed for all, whether it applies or not, which is quicker than to
    choose. The few in the tails are then gathered in ``tails`` (values, and their places) and done
    in whole eights, so that none are left over to be done one by one; nobody reads what fills the
    last eight.
    """
    drawn, places = tails
    count = 0
    for i in range(n):
        out[i] = normal_centre(uniforms[i] - 0.5)
    for i in range(n):
        q = uniforms[i] - 0.5
        drawn[count] = uniforms[i]
        places[count] = i
        count += 1 if q < -CENTRAL or q > CENTRAL else 0
    for i in range((count + 7) // 8 * 8):
        drawn[i] = normal_tail(drawn[i])
    for i in range(count):
        out[places[i]] = drawn[i]


@_compiled
def fill_normals(state, keys, uniforms, tails, out):
    """Write the normal draw of each key into ``out``."""
    for i in range(len(keys)):
        uniforms[i] = uniform(absorb(state, keys[i]))
    normals_of(uniforms, len(keys), tails, out)
