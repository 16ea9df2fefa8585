"""Preference models: what a text costs a member, and what who tables it has of it.

A scenario has one of them for all its members: :mod:`~.pledge` (spending pledges, from threat
perception, fiscal room, sensitivity to pressure and domestic constraint) or :mod:`~.spatial` (ideal
points and saliences).
"""

PLEDGE, SPATIAL = range(2)
NAMES = ("pledge", "spatial")
