"""The front: what more posts cost, and in what share of possible years they keep the targets."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report import wording as words
from sim.report.drawing import BLUE, GREY, ORANGE, PINK, Chart, begin
from sim.report.files import plain
from sim.report.sizing_words import cost, goal_in_words, posts_in_words
from sim.sizing.cheapest import front
from sim.sizing.evidence import Verdict, share_between, share_met
from sim.sizing.question import Answer, Question, Tried
from sim.sizing.targets import Goal

NOTE = (
    "Each point: posts that were tried, and the share of possible years that meet the target met "
    "least often.\nUpright line: its 95% interval, wide where few futures settled it. Joined: "
    "nothing cheaper that was tried does as well."
)
HEAD = ("cost", "years_met", "lower", "upper", "futures", "front", "answer")
LOOKS = {
    Verdict.ENOUGH: (BLUE, "o", "enough"),
    Verdict.NOT_ENOUGH: (ORANGE, "X", "not enough"),
    Verdict.IN_DOUBT: (GREY, "D", "in doubt"),
}
THOUSAND = 1000.0


def best_value(answer: Answer) -> list[int]:
    """Give the places among the tried of those that nothing cheaper does as well as.

    How well: the share of possible years that meet the target met least often.
    """
    goals = answer.question.goals
    return front([(cost(tried), _least(goals, tried)) for tried in answer.tried])


def _least(goals: Sequence[Goal], tried: Tried) -> float:
    return _least_met(goals, tried)[0]


def front_chart(answer: Answer) -> Chart:
    """Draw the cost of what was tried against how often the targets are kept."""
    asked = answer.question
    sentence = front_sentence(answer)
    figure = begin(sentence, NOTE)
    axes = figure.add_subplot()
    points = [(cost(tried) / THOUSAND, *_least_met(asked.goals, tried)) for tried in answer.tried]
    best = best_value(answer)
    axes.plot([points[n][0] for n in best], [points[n][1] for n in best], color=BLUE, zorder=1)
    for verdict, (colour, marker, name) in LOOKS.items():
        mine = [n for n, tried in enumerate(answer.tried) if tried.verdict is verdict]
        if not mine:
            continue
        at = [points[n][0] for n in mine]
        axes.vlines(at, [points[n][2] for n in mine], [points[n][3] for n in mine], color=colour)
        shares = [points[n][1] for n in mine]
        axes.plot(at, shares, marker, color=colour, markersize=8, label=name, linestyle="none")
    for tried, (at_cost, met, _, _) in zip(answer.tried, points, strict=True):
        chosen = answer.best is not None and tried.place == answer.best.place
        axes.annotate(
            _short(tried) + (" (the answer)" if chosen else ""),
            (at_cost, met),
            xytext=(8, -16 if chosen else 6),  # longer than the others: not over a neighbour's
            textcoords="offset points",
            fontweight="bold" if chosen else "normal",
        )
    if asked.confidence is not None:
        axes.axhline(asked.confidence, color=PINK, linestyle=(0, (4, 2)), label="asked for")
    axes.set_ylim(-0.02, 1.06)
    axes.margins(x=0.12)
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set_ylabel("Share of possible years")
    axes.set_xlabel("Thousands of pounds a year, all posts filled in the service")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.legend(loc="lower right", frameon=False)
    rows = []
    for n, (tried, (_, met, low, high)) in enumerate(zip(answer.tried, points, strict=True)):
        chosen = answer.best is not None and tried.place == answer.best.place
        known = (plain(cost(tried)), plain(met), plain(low), plain(high))
        number = str(len(tried.futures.known))
        marks = ("yes" if n in best else "", "yes" if chosen else "")
        rows.append((_short(tried), *known, number, *marks))
    return Chart("sizing-front", figure, sentence, ("posts", *HEAD), tuple(rows))


def front_sentence(answer: Answer) -> str:
    """Say what keeps the targets and what it costs; or that nothing tried does."""
    asked, best = answer.question, answer.best
    number = len(asked.goals)
    several = "both targets" if number == 2 else f"all {number} targets"
    goals = goal_in_words(asked.goals[0]) if number == 1 else several
    if best is None:
        top = max(answer.tried, key=lambda tried: _least(asked.goals, tried))
        return (
            f"Nothing that was tried is shown to keep {goals}: at best "
            f"{words.share(_least(asked.goals, top))} of possible years, with {_posts(asked, top)}"
        )
    paid = words.number(cost(best) / THOUSAND, -1)
    return f"{_posts(asked, best)} keep {goals}, for about £{paid} thousand a year in all"


def _posts(asked: Question, tried: Tried) -> str:
    return posts_in_words(asked, tried.levels)


def _short(tried: Tried) -> str:
    return " + ".join(f"{level:g}" for level in tried.levels)


def _least_met(goals: Sequence[Goal], tried: Tried) -> tuple[float, float, float]:
    """Give the share of years of the target met least often, and its interval."""
    known = []
    for number, goal in enumerate(goals):
        futures = tried.futures.of_goal(number)
        met = share_met(goal, futures)
        if met is not None:
            known.append((met, *share_between(goal, futures)))
    return min(known, default=(1.0, 0.0, 1.0))
