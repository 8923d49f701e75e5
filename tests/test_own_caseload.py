"""A service's own children on the first morning, from a CSV file instead of counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import Tape

from sim.cli import main
from sim.scenario import Loaded, load, load_text
from sim.scenario.errors import ScenarioError
from sim.scenario.find import standard_folders
from sim.scenario.load import to_yaml
from sim.scenario.schema import Scenario
from sim.service.check import cautions
from sim.service.plan import compile_plans
from sim.service.service import Service

HEAD = "child,stage,date_of_birth,holder,entered_on,last_review,last_visit,next_review,need"
ANNA = "anna,review_and_intervention,14/05/2014,review_and_intervention.family_support_worker.2,"
ANNA += "2021-09-03,2025-11-12,2025-12-01,,stable"
START = "start: 2026-04-01\nhorizon: 1 year\n"


def ours(folder: Path, *lines: str) -> Loaded[Scenario]:
    """Load three-hubs with a caseload file of these lines."""
    (folder / "children.csv").write_text("\n".join([HEAD, *lines]) + "\n")
    scenario = folder / "ours.yaml"
    text = f"name: Ours\nextends: three-hubs\n{START}day_one:\n  caseload: children.csv\n"
    scenario.write_text(text)
    return load(scenario)


def started(loaded: Loaded[Scenario]) -> Service:
    """Run the first month of the service."""
    service = Service(compile_plans(loaded), 1, 1, Tape())
    next(iter(service.months()))
    return service


def refused(folder: Path, *lines: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        compile_plans(ours(folder, *lines))
    return str(caught.value).replace(str(folder) + "/", "")


def test_the_file_says_who_is_open_and_the_counts_no_longer_do(tmp_path: Path) -> None:
    service = started(ours(tmp_path, ANNA))
    tape = service.recorder
    assert isinstance(tape, Tape)
    assert [e.child for e in tape.of("stage_enter") if e.time == 0.0] == ["anna"]


def test_what_the_file_says_of_a_child_is_so(tmp_path: Path) -> None:
    service = started(ours(tmp_path, ANNA))
    anna = next(child for child in service.children if child.id == "anna")
    assert service.population.born(anna).isoformat() == "2014-05-14"
    assert anna.need == "stable"
    assert anna.holder is not None
    assert anna.holder.post.id == "review_and_intervention.family_support_worker.2"
    assert service.plan.calendar.date(anna.referred).isoformat() == "2021-09-03"
    # The last visit was on 1 December: six months on is 1 June, a Monday.
    seen = anna.tasks["child_seen"]
    assert service.plan.calendar.date(seen.due - 1).isoformat() == "2026-06-01"


@pytest.mark.parametrize(
    ("given", "due"),
    [("20/04/2026", "2026-04-20"), ("2026-04-19", "2026-04-17"), ("2026-02-02", "2026-02-02")],
)
def test_the_next_review_is_due_when_the_file_says(tmp_path: Path, given: str, due: str) -> None:
    """A Sunday is moved back to the working day before; a date in the past is overdue."""
    service = Service(
        compile_plans(ours(tmp_path, f"ben,review_and_intervention,,,,,,{given},stable")),
        1,
        1,
        Tape(),
    )
    tape = service.recorder
    assert isinstance(tape, Tape)
    service.run()
    first = next(e for e in tape.of("task_open", child="ben") if "/review/1" in e.task)
    assert service.plan.calendar.date(first.due - 1).isoformat() == due


def test_what_is_blank_is_drawn_and_said(tmp_path: Path) -> None:
    loaded = ours(tmp_path, ANNA, "ben,strengthening_families,,,,,,,")
    said = [c.text for c in cautions(loaded) if c.key == "day_one.caseload"]
    assert len(said) == 1
    assert said[0].startswith("of 2 children, what is blank is drawn: date_of_birth (1), site (2)")
    ben = next(child for child in started(loaded).children if child.id == "ben")
    assert 0.0 <= ben.age_then < 18.0
    assert ben.need == "coordinated" or ben.need in started(loaded).plan.needs


def test_every_row_of_a_long_file_is_a_child(tmp_path: Path) -> None:
    tape = started(ours(tmp_path, *(f"c{n},strengthening_families,,,,,,," for n in range(400))))
    entered = [e.child for e in tape.recorder.of("stage_enter") if e.time == 0.0]  # type: ignore[attr-defined]
    assert sorted(entered) == sorted(f"c{n}" for n in range(400))


def test_brothers_and_sisters_are_one_family(tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text(
        "child,stage,family,sibling\n"
        "cal,strengthening_families,F1,yes\n"
        "dot,strengthening_families,F1,no\n"
    )
    loaded = load("three-hubs", [f"day_one.caseload={tmp_path / 'two.csv'}"])
    service = started(loaded)
    cal, dot = (next(c for c in service.children if c.id == name) for name in ("cal", "dot"))
    assert cal.family is dot.family
    assert (cal.is_sibling, dot.is_sibling) == (True, False)
    assert cal.holder is dot.holder


def test_a_child_being_assessed_keeps_the_date_of_its_referral(tmp_path: Path) -> None:
    service = Service(
        compile_plans(ours(tmp_path, "eve,single_assessment,,,2026-03-02,,,,")), 1, 1, Tape()
    )
    tape = service.recorder
    assert isinstance(tape, Tape)
    service.run()
    task = next(e for e in tape.of("task_open", child="eve") if "single_assessment" in e.task)
    # 45 working days from 2 March 2026, Easter between: 7 May.
    assert service.plan.calendar.date(task.due - 1).isoformat() == "2026-05-07"


def test_the_template_can_be_used_as_it_is() -> None:
    template = Path(str(standard_folders()[0])) / "caseload-template.csv"
    loaded = load("three-hubs", [f"day_one.caseload={template}"])
    assert len(loaded.scenario.day_one.caseload) == 3
    compile_plans(loaded)


def test_a_scenario_with_its_children_in_it_can_be_written_and_read_again(tmp_path: Path) -> None:
    loaded = ours(tmp_path, ANNA)
    again = load_text(to_yaml(loaded), "written.yaml")
    assert again.digest == loaded.digest


def test_another_child_in_the_file_is_another_scenario(tmp_path: Path) -> None:
    one = ours(tmp_path, ANNA).digest
    assert ours(tmp_path, ANNA, "ben,strengthening_families,,,,,,,").digest != one


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "ben,review_and_interventon,,,,,,,",
            "children.csv:2:2: day_one.caseload.0.stage: there is no stage called "
            "'review_and_interventon'; did you mean 'review_and_intervention'?",
        ),
        (
            "ben,strengthening_families,,,2026-05-01,,,,",
            "children.csv:2:5: day_one.caseload.0.entered_on: 2026-05-01 is after the first day",
        ),
        (
            "ben,strengthening_families,,,,2026-04-02,,,",
            "children.csv:2:6: day_one.caseload.0.last_review: 2026-04-02 is after the first day",
        ),
        (
            "ben,strengthening_families,,,,,02/04/2026,,",
            "children.csv:2:7: day_one.caseload.0.last_visit: 2026-04-02 is after the first day",
        ),
        (
            "ben,strengthening_families,,,,,31/06/2025,,",
            "should be a date, 2026-03-31 or 31/03/2026, not '31/06/2025'",
        ),
        (
            "ben,strengthening_families,2008-03-31,,,,,,",
            "children.csv:2:3: day_one.caseload.0.date_of_birth: is 18 on the first day",
        ),
        (
            "ben,strengthening_families,2015-01-01,,2014-06-01,,,,",
            "day_one.caseload.0.entered_on: 2014-06-01 is before the child was born",
        ),
        (
            "ben,strengthening_families,,strengthening_families.social_worker.1,,,,,",
            "no post that can hold a case in 'strengthening_families' is called",
        ),
        ("ben,strengthening_families,,,,,,,lots", "there is no need called 'lots'"),
        (",strengthening_families,,,,,,,", "'child' is missing"),
        ("ben,strengthening_families,,,,,,,,,", "this line has 11 cells, but there are 9 columns"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    assert says in refused(tmp_path, line)


def test_a_child_twice_in_the_file_is_refused(tmp_path: Path) -> None:
    assert "children.csv:3:1" in refused(tmp_path, ANNA, ANNA)


def test_counts_beside_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "children.csv").write_text(f"{HEAD}\n{ANNA}\n")
    scenario = tmp_path / "ours.yaml"
    scenario.write_text(
        "name: Ours\nextends: three-hubs\n"
        "day_one: {caseload: children.csv, children: {strengthening_families: 3}}\n"
    )
    with pytest.raises(ScenarioError, match="give either day_one"):
        load(scenario)


def test_a_scenario_given_as_text_opens_no_files() -> None:
    text = "name: Ours\nextends: three-hubs\nday_one: {caseload: /etc/hostname}\n"
    with pytest.raises(ScenarioError, match="cannot open files here"):
        load_text(text, "pasted.yaml")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the column 'child' is missing"),
        (b"child,stage\n", "there are no children in this file"),
        (b"child,stage\nJos\xe9,mash\n", "is not UTF-8 text"),
        (b"child,stge\na,b\n", "unknown column 'stge'; did you mean 'stage'?"),
        (b"child,stage,stage\na,b,c\n", "column 'stage' is given twice"),
    ],
)
def test_a_file_that_is_no_caseload_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(content)
    with pytest.raises(ScenarioError, match=says.replace("?", "[?]")):
        load("three-hubs", [f"day_one.caseload={file}"])
    with pytest.raises(ScenarioError, match="there is no such file"):
        load("three-hubs", [f"day_one.caseload={tmp_path / 'gone.csv'}"])


def test_the_command_prints_the_headings_of_an_empty_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "three-hubs", "--caseload-template"]) == 0
    (tmp_path / "mine.csv").write_text(f"{capsys.readouterr().out}ben,strengthening_families\n")
    loaded = load("three-hubs", [f"day_one.caseload={tmp_path / 'mine.csv'}"])
    assert [case.child for case in loaded.scenario.day_one.caseload] == ["ben"]
