"""How fast and how much: rates of messages and sizes."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

#: Messages of one person, a second and at once.
PER_SECOND, AT_ONCE = 10.0, 10.0
#: Wrong codes and secrets from one address, a second and at once.
WRONG_PER_SECOND, WRONG_AT_ONCE = 5.0, 20.0
#: People who join from one address, a second and at once: classes sit behind one, floods as well.
JOINS_PER_SECOND, JOINS_AT_ONCE = 2.0, 240.0
#: What people add after the silence has ended: each addition plays the game again.
LATE_PER_SECOND, LATE_AT_ONCE = 0.5, 3.0
#: Seconds that a request may take to come in, and connections from one address.
REQUEST_S, CONNECTIONS = 20.0, 600
#: Bytes that may wait for a browser that sends and does not read.
UNREAD_BYTES = 1024 * 1024
#: Work of a scenario that a room plays, in texts that the mediator compares, times members: between
#: two drafts, and for its first aim; and rounds times members times terms. The Hague has about 1/10
#: of each.
DRAFT_WORK, AIM_WORK, RUN_WORK = 40_000, 1_000_000, 60_000
MESSAGE_BYTES = 16 * 1024
SCENARIO_BYTES = 1024 * 1024
_ADDRESSES = 4096


class Bucket:
    """Lets so many things pass at once, and so many a second after that.

    Parameters
    ----------
    rate
        How many a second.
    size
        How many at once.
    clock
        Seconds that only grow.
    """

    def __init__(
        self, rate: float, size: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._size, self._clock = rate, size, clock
        self._left, self._at = size, clock()

    def _fill(self) -> None:
        now = self._clock()
        self._left = min(self._size, self._left + (now - self._at) * self._rate)
        self._at = now

    def take(self) -> bool:
        """Whether one more thing passes."""
        self._fill()
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True

    @property
    def empty(self) -> bool:
        """Whether nothing passes now."""
        self._fill()
        return self._left < 1.0


class ByAddress:
    """Counts something by address: wrong codes, so that guessing takes for ever, or people.

    Parameters
    ----------
    rate, size
        How many a second and at once; see :class:`Bucket`.
    clock
        Seconds that only grow.
    """

    def __init__(
        self, rate: float, size: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._size, self._clock = rate, size, clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def too_many(self, address: str) -> bool:
        """Whether an address has done it too often to be heard now."""
        bucket = self._buckets.get(address)
        return bucket is not None and bucket.empty

    def note(self, address: str) -> None:
        """Note that an address has done it once more."""
        if address not in self._buckets:
            self._buckets[address] = Bucket(self._rate, self._size, self._clock)
            if len(self._buckets) > _ADDRESSES:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(address)
        self._buckets[address].take()
