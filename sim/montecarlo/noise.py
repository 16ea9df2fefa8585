"""Many normal draws at once, several in one step of the processor."""

from ..negotiation.draws import CENTRAL, absorb, normal_centre, normal_tail, uniform
from .compiled import compile_inner as _compiled


@_compiled
def normals_of(uniforms, n, out):
    """Write ``normal`` of the first n uniforms into ``out``, with the same bits.

    The central region is computed for all, whether it applies or not, which is quicker than to
    choose; the few in the tails are then done one by one.
    """
    for i in range(n):
        out[i] = normal_centre(uniforms[i] - 0.5)
    for i in range(n):
        q = uniforms[i] - 0.5
        if q < -CENTRAL or q > CENTRAL:
            out[i] = normal_tail(uniforms[i])


@_compiled
def fill_normals(state, keys, uniforms, out):
    """Write the normal draw of each key into ``out``."""
    for i in range(len(keys)):
        uniforms[i] = uniform(absorb(state, keys[i]))
    normals_of(uniforms, len(keys), out)
