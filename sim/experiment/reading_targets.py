"""Reading what ``--precision`` asks for, and refusing what cannot be had."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from sim.experiment.summary import ALL, spans
from sim.experiment.targets import (
    FEWEST,
    LOOK_AHEAD,
    Average,
    Figure,
    Quantile,
    Share,
    Target,
    unit_of,
)
from sim.measure.series import MEANINGS

_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)"
_ADDRESS = r"(?P<address>[^\s<>=]+)"
_WHAT = (
    rf"(?:(?:mean|average) of )?{_ADDRESS}",
    rf"(?:p(?P<q>{_NUMBER})|(?P<median>median)) of {_ADDRESS}",
    rf"share of futures (?P<ever>ever )?with {_ADDRESS} ?(?P<sign>[<>]=?) ?"
    rf"(?P<than>-?{_NUMBER})(?P<percent> ?%)?",
)
_HALF = (
    rf"(?P<absolute>{_NUMBER})(?P<points> points?)?|"
    rf"(?P<share>{_NUMBER}) ?%(?P<of_it> of it)?(?: or (?P<floor>{_NUMBER}))?"
)
_TARGETS = tuple(re.compile(f"{what} (?:{_HALF})") for what in _WHAT)
HOW = (
    "write MEASURE@WHERE and how far off its average may be: 0.01 (in the measure's unit), "
    "5% (of the average) or '5% or 0.5' (whichever is more, for averages near zero); or "
    "'p90 of MEASURE@WHERE 5%'; or 'share of futures with MEASURE@WHERE < 0.8 0.05' "
    "('share of futures ever with': in any month)"
)


class PrecisionRefusedError(Exception):
    """What was asked for cannot be understood or cannot be reached."""


def read_target(text: str) -> Target:
    """Read ``MEASURE@WHERE HALF``, ``p90 of ...`` or ``share of futures with ... < 0.8 HALF``.

    Raises
    ------
    PrecisionRefusedError
        If it is something else; says what may be written.
    """
    plain = " ".join(text.split())
    found = next((match for each in _TARGETS if (match := each.fullmatch(plain))), None)
    said = found.groupdict() if found is not None else {}
    measure, _, place = said.get("address", "").partition("@")
    where, dated, period = place.partition("@")
    if not measure or not where or (dated and not period):
        raise PrecisionRefusedError(f"--precision '{text}' is not understood: {HOW}")
    of = _figure(text, said)
    share, least = _allowed(text, said, of)
    if said.get("percent"):
        _refuse_percent(text, measure)
    return Target(f"{measure}@{where}", share, least, of, period or ALL)


def _figure(text: str, said: Mapping[str, str | None]) -> Figure:
    if said.get("sign"):
        hundred = 100.0 if said["percent"] else 1.0
        return Share(str(said["sign"]), float(said["than"] or 0.0) / hundred, bool(said["ever"]))
    if said.get("median"):
        return Quantile(0.5)
    if said.get("q") is None:
        return Average()
    q = float(said["q"] or 0.0) / 100.0
    if not 0.0 < q < 1.0:
        raise PrecisionRefusedError(
            f"--precision '{text}': of a hundred futures, 1 to 99 (as in p90) can be below a "
            f"value, not {100.0 * q:g}"
        )
    return Quantile(q)


def _allowed(text: str, said: Mapping[str, str | None], of: Figure) -> tuple[float, float]:
    """Give how far off it may be: as a share of the figure, and in its unit."""
    share, least = float(said["share"] or 0.0) / 100.0, float(said["absolute"] or 0.0)
    rare = isinstance(of, Share)
    if said["share"] is not None and rare and not said["of_it"]:
        raise PrecisionRefusedError(
            f"--precision '{text}' can be read in two ways: write {share:g} for {100.0 * share:g} "
            f"futures in a hundred, or '{100.0 * share:g}% of it' for that share of the share"
        )
    if (said["of_it"] or said["points"]) and not rare:
        raise PrecisionRefusedError(f"--precision '{text}' is not understood: {HOW}")
    if said["points"]:
        least /= 100.0
    if (said["share"] is not None and not share) or (said["share"] is None and not least):
        raise PrecisionRefusedError(f"--precision '{text}' must allow more than 0: {HOW}")
    return share, max(least, float(said["floor"] or 0.0))


def _refuse_percent(text: str, measure: str) -> None:
    if measure.partition(":")[0] not in MEANINGS:
        return  # which is said later, with the nearest
    unit = unit_of(measure)
    if unit not in ("share", "ratio"):
        raise PrecisionRefusedError(f"--precision '{text}': {measure} is in {unit}, not in %")


def check_limit(limit: int, targets: Iterable[Target] = ()) -> None:
    """Refuse a limit that leaves no room to look ahead.

    Raises
    ------
    PrecisionRefusedError
        If it does not.
    """
    if limit < FEWEST + LOOK_AHEAD:
        raise PrecisionRefusedError(
            f"at most {limit} futures are too few to judge by: allow {FEWEST + LOOK_AHEAD} or more"
        )
    for target in targets:
        if limit < target.fewest + LOOK_AHEAD:
            why = (
                f"even of what never happens, {target.fewest} futures are needed to know it so well"
                if isinstance(target.of, Share)
                else f"its interval has two ends with {target.fewest} futures or more"
            )
            raise PrecisionRefusedError(
                f"'{target.what} {target}' cannot hold with {limit} futures at most: {why}; "
                f"allow {target.fewest + LOOK_AHEAD} (--max-replications) or be less exact"
            )


def check_targets(targets: Iterable[Target], known: Sequence[str], months: Sequence[str]) -> None:
    """Refuse a target whose measure or period the scenario does not have.

    Raises
    ------
    PrecisionRefusedError
        If there is one; names those most like it.
    """
    periods = spans(months)
    for target in targets:
        if target.address not in known:
            close = get_close_matches(target.address, known, n=3, cutoff=0.5)
            hint = f"; the nearest are {', '.join(close)}" if close else f"; {known[0]} is one"
            raise PrecisionRefusedError(f"there is no measure '{target.address}' here{hint}")
        if target.period not in periods:
            raise PrecisionRefusedError(
                f"there is no period '{target.period}' here: it is a year of the run "
                f"({', '.join(p for p in periods if p.isdigit()) or 'it has no whole year'}), "
                f"a month ({months[0]} to {months[-1]}) or {ALL}"
            )
        if isinstance(target.of, Share):
            _check_share(target, target.of)


def _check_share(target: Target, of: Share) -> None:
    """Refuse what is meant in hundredths: a share of 80 instead of 0.8."""
    if unit_of(target.address) == "share" and of.than > 2.0:
        raise PrecisionRefusedError(
            f"{target.address} is a share: write {of.than:g}% or {of.than / 100.0:g}, "
            f"not {of.than:g}"
        )
