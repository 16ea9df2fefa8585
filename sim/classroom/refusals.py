"""What the room says to a request that it does not fulfil."""

from __future__ import annotations

from ..errors import SummitryError
from .wording import say

#: HTTP status of each refusal; on a WebSocket only the name is sent.
STATUS = {
    "bad_message": 400,
    "forbidden": 403,
    "no_room": 404,
    "unknown": 404,
    "too_slow": 408,
    "full": 409,
    "locked": 409,
    "not_now": 409,
    "too_large": 413,
    "bad_type": 415,
    "bad_move": 422,
    "bad_name": 422,
    "bad_scenario": 422,
    "no_seat": 422,
    "not_yours": 403,
    "slow_down": 429,
    "no_disk": 503,
}
#: What is told about each phase to a move that is not for it.
NOT_NOW = {
    "lobby": say("not now: the summit has not begun"),
    "answering": say("not now: a text is on the table and silence runs"),
    "drafting": say("not now: the next text is being written"),
    "ended": say("not now: the summit is over"),
}


class Refused(SummitryError):
    """A request that is not fulfilled.

    Parameters
    ----------
    code
        One of :data:`STATUS`.
    message
        Why, and what is allowed, in words for the person who asked.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = STATUS[code]
