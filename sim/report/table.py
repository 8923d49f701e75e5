"""The table that ``caseload run`` prints: what a service manager asks first, in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sim.experiment.run import Results
from sim.experiment.summary import ALL, Estimate, flows, summary
from sim.report import wording as words
from sim.report.limits import caseload_limit
from sim.report.warm_up import simulated

WIDTH = 100
USUAL = ("Average", "Nine in ten", "±")
WIDE = (56, 12, 22, 10)
PROMISES = (47, 17, 18, 18)
LOAD = (49, 17, 17, 7, 10)
FEW = 10  # possible futures below which a range is only a hint
_FRONT = ("mash", "single_assessment")


@dataclass(frozen=True)
class _Sheet:
    """The estimates of the whole run, by address."""

    results: Results
    whole: dict[tuple[str, str], Estimate]
    years: float

    @classmethod
    def of(cls, results: Results) -> _Sheet:
        whole = {(e.measure, e.where): e for e in summary(results) if e.period == ALL}
        return cls(results, whole, len(results.months) / 12.0)

    def get(self, measure: str, where: str) -> Estimate | None:
        """Find an estimate that has a value."""
        found = self.whole.get((measure, where))
        return found if found is not None and found.mean is not None else None

    def places(self, measure: str) -> list[str]:
        """List where a measure is taken, in order."""
        return [where for name, where in self.whole if name == measure]


def table(results: Results) -> str:
    """Write the table of an experiment."""
    if not results.replications:
        return "No possible future was finished, so there is nothing to show.\n"
    sheet = _Sheet.of(results)
    parts = [
        _heading(results),
        _open(sheet),
        _promises(sheet),
        _overdue(sheet),
        _load(sheet),
        _waiting(sheet),
        _flows(sheet),
        _assessment(sheet),
        _safeguarding(sheet),
    ]
    return "\n".join("\n".join(line.rstrip() for line in part) + "\n" for part in parts if part)


def _heading(results: Results) -> list[str]:
    scenario = results.loaded.scenario
    start = f"{scenario.start.day} {scenario.start:%B %Y}"
    done, asked = len(results.replications), results.asked
    futures = f"{done} possible future{'s' * (done != 1)} (replications)"
    if done < asked:
        futures = f"{done} of {asked} possible futures (replications): STOPPED EARLY"
    lines = [
        f"{scenario.title or scenario.name} ({scenario.name})",
        f"{scenario.horizon} from {start}; {futures}; seed {results.seed}",
        "",
        f"Each figure is over the {_over(results)}. 'Nine in ten': of ten possible",
        "futures, nine lie between these two. '±': how far the average itself could be off.",
    ]
    if done < FEW:
        lines.append(f"With so few possible futures ({done}) both are rough: run {FEW} or more.")
    return lines


def _over(results: Results) -> str:
    cut = results.warm_up is not None and results.warm_up.months
    return simulated(results) if cut else f"whole {simulated(results)}"


def _section(title: str, columns: Sequence[str] = USUAL, widths: Sequence[int] = WIDE) -> list[str]:
    """Begin a section: its title and the heads of its columns on one line, and a rule."""
    return [_row((title.upper(), *columns), widths), "-" * WIDTH]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = cells
    aligned = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
    return first.ljust(widths[0]) + "".join(aligned)


def _line(
    label: str, estimate: Estimate | None, factor: float = 1.0, what: str = ""
) -> Iterator[str]:
    """Write one row of the usual three columns, if there is anything to say."""
    if estimate is None:
        return
    is_share = estimate.unit == "share"
    yield _row(
        (
            f"  {label}{', ' + what if what else ''}",
            words.mean(estimate, factor, is_share),
            words.likely(estimate, factor, is_share),
            words.give_or_take(estimate, factor, is_share),
        ),
        WIDE,
    )


def _open(sheet: _Sheet) -> list[str]:
    lines = _section("Children open at month ends")
    for where in sheet.places("open_children"):
        lines += _line(words.place(where), sheet.get("open_children", where))
    return lines


def _promises(sheet: _Sheet) -> list[str]:
    lines = _section("Overdue and in date", ("In date", "Delivered", "On time"), PROMISES)
    cells = dict.fromkeys(
        (name.partition(":")[2], where) for name, where in sheet.whole if name.startswith("on_time")
    )
    for timescale, where in cells:
        if where in _FRONT:
            continue
        found = [sheet.get(f"{m}:{timescale}", where) for m in ("in_date", "delivered", "on_time")]
        label = f"  {words.timescale(timescale)}, {words.place(where)}"
        lines.append(_row((label, *(_beside(e) for e in found)), PROMISES))
    lines += [
        "  In date: children with nothing of the kind past due, at month ends. Delivered: held for",
        "  each one promised. On time: promises kept by their due time. In brackets, nine in ten.",
    ]
    return lines


def _beside(estimate: Estimate | None) -> str:
    """Write a share with its range, narrowly."""
    if estimate is None:
        return "–"
    text = words.mean(estimate, is_share=True)
    if estimate.p5 is None or estimate.p95 is None:
        return text
    places = 1 if "." in text else 0
    low, high = (f"{value * 100:.{places}f}" for value in (estimate.p5, estimate.p95))
    return text if low == high else f"{text} ({low}–{high})"


def _overdue(sheet: _Sheet) -> list[str]:
    lines = _section("Work past due at month ends")
    for where in sheet.places("backlog"):
        lines += _line(words.place(where), sheet.get("backlog", where), what="tasks")
    lines += _line(words.place("service"), sheet.get("backlog_hours", "service"), what="hours")
    for where in sheet.places("days_past_due"):
        lines += _line(words.place(where), sheet.get("days_past_due", where), what="days past due")
    for name, where in sheet.whole:
        found = sheet.get(name, where)
        if name.startswith("overdue_full:") and found and found.p95:
            promise = words.timescale(name.partition(":")[2]).lower()
            lines += _line(words.place(where), found, what=f"{promise} an interval late")
    return lines


def _load(sheet: _Sheet) -> list[str]:
    columns = ("Hours spoken for", "Cases each", "limit", "Overtime")
    lines = _section("Worker load", columns, LOAD)
    for where in sheet.places("load"):
        cases = sheet.get("caseload", where)
        limit = caseload_limit(sheet.results, where)
        overtime = sheet.get("overtime_needed", where)
        held = "" if cases is None else _held(cases)
        extra = "" if overtime is None else words.mean(overtime, 1.0 / sheet.years)
        cells = (
            f"  {words.place(where)}",
            _beside(sheet.get("load", where)),
            held,
            "" if limit is None or cases is None else str(limit),
            f"{extra} h",
        )
        lines.append(_row(cells, LOAD))
    lines += [
        "  Hours spoken for: worked or reserved, of those there are. Cases each: children held, or",
        "  worked with, by a full-time worker. Overtime: hours a year it would take for nothing to",
        "  be late. In brackets, nine in ten.",
    ]
    return lines


def _held(cases: Estimate) -> str:
    low, _, high = words.likely(cases).partition(" to ")
    return f"{words.mean(cases)} ({low}–{high})" if high else words.mean(cases)


def _waiting(sheet: _Sheet) -> list[str]:
    lines = _section("Waiting, children at month ends")
    labels = {
        "unallocated": "without a worker",
        "on_transfer_list": "on the transfer list",
        "not_found": "changed need not yet known",
    }
    for measure, label in labels.items():
        for where in sheet.places(measure):
            found = sheet.get(measure, where)
            if where != "mash" and found is not None and found.p95:
                lines += _line(words.place(where), found, what=label)
    return lines if len(lines) > 2 else [*lines, "  Nobody waits."]


def _flows(sheet: _Sheet) -> list[str]:
    lines = _section("Flows a year")
    a_year = 1.0 / sheet.years
    for measure, label in (
        ("contacts", "Contacts"),
        ("returns", "of them, about children known before"),
        ("referrals", "Referrals (accepted for assessment)"),
        ("re_referred", "of them, referred before within a year"),
    ):
        found = sheet.get(measure, "service")
        factor = a_year if found is not None and found.unit != "share" else 1.0
        lines += _line(label, found, factor)
    for flow in _main_flows(sheet):
        lines += _line(f"{words.stage(flow[0])} to {words.stage(flow[1])}", flow[2])
    return lines


def _main_flows(sheet: _Sheet) -> Iterable[tuple[str, str, Estimate]]:
    order = [name for name in sheet.places("open_children") if name != "service"]
    rank = {name: number for number, name in enumerate([*order, "closed"])}
    last = len(rank)
    whole = [f for f in flows(sheet.results, by_reason=False) if f.number.period == ALL]
    whole.sort(key=lambda f: (rank.get(f.origin, last), rank.get(f.to, last)))
    return [(f.origin, f.to, f.number) for f in whole]


def _assessment(sheet: _Sheet) -> list[str]:
    stage = "single_assessment"
    lines = _section("Front door and assessment")
    lines += _line("MASH decision on time", sheet.get("on_time:mash_decision", "mash"))
    lines += _line("Single assessment on time", sheet.get("on_time:single_assessment", stage))
    label = "within 45 days, of those completed (DfE)"
    lines += _line(label, sheet.get("assessed_in_45_dfe", stage))
    lines += _line("Working days, quickest quarter up to", sheet.get("assessment_days_p25", stage))
    lines += _line("Working days, middle assessment", sheet.get("assessment_days", stage))
    lines += _line("Working days, slowest quarter from", sheet.get("assessment_days_p75", stage))
    return lines


def _safeguarding(sheet: _Sheet) -> list[str]:
    """Write what was found and protected; nothing in a scenario without safeguarding."""
    a_year = 1.0 / sheet.years
    lines = _section("Safeguarding")
    empty = len(lines)
    for measure, label in (
        ("strategy_discussions", "Strategy discussions a year"),
        ("conferences", "Initial conferences a year"),
        ("plans_begun", "Protection plans begun a year"),
    ):
        lines += _line(label, sheet.get(measure, "service"), a_year)
    for measure, label in (
        ("on_plan", "On a protection plan, children at month ends"),
        ("looked_after", "Looked after in full"),
        ("short_break_looked_after", "Looked after for short breaks only"),
    ):
        lines += _line(label, sheet.get(measure, "service"))
    for measure, label in (
        ("icpc_in_15_dfe", "Conferences held within 15 days (DfE)"),
        ("plans_reviewed_dfe", "Children with every plan review on time (DfE)"),
    ):
        for where in sheet.places(measure):
            lines += _line(label, sheet.get(measure, where))
    return lines if len(lines) > empty else []
