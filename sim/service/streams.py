"""Random numbers by name.

A draw belongs to a purpose ("life", "review hours"), to one child or post, and to one
occasion. It is a pure function of those and of the seed and replication, never of the
order in which things happen, so adding a worker, a task or a child changes nobody
else's draws.
"""

from __future__ import annotations

import hashlib

_MASK = (1 << 64) - 1
_OCCASION = 0x9E3779B97F4A7C15
_SCALE = 2.0**-53


def identity(name: str) -> int:
    """Return the 64-bit number that stands for a child, a family or a post in every stream."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


class Stream:
    """Uniform numbers for one purpose in one replication.

    Parameters
    ----------
    seed, replication
        What the user chose, and the number of the possible future (from 1).
    purpose
        Name of what is drawn. Two purposes never share numbers.
    """

    __slots__ = ("_key",)

    def __init__(self, seed: int, replication: int, purpose: str) -> None:
        self._key = identity(f"{seed}/{replication}/{purpose}")

    def uniform(self, who: int, occasion: int = 0) -> float:
        """Return a number in (0, 1), always the same for this child or post and occasion."""
        # SplitMix64's finaliser (Steele, Lea and Flood 2014) over a keyed Weyl sum.
        z = (self._key + who + occasion * _OCCASION) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return (((z ^ (z >> 31)) >> 11) + 0.5) * _SCALE


class Streams:
    """All streams of one replication, made when first asked for."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        self._made: dict[str, Stream] = {}

    def __getitem__(self, purpose: str) -> Stream:
        stream = self._made.get(purpose)
        if stream is None:
            stream = self._made[purpose] = Stream(self.seed, self.replication, purpose)
        return stream
