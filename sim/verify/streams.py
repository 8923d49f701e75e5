"""Random numbers: no two purposes are given the same number for the same child.

What is drawn is noted with the code that asked for it. The same number asked for again by the
same code is the same question asked twice; asked for by other code, two things that should have
nothing to do with each other move together.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sim.service.streams import Stream, Streams
from sim.verify.finding import Finding, Tally

if TYPE_CHECKING:
    from types import CodeType

    from sim.verify.evidence import Evidence

ONE_IN = 8  # children, posts and families looked at
# A question that two pieces of code ask: what happens in a child's life depends on facts that the
# service may come to ask about later.
# Whoever places a child on day one asks what the child is then told to be.
ASKED_TWICE = {
    "facts about the child": {"need_events.born", "population.learn_facts"},
    "cadence": {"stage._chosen", "looks._days"},
    "less often": {"stage._chosen", "looks._days"},
    "safeguarding on day one": {"protection.kept_on_day_one", "protection.on_day_one"},
}


class NotedStream(Stream):
    """A stream that notes what was drawn."""

    __slots__ = ("_draws", "_purpose")

    def __init__(self, seed: int, replication: int, purpose: str, draws: Draws) -> None:
        super().__init__(seed, replication, purpose)
        self._purpose = purpose
        self._draws = draws

    def uniform(self, who: int, occasion: int = 0) -> float:
        """Draw, and note it for one child in eight."""
        value = super().uniform(who, occasion)
        if not who % ONE_IN:
            self._draws.note(who, value, self._purpose, sys._getframe(1).f_code)
        return value


class Draws(Streams):
    """All streams of one replication, with what was drawn from them."""

    def __init__(self, seed: int, replication: int) -> None:
        super().__init__(seed, replication)
        self.numbers: dict[tuple[int, float], tuple[str, CodeType]] = {}
        self.shared: list[tuple[int, float, str, CodeType, str, CodeType]] = []

    def __getitem__(self, purpose: str) -> Stream:
        """Return the stream of a purpose."""
        stream = self._made.get(purpose)
        if stream is None:
            stream = NotedStream(self.seed, self.replication, purpose, self)
            self._made[purpose] = stream
        return stream

    def note(self, who: int, value: float, purpose: str, code: CodeType) -> None:
        """Note a number, and whether other code or another purpose has had it before."""
        before = self.numbers.get((who, value))
        if before is None:
            self.numbers[who, value] = (purpose, code)
        elif before[0] != purpose or (
            before[1] is not code and not _same(purpose, before[1], code)
        ):
            self.shared.append((who, value, *before, purpose, code))


def apart(evidence: Evidence) -> Finding:
    """No number is used for two purposes."""
    tally = Tally(
        "random numbers",
        "no number used twice",
        f"numbers drawn for one child, family or post in {ONE_IN}",
        "none drawn for two purposes, or by two pieces of code",
    )
    draws = evidence.draws
    for _ in draws.numbers:
        tally.right()
    for who, value, one, code, other, again in draws.shared:
        tally.right(False)
        tally.tell(
            f"{value:.12f} for {who}: '{one}' in {_named(code)} and '{other}' in {_named(again)}"
        )
    return tally.finding()


def _same(purpose: str, one: CodeType, other: CodeType) -> bool:
    """Whether two pieces of code are known to ask the same question."""
    return {_named(one), _named(other)} <= ASKED_TWICE.get(purpose, set())


def _named(code: CodeType) -> str:
    return f"{code.co_filename.rsplit('/', 1)[-1].removesuffix('.py')}.{code.co_name}"
