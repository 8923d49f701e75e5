"""How many posts are needed if something else were so, and where that changes."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sized import LOADS, three_hubs

from sim.cli import main
from sim.experiment.vary import SweepError
from sim.report.what_if import what_if_text, write_what_if
from sim.sizing.asking import ask
from sim.sizing.evidence import Verdict
from sim.sizing.futures import Futures, Seen
from sim.sizing.question import Question
from sim.sizing.size import Sizing
from sim.sizing.targets import SizingRefusedError
from sim.sizing.what_if import WhatIf, ask_what_if, breaks, what_if

POOL = "review_and_intervention.family_support_worker"
TARGET = "in_date:cin_review@review_and_intervention >= 0.9"
GROWTH, TURNOVER = "population.contacts.growth", "people.turnover"
CHILDREN = "children@review_and_intervention"


@cache
def question(*, most: int = 12) -> Question:
    return ask(three_hubs(), [(POOL, f"4..{most}")], [TARGET], beside=[CHILDREN])


@pytest.fixture
def needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven are enough; a tenth of growth takes one more, and turnover above a fifth two more."""

    def futures(self: Sizing, asked: Question, place: tuple[int, ...], before: int) -> Futures:
        scenario = asked.scenario.scenario
        growth = scenario.population.contacts.growth.value
        turnover = scenario.people.turnover.value
        enough = asked.levels(place)[0] >= 7 + round(growth * 10) + 2 * (turnover > 0.2)
        share = 0.95 if enough else 0.5
        made = Futures(asked.scenario, asked.goals, asked.years, 1, before=before)
        seen = Seen(((share, share),), LOADS, 1.0, beside=(300.0 + 100.0 * growth,))

        def more(number: int, on_done: Any) -> bool:
            made.known += [seen] * number
            for _ in range(number):
                on_done()
            return True

        made.more = more  # type: ignore[method-assign, assignment]
        return made

    monkeypatch.setattr(Sizing, "_futures", futures)
    monkeypatch.setattr("sim.sizing.what_if.guess_of", lambda _: (0,))


def sized(asked: WhatIf) -> str:
    return " ".join(what_if_text(asked, what_if(asked, seed=1)).split())


@pytest.mark.usefixtures("needs")
def test_each_setting_is_sized_and_the_break_points_are_told(tmp_path: Path) -> None:
    asked = ask_what_if(
        question(), [f"{GROWTH}=0.04,0.1", f"{TURNOVER}=0.15 per year,0.25 per year"]
    )
    answers = what_if(asked, seed=1)
    found = [a.best.levels[0] for a in answers if a.best]
    assert found == [7.0, 9.0, 8.0, 10.0]
    assert all(a.again is not None and a.again.verdict is Verdict.ENOUGH for a in answers)
    assert [(b.key, b.low, b.high, b.given) for b in breaks(asked, answers)] == [
        (GROWTH, "0.04", "0.1", (TURNOVER, "0.15 per year")),
        (GROWTH, "0.04", "0.1", (TURNOVER, "0.25 per year")),
        *((TURNOVER, "0.15 per year", "0.25 per year", (GROWTH, g)) for g in ("0.04", "0.1")),
    ]
    said = " ".join(what_if_text(asked, answers).split())
    assert (
        "8 family support workers in Review & Intervention are needed instead of 7 from somewhere "
        "between population.contacts.growth = 0.04 and 0.1 (with people.turnover = 0.15 per year)"
    ) in said
    assert "0.1, 0.25 per year children@review_and_intervention 310" in said
    assert write_what_if(asked, answers, tmp_path) == ["what_if.csv"]
    with (tmp_path / "what_if.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    chosen = {(r[GROWTH], r[TURNOVER]): r[POOL] for r in rows if r["answer"] == "yes"}
    assert chosen["0.1", "0.25 per year"] == "10"


@pytest.mark.usefixtures("needs")
def test_the_twin_is_put_right_by_what_was_found_before() -> None:
    """The second setting asks for the same, so that it costs the answer and one step fewer only."""
    asked = ask_what_if(question(), [f"{GROWTH}=0,0.01"])
    _, second = what_if(asked, seed=1)
    assert {tried.levels for tried in second.tried} == {(6.0,), (7.0,)}


@pytest.mark.usefixtures("needs")
def test_what_the_range_does_not_reach_is_said() -> None:
    said = sized(ask_what_if(question(most=8), [f"{GROWTH}=0,0.3"]))
    assert "more than 8" in said
    assert (
        "7 family support workers in Review & Intervention are no longer enough, nor any in the "
        "range, from somewhere between population.contacts.growth = 0 and 0.3."
    ) in said


@pytest.mark.usefixtures("needs")
def test_nothing_changes_where_nothing_does() -> None:
    assert "As many are needed in all" in sized(ask_what_if(question(), [f"{GROWTH}=0,0.01"]))


@pytest.mark.parametrize(
    ("texts", "error", "says"),
    [
        ([f"{GROWTH}=0"] * 3, SizingRefusedError, "at most 2 --what-if"),
        ([f"{GROWTH}={','.join(map(str, range(26)))}"], SizingRefusedError, "at most 25"),
        ([f"teams.{POOL.replace('.', '.posts.')}.count=6,7"], SizingRefusedError, "looked for"),
        ([f"{TURNOVER}=0.2,0.3"], SweepError, "should say per what"),
        ([f"{GROWTH}=0..1"], SweepError, "has a range"),
    ],
)
def test_what_cannot_be_asked_is_refused(texts: list[str], error: type, says: str) -> None:
    with pytest.raises(error, match=says):
        ask_what_if(question(), texts)


@pytest.mark.usefixtures("needs")
def test_the_command_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["size", "three-hubs", "--post", POOL, "--range", "4..12", "--target", TARGET]
    assert main([*given, "--what-if", f"{GROWTH}=0,0.1", "--quiet", "--no-store"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["0", "7"] in rows and ["0.1", "8"] in rows
    assert main([*given, "--what-if", f"{GROWTH}=0,0.1", "--show", "nothing@all"]) == 2
    assert "--show 'nothing@all'" in capsys.readouterr().err
