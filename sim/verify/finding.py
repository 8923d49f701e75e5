"""What a check has found: how many cases, how many were wrong, and the worst in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

PASS, FAIL, REPORTED = "pass", "fail", "reported"
MANY = 1e5  # above this a measured number is written without decimals


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check.

    Attributes
    ----------
    subject, check
        What it is about, and its name.
    examined
        What was looked at, in words.
    expected
        What must be so, in words.
    cases, wrong
        How many were looked at, and how many were not as expected.
    low, high
        The smallest and the largest of what was measured; None where cases are only counted.
    verdict
        `PASS`, `FAIL`; or `REPORTED`, for what nothing forbids but a reviewer should see.
    worst
        The worst example, with child, worker and time; empty if there is none.
    """

    subject: str
    check: str
    examined: str
    expected: str
    cases: int
    wrong: int
    low: float | None
    high: float | None
    verdict: str
    worst: str

    @property
    def found(self) -> str:
        """What was found, in words."""
        if not self.cases:
            return "nothing to look at"
        counted = "as expected" if not self.wrong else f"{self.wrong:,} not so"
        if self.low is None or self.high is None:
            return counted
        if self.low == self.high:
            return f"{counted}: {_number(self.low)}"
        return f"{counted}: {_number(self.low)} to {_number(self.high)}"


def _number(value: float) -> str:
    if abs(value) < 5e-7:
        return "0"
    return f"{value:,.0f}" if abs(value) >= MANY else f"{value:,.4g}"


class Tally:
    """Counts the cases of one check and keeps the worst of them.

    Parameters
    ----------
    subject, check, examined, expected
        As in `Finding`.
    """

    def __init__(self, subject: str, check: str, examined: str, expected: str) -> None:
        self._head = (subject, check, examined, expected)
        self._cases = self._wrong = 0
        self._low: float | None = None
        self._high: float | None = None
        self._by = -math.inf
        self._worst = ""
        self._reported = ""

    def right(self, as_expected: bool = True) -> bool:
        """Count one case, and return whether it is as expected."""
        self._cases += 1
        self._wrong += not as_expected
        return as_expected

    def tell(self, text: str, by: float = 0.0) -> None:
        """Say what is wrong with the case just counted; `by` is how much: the largest is kept."""
        if by > self._by:
            self._by = by
            self._worst = text

    def measure(self, value: float) -> None:
        """Note a number among those found."""
        self._low = value if self._low is None else min(self._low, value)
        self._high = value if self._high is None else max(self._high, value)

    def report(self, text: str) -> None:
        """Note what nothing forbids, to be told if nothing is wrong."""
        self._reported = self._reported or text

    def finding(self) -> Finding:
        """Return what was found."""
        verdict = FAIL if self._wrong else REPORTED if self._reported else PASS
        told = self._worst or self._reported
        return Finding(*self._head, self._cases, self._wrong, self._low, self._high, verdict, told)


def together(findings: Sequence[Finding], numbers: Sequence[int]) -> Finding:
    """Put the same check of several replications into one finding.

    Parameters
    ----------
    findings
        One of each replication.
    numbers
        The replications' numbers.
    """
    order = (FAIL, REPORTED, PASS)
    first, number = min(
        zip(findings, numbers, strict=True), key=lambda each: order.index(each[0].verdict)
    )
    lows = [f.low for f in findings if f.low is not None]
    highs = [f.high for f in findings if f.high is not None]
    many = len(findings) > 1 and first.worst
    return replace(
        first,
        cases=sum(f.cases for f in findings),
        wrong=sum(f.wrong for f in findings),
        low=min(lows, default=None),
        high=max(highs, default=None),
        worst=f"possible future {number}: {first.worst}" if many else first.worst,
    )
