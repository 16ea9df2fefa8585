"""How fixed moves of seats are written in the arrays of a problem."""

# Columns of ``Problem.seat_moves``, and what stands in the first.
ANSWER, NAMED, ASKS = range(3)
FREE, PASSES, BREAKS = range(3)
# First column of ``Problem.chair_moves``, where there is no place of a member.
AS_MEDIATOR, NO_LETTER = -2, -1
#: A term that a fixed text or an amendment leaves as it is.
KEEP = -1
