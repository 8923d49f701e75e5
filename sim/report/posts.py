"""What ``caseload posts`` prints and writes: a ranking and a chart for each measure."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import matplotlib

from sim.experiment.posts import UNIT_OF_MONEY, Effect, Posts, Ranking, Role
from sim.experiment.summary import ALL
from sim.report import wording
from sim.report.better import verdict
from sim.report.drawing import STYLE, Chart, begin, save
from sim.report.files import plain, write_csv
from sim.report.naming import headline_name
from sim.report.pair_bars import Pair, draw_pairs, size
from sim.report.sensitivity import WIDTH, file_name, told

WIDTHS = (47, 17, 17, 19)


def text(found: Posts) -> str:
    """Write the rankings, a table for each measure."""
    lines = list(_heading(found))
    for rankings in by_measure(found):
        lines += ["", *_table(rankings)]
    lines += ["", *_costs(found.rankings[0].effects if found.rankings else ())]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def by_measure(found: Posts) -> list[tuple[Ranking, ...]]:
    """Group the rankings of one measure, the first year before the later one."""
    grouped = groupby(found.rankings, key=lambda r: (r.headline.measure, r.headline.where))
    return [tuple(group) for _, group in grouped]


def _heading(found: Posts) -> Iterator[str]:
    scenario = found.loaded.scenario
    more = found.rankings[0].effects[0].role.more if found.rankings else 1
    what = "one more post" if more == 1 else f"{more} more posts"
    title = scenario.title or scenario.name
    yield f"{title}: what {what} of each role would do, one role at a time"
    yield (
        f"{scenario.horizon} from {scenario.start.day} {scenario.start:%B %Y}; "
        f"{found.replications} possible futures of each; seed {found.seed}"
    )
    yield from textwrap.wrap(
        "Each future is lived through as it is and with each change, with the same children and "
        "absences. A change is the 95% interval of the average difference in that year; the last "
        f"column is that of the later year for each £{UNIT_OF_MONEY:,.0f} a year. '=': not "
        "shown to differ from the first of the list. 'Not shown': these futures cannot tell it "
        "from none, which is not the same as none; of roles that in truth change nothing, one in "
        "twenty will still seem to.",
        WIDTH,
    )
    if found.replications < 2:
        yield "One future shows no more than one anecdote: there are no intervals. Run 10 or more."


def _table(rankings: Sequence[Ranking]) -> Iterator[str]:
    """Write one measure, in the order of its last period."""
    last = rankings[-1]
    yield f"{_name(rankings)}: {_as_it_is(rankings)} as it is"
    money = f"per £{UNIT_OF_MONEY:,.0f}"
    heads = [_period(ranking) for ranking in rankings]
    yield _line(("", *(f"{head}  " for head in (*heads, money))), len(rankings))
    yield "-" * WIDTH
    others = {e.role.where: e for e in rankings[0].effects}
    untouched = []
    for effect in last.effects:
        both = [effect] if len(rankings) == 1 else [others[effect.role.where], effect]
        name = wording.place(effect.role.where)
        if all(each.change.same for each in both):
            untouched.append(name)
            continue
        yield _line((f" {name}", *map(_change, both), _for_money(effect)), len(rankings))
    unsure = [e for e in last.effects if not e.change.shown and not e.change.same]
    if unsure:
        names = "; ".join(wording.place(e.role.where) for e in unsure)
        text = f"Not shown to change it in {_period(last).lower()} ({len(unsure)}): {names}."
        yield from textwrap.wrap(text, WIDTH, initial_indent=" ", subsequent_indent="   ")
    if untouched:
        text = f"No change in any future ({len(untouched)}): {'; '.join(untouched)}."
        yield from textwrap.wrap(text, WIDTH, initial_indent=" ", subsequent_indent="   ")


def _name(rankings: Sequence[Ranking]) -> str:
    return headline_name(rankings[0].headline).partition(", year")[0]


def _period(ranking: Ranking) -> str:
    period = ranking.headline.period
    return "Whole run" if period == ALL else f"Year {period}"


def _as_it_is(rankings: Sequence[Ranking]) -> str:
    share = rankings[0].base.unit == "share"
    said = [
        f"{wording.mean(r.base, is_share=share)} {wording.give_or_take(r.base, is_share=share)}"
        + ("" if r.headline.period == ALL else f" in year {r.headline.period}")
        for r in rankings
    ]
    return ", ".join(said)


def _change(effect: Effect) -> str:
    return told(effect.change) + (" =" if effect.level else "  ")


def _for_money(effect: Effect) -> str:
    """Write the average for so many pounds, with how far it may be off."""
    found = effect.for_money
    if found is None or found.mean is None:
        return "cost not given  "
    scale, unit = (100.0, "%") if effect.change.change.unit == "share" else (1.0, "")
    half = (found.half_width or 0.0) * scale
    places = wording.decimals(half, found.mean * scale)
    mark = " =" if effect.level_for_money else "  "
    off = wording.number(math.ceil(half * 10.0**places - 1e-9) / 10.0**places, places)
    return f"{wording.signed(found.mean * scale, places)}{unit} ± {off}{mark}"


def _line(cells: Sequence[str], periods: int) -> str:
    first, *rest = cells
    widths = WIDTHS[1:] if periods == 2 else (WIDTHS[1], WIDTHS[3])
    aligned = (cell.rjust(width) for cell, width in zip(rest, widths, strict=True))
    return first.ljust(WIDTHS[0]) + "".join(aligned)


def _costs(effects: Sequence[Effect]) -> Iterator[str]:
    """Say what a post costs and where that comes from."""
    yield "POUNDS A YEAR OF A POST"
    found: dict[str, list[str]] = {}
    for role in sorted((e.role for e in effects), key=lambda r: -(r.pounds or 0.0)):
        found.setdefault(_cost(role), []).append(wording.place(role.where))
    for cost, names in found.items():
        yield from textwrap.wrap(
            f"{cost}: {'; '.join(names)}.", WIDTH, initial_indent=" ", subsequent_indent="   "
        )


def _cost(role: Role) -> str:
    if role.cost is None or role.pounds is None:
        return "not given"
    said = f"£{role.pounds / role.more:,.0f}"
    if role.cost.range is not None:
        low, high = (x * role.fte for x in role.cost.range)
        said += f" (£{low:,.0f} to £{high:,.0f})"
    if role.fte != 1.0:
        said += f", of {role.fte:g} full-time"
    about = ", ".join(x for x in (role.cost.grade, role.cost.source) if x)
    return f"{said} [{about}]" if about else said


def write_posts(found: Posts, folder: Path) -> Sequence[str]:
    """Write the table, the text and a chart for each measure; name the files."""
    _write_table(found, folder / "posts.csv")
    (folder / "posts.txt").write_text(text(found), encoding="utf-8")
    charts = folder / "charts"
    charts.mkdir()
    with matplotlib.rc_context(STYLE):
        for rankings in by_measure(found):
            chart = posts_chart(rankings, found)
            save(chart, charts)
            (charts / f"{chart.name}.txt").write_text(chart.sentence + ".\n", encoding="utf-8")
            write_csv(charts / f"{chart.name}.csv", chart.head, chart.rows)
    return ("posts.csv", "posts.txt", "charts")


def _write_table(found: Posts, path: Path) -> None:
    spread = ("change", "lower", "upper")
    head = (
        *("measure", "where", "period", "unit", "rank", "role", "posts", "more", "as_it_is"),
        *(*spread, "verdict", "level_with_first", "pounds_a_year"),
        *(f"{name}_for_100000" for name in spread),
        *("level_for_100000", "cost_grade", "cost_source", "futures"),
    )
    rows = [
        (
            *(r.headline.measure, r.headline.where, r.headline.period, r.base.unit, rank),
            *(e.role.where, e.role.before, e.role.more, plain(r.base.mean)),
            *map(plain, (e.change.change.mean, e.change.change.lower, e.change.change.upper)),
            *(verdict(e.change), "yes" if e.level else "no", plain(e.role.pounds)),
            *_money(e),
            *(_yes(e), *_source(e.role), e.change.change.replications),
        )
        for r in found.rankings
        for rank, e in enumerate(r.effects, start=1)
    ]
    write_csv(path, head, rows)


def _yes(effect: Effect) -> str:
    return "" if effect.for_money is None else "yes" if effect.level_for_money else "no"


def _money(effect: Effect) -> Iterator[str]:
    e = effect.for_money
    return map(plain, (e.mean, e.lower, e.upper) if e is not None else (None, None, None))


def _source(role: Role) -> tuple[str, str]:
    return ("", "") if role.cost is None else (role.cost.grade or "", role.cost.source or "")


def posts_chart(rankings: Sequence[Ranking], found: Posts) -> Chart:
    """Draw what one more post of each role does to a measure, in the first and the later year."""
    first, last = rankings[0], rankings[-1]
    others = {e.role.where: e for e in first.effects}
    moving = [e for e in last.effects if not (e.change.same and others[e.role.where].change.same)]
    sentence = posts_sentence(last)
    scenario = found.loaded.scenario
    plain_bar = f"Plain bar: {_period(first).lower()}; hatched: {_period(last).lower()}."
    left = len(last.effects) - len(moving)
    others_left = f"; {left} other roles changed it in no future" if left else ""
    figure = begin(
        sentence,
        f"{plain_bar} Black line: 95% interval of the paired difference. Pale: not shown to "
        f"differ.\n{scenario.title or scenario.name}, {found.replications} possible futures of "
        f"each{others_left}.",
        size(len(moving)),
    )
    axes = figure.add_subplot()
    rows = [
        Pair(wording.place(e.role.where), others[e.role.where].change, e.change) for e in moving
    ]
    draw_pairs(axes, rows, 0.0, "as it is")
    if last.base.unit == "share":
        axes.xaxis.set_major_formatter("{x:+.1%}")
    axes.set_xlabel(f"Change of: {_name(rankings)} ({last.base.unit})")
    head = ("role", "period", "change", "lower", "upper", "verdict")
    table = [
        (e.role.where, r.headline.period, *map(plain, _three(e)), verdict(e.change))
        for r in rankings
        for e in r.effects
    ]
    whole = str(first.headline).removesuffix(f"@{first.headline.period}")
    name = f"posts-{file_name(whole)}"
    return Chart(name, figure, sentence, head, tuple(table))


def _three(effect: Effect) -> tuple[float | None, float | None, float | None]:
    change = effect.change.change
    return change.mean, change.lower, change.upper


def posts_sentence(ranking: Ranking) -> str:
    """Say where more posts help most, or that none is shown to."""
    name = headline_name(ranking.headline)
    helping = [e for e in ranking.effects if verdict(e.change) in ("better", "more", "less")]
    if not helping:
        return f"{name}: these futures do not show that one more post of any role helps"
    best = helping[0]
    level = [wording.people(e.role.where) for e in helping[1:] if e.level]
    also = f"; level with them: {', '.join(level[:3])}" if level else ""
    share = ranking.base.unit == "share"
    to = wording.mean(best.change.other, is_share=share)
    who = wording.people(best.role.where)
    return f"{name}: more {who} help most, to {to} from {_mean(ranking, share)}{also}"


def _mean(ranking: Ranking, share: bool) -> str:
    return wording.mean(ranking.base, is_share=share)
