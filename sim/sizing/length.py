"""How long a search may take: nobody knows beforehand; only to say how far it has come."""

from __future__ import annotations

import math

USUAL = 60  # futures that a search for one answer takes
MORE = 1.25  # times those it has taken, once they are many


def expected(done: int) -> int:
    """Say how many futures a search may take in all, as long as it goes on.

    The longer it has taken, the longer it may go on: a quarter as long again.

    Parameters
    ----------
    done
        Futures so far.
    """
    return max(USUAL, math.ceil(MORE * done))
