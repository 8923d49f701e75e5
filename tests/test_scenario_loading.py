"""A scenario is loaded, layered, set and changed; what is wrong is said where it was written."""

from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.calendar import Duration
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.keys import keys
from sim.scenario.layers import apply_set, merge
from sim.scenario.load import Loaded, available, load, load_text, to_yaml
from sim.scenario.shape import leaf_predicate
from sim.scenario.source import Source, read
from sim.scenario.values import Count, Draw, Hours, IntervalMix, Mix, Rate, Share, Span, wrong


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Post(Model):
    count: Count = Field(description="posts")
    at_limit: Literal["allocate_anyway", "count_only"] = "count_only"


class Team(Model):
    posts: dict[str, Post]
    source: str | None = None


class Task(Model):
    every: IntervalMix
    hours: Draw
    reads: Hours | None = Field(None, description="hours of reading")


class Change(Model):
    on: date
    set: dict[str, Any]


class Root(Model):
    name: str
    start: date
    teams: dict[str, Team]
    tasks: dict[str, Task] = Field(default_factory=dict)
    arrivals: Rate | None = None
    sources: Mix | None = None
    finds: Share | None = None
    horizon: Span = Duration(3, "years")
    months: list[float] = Field(default_factory=list)
    changes: list[Change] = Field(default_factory=list)

    @model_validator(mode="after")
    def _teams_have_posts(self) -> "Root":
        for name, team in self.teams.items():
            if not team.posts:
                raise wrong("a team needs a post", at=("teams", name, "posts"))
        return self

    def cautions(self) -> list[tuple[tuple[str, ...], str]]:
        small = [name for name, team in self.teams.items() if "lonely" in team.posts]
        return [(("teams", name, "posts", "lonely"), "only one post") for name in small]


BASE = """\
name: Base
start: 2026-04-01
teams:
  intake:
    posts:
      worker: {count: 7}
      manager: {count: {value: 1, source: W71, grade: seed, range: [1, 2]}}
tasks:
  visit:
    every: {6 months: 0.5, 12 months: 0.5}
    hours: {gamma: {mean: 5, cv: 0.3}, source: W60}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(BASE)
    return tmp_path


def text(extra: str = "", base: str = BASE, sets: tuple[str, ...] = ()) -> Loaded[Root]:
    return load_text(base + extra, "bad.yaml", sets, model=Root, search=())


def refused(extra: str = "", base: str = BASE, sets: tuple[str, ...] = ()) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        text(extra, base, sets)
    assert len(caught.value.problems) == 1, str(caught.value)
    message = str(caught.value).lower()
    assert not any(word in message for word in ("pydantic", "http", "input should", "type="))
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ("hours: {g", "hurs: 1\n    hours: {g", 11, "tasks.visit.hurs", "did you mean 'hours'?"),
        ("hours: {g", "hurs: 1\n    hours: {g", 11, "tasks.visit.hurs", "Allowed: every, hours"),
        ("{count: 7}", "{}", 6, "teams.intake.posts.worker.count", "'count' is missing"),
        ("count: 7", "count: seven", 6, "teams.intake.posts.worker.count", "a whole number"),
        ("name: Base", "name: 5", 1, "name", "should be text, not 5"),
        ("2026-04-01", "2026-04-01\nhorizon: 3", 3, "horizon", "is not a duration"),
        ("2026-04-01", "soon", 2, "start", "a date such as"),
        ("{count: 7}", "7", 6, "teams.intake.posts.worker", "a group of 'name: value' lines"),
        (
            "count: 7",
            "count: 7, at_limit: count_onyl",
            6,
            "teams.intake.posts.worker.at_limit",
            "did you mean 'count_only'? Allowed: allocate_anyway, count_only",
        ),
        ("range: [1, 2]", "range: [2, 3]", 7, "teams.intake.posts.manager.count.range", "contain"),
        ("cv: 0.3", "cv: -1", 11, "tasks.visit.hours.gamma.cv", "negative"),
        ("cv: 0.3", "sd: 0.3", 11, "tasks.visit.hours.gamma.sd", "unknown name 'sd'"),
        ("0.5}", "0.4}", 10, "tasks.visit.every", "add up to 0.9"),
        ("12 months", "12 mths", 10, "tasks.visit.every.12 mths", "not a duration"),
        ("count: 7", "count: ~", 6, "teams.intake.posts.worker.count", "nothing is given here"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(
    old: str, new: str, line: int, key: str, says: str
) -> None:
    problem = refused(base=BASE.replace(old, new, 1))
    assert (problem.file, problem.line, problem.key) == ("bad.yaml", line, key)
    assert says in problem.text


def test_a_rule_over_the_whole_scenario_points_to_where_it_is_broken() -> None:
    problem = refused("", BASE.replace("tasks:", "  empty:\n    posts: {}\ntasks:"))
    assert (problem.line, problem.key) == (9, "teams.empty.posts")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(ScenarioError) as caught:
        text("arrivals: 240\n", BASE.replace("count: 7", "cont: 7"))
    assert [problem.line for problem in caught.value.problems] == [6, 6, 12]


def test_a_caution_is_located_and_does_not_stop_the_load() -> None:
    (caution,) = text(base=BASE.replace("worker:", "lonely:")).cautions
    assert str(caution) == "bad.yaml:6:7: teams.intake.posts.lonely: only one post"


def test_a_scenario_extends_another_by_name_and_by_path(folder: Path) -> None:
    (folder / "child.yaml").write_text("extends: base\nname: Child\n")
    (folder / "grand.yaml").write_text(
        "extends: ./child.yaml\nteams: {intake: {posts: {worker: {count: 5}, manager: null}}}\n"
        "tasks: {visit: {every: 3 months, hours: {value: 2}}}\n"
    )
    loaded = load(folder / "grand.yaml", model=Root, search=(folder,))
    assert loaded.scenario.name == "Child"
    assert list(loaded.scenario.teams["intake"].posts) == ["worker"]
    assert loaded.scenario.teams["intake"].posts["worker"].count.value == 5
    assert loaded.data["tasks"]["visit"] == {"every": "3 months", "hours": {"value": 2}}
    assert [Path(file).name for file in loaded.files] == ["base.yaml", "child.yaml", "grand.yaml"]
    assert Path(loaded.positions["start",].file).name == "base.yaml"
    assert loaded.positions["teams", "intake", "posts", "worker", "count"].line == 2
    assert ("tasks", "visit", "every", "6 months") not in loaded.positions


def test_a_mistake_in_a_parent_is_said_of_the_parent(folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE.replace("count: 7", "count: -7"))
    (folder / "child.yaml").write_text("extends: base\nname: Child\n")
    with pytest.raises(ScenarioError) as caught:
        load("child", model=Root, search=(folder,))
    (problem,) = caught.value.problems
    assert (Path(problem.file).name, problem.line) == ("base.yaml", 6)


@pytest.mark.parametrize(
    ("extends", "says"),
    [
        ("bsae", "did you mean 'base'? Allowed: base, child"),
        ("other.yaml", "there is no such file"),
        ("[base]", "one name or path"),
        ("child", "child.yaml:2 extends 'child'"),
    ],
)
def test_a_parent_that_cannot_be_used_is_named(folder: Path, extends: str, says: str) -> None:
    (folder / "child.yaml").write_text(f"name: C\nextends: {extends}\n")
    with pytest.raises(ScenarioError) as caught:
        load("child", model=Root, search=(folder,))
    (problem,) = caught.value.problems
    assert (Path(problem.file).name, problem.line, problem.key) == ("child.yaml", 2, "extends")
    assert says in problem.text


def test_a_circle_names_its_chain_and_lines(folder: Path) -> None:
    (folder / "one.yaml").write_text("name: C\nextends: two\n")
    (folder / "two.yaml").write_text("extends: one\n")
    with pytest.raises(ScenarioError) as caught:
        load("one", model=Root, search=(folder,))
    message = caught.value.problems[0].message
    assert "one.yaml:2 extends 'two'" in message
    assert "two.yaml:1 extends 'one'" in message


def test_uploaded_text_cannot_open_files_by_path(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="only a scenario's name"):
        load_text(f"extends: {folder}/base.yaml", "up.yaml", model=Root, search=(folder,))
    assert load_text("extends: base", "up", model=Root, search=(folder,)).scenario.name == "Base"


@pytest.mark.parametrize("name", ["bsae", "../base", "nothing.yaml", ".", ""])
def test_an_unknown_scenario_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(ScenarioError, match=r"base|no such file"):
        load(name, model=Root, search=(folder,))


def test_what_is_available_is_listed_with_the_broken_ones(folder: Path) -> None:
    (folder / "broken.yaml").write_text("a: [")
    (folder / "staff").mkdir()
    (folder / "staff" / "more.yaml").write_text("name: More\ndescription: Two more\n")
    found = available((folder,))
    assert found[0] == ("base", "Base", "")
    assert found[1][2].startswith("cannot be read")
    assert found[2] == ("staff/more", "More", "Two more")


def test_a_scenario_written_out_loads_as_the_same() -> None:
    loaded = text("arrivals: 20 per month\nfinds: 12%\n")
    again = load_text(to_yaml(loaded), "again", model=Root, search=())
    assert again.scenario == loaded.scenario
    assert again.digest == loaded.digest


def test_the_digest_is_of_the_meaning_not_of_the_writing() -> None:
    assert text("finds: 12%\n").digest == text("# x\nfinds: 0.12\n").digest
    assert text("finds: 12%\n").digest != text("finds: 13%\n").digest


def worker(loaded: Loaded[Root], post: str = "worker") -> Any:
    return loaded.scenario.teams["intake"].posts[post].count


def test_a_set_number_is_entered_and_loses_its_source() -> None:
    for key in ("teams.intake.posts.manager.count", "manager.count", "manager.count.value"):
        count = worker(text(sets=(f"{key}=2",)), "manager")
        assert (count.value, count.grade, count.source, count.range) == (2, "entered", None, None)


def test_setting_part_of_a_distribution_keeps_the_rest_and_is_entered() -> None:
    hours = text(sets=("visit.hours.gamma.mean=6",)).scenario.tasks["visit"].hours
    assert (hours.value.mean(), hours.value.parameters[1]) == (6, 0.3)
    assert (hours.grade, hours.source) == ("entered", None)


def test_what_is_set_may_be_a_distribution_a_list_a_mapping_or_null() -> None:
    loaded = text(
        sets=(
            "visit.hours={triangular: {low: 1, mode: 2, high: 3}}",
            "months=[1, 2]",
            "posts.worker={count: 3}",
            "visit.reads=2 hours",
        )
    )
    assert loaded.scenario.tasks["visit"].hours.value.mean() == 2
    assert loaded.scenario.months == [1, 2]
    assert worker(loaded).value == 3
    assert "manager" not in text(sets=("posts.manager=null",)).scenario.teams["intake"].posts


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("count=5", "teams.intake.posts.worker.count, teams.intake.posts.manager.count"),
        ("teams.intake.posts.wroker.count=5", "teams.intake.posts.worker.count"),
        ("wroker.count=5", "teams.intake.posts.worker.count"),
        ("zzzzzz=5", "nothing is called 'zzzzzz'"),
        ("worker.count", "KEY=VALUE"),
        ("=5", "KEY=VALUE"),
        ("worker.count=-5", "between 0 and"),
        ("worker.count=[1", "not YAML"),
        ("worker.at_limit=never", "Allowed: allocate_anyway, count_only"),
        ("arrivals=null", "nothing here to remove"),
        ("extends=base", "cannot be set"),
        ("changes=[]", "cannot be set"),
    ],
)
def test_a_set_that_cannot_be_done_says_why(setting: str, says: str) -> None:
    problem = refused(sets=(setting,))
    assert problem.file == f"--set {setting}"
    assert says in problem.text


CHANGE = "changes:\n  - {on: 2027-01-01, set: {worker.count: 4}}\n"


def test_changes_build_on_each_other_by_date_and_leave_the_first_day_alone() -> None:
    loaded = text(CHANGE + "  - on: 2026-09-01\n    set: {worker.count: 5, manager.count: 2}\n")
    assert worker(loaded).value == 7
    first, second = loaded.changes
    assert (first.on, second.on) == (date(2026, 9, 1), date(2027, 1, 1))
    counts = [
        [item.scenario.teams["intake"].posts[post].count.value for post in ("worker", "manager")]
        for item in (first, second)
    ]
    assert counts == [[5, 2], [4, 2]]


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("worker", "wroker", "wroker.count", "nearest are teams.intake.posts.worker.count"),
        (": 4", ": -4", "teams.intake.posts.worker.count", "after the change of 2027-01-01"),
        ("worker.count: 4", "intake.posts: null", "teams.intake.posts", "after the change"),
        ("worker.count: 4", "start: 2028-01-01", "start", "cannot change during a run"),
        ("2027-01-01", "soon", "changes.0.on", "a date such as"),
        (
            "worker.count: 4",
            "worker.count: 4, posts.worker.count: 5",
            "teams.intake.posts.worker.count",
            "twice on one day",
        ),
    ],
)
def test_a_change_that_cannot_be_made_is_said_at_its_line(
    old: str, new: str, key: str, says: str
) -> None:
    problem = refused(CHANGE.replace(old, new))
    assert (problem.file, problem.line, problem.key) == ("bad.yaml", 13, key)
    assert says in problem.text


def test_keys_tell_unit_value_and_where_it_comes_from() -> None:
    found = {key.path: key for key in keys(text("finds: 12%\n").scenario)}
    manager = found["teams.intake.posts.manager.count"]
    assert (manager.unit, manager.value, manager.grade, manager.source, manager.description) == (
        "count", "1", "seed", "W71", "posts",
    )  # fmt: skip
    assert found["finds"].value == "12%"
    assert found["tasks.visit.every"].value == "6 months 50%, 12 months 50%"
    assert found["tasks.visit.hours"].value == "gamma, mean 5, cv 0.3"
    assert found["teams.intake.posts.worker.at_limit"].allowed == "allocate_anyway, count_only"
    assert (found["tasks.visit.reads"].unit, found["tasks.visit.reads"].value) == ("hours", "")
    assert not any(path.startswith("changes") for path in found)


def test_a_key_has_the_source_of_its_group_unless_it_was_entered() -> None:
    base = BASE.replace("  intake:\n", "  intake:\n    source: W9\n")

    def source_and_grade(sets: tuple[str, ...]) -> tuple[str | None, str | None]:
        found = {key.path: key for key in keys(text(base=base, sets=sets).scenario)}
        key = found["teams.intake.posts.worker.count"]
        return key.source, key.grade

    assert source_and_grade(()) == ("W9", None)
    assert source_and_grade(("worker.count=3",)) == (None, "entered")


def test_every_key_listed_can_be_set() -> None:
    loaded = text()
    for key in keys(loaded.scenario):
        after = apply_set(loaded.data, loaded.positions, f"{key.path}=5", Root)
        assert after.data != loaded.data, key.path


names = st.text("abcd", min_size=1, max_size=3)
scalars = st.integers() | st.booleans() | st.text("xyz") | st.lists(st.integers(), max_size=2)
trees = st.dictionaries(
    names, st.recursive(scalars, lambda t: st.dictionaries(names, t, max_size=3)), max_size=4
)


@given(trees)
def test_an_empty_layer_changes_nothing_above_or_below(tree: dict[str, Any]) -> None:
    filled, empty = Source(tree, {("a",): read("a: 1", "f").positions["a",]}), Source({}, {})
    assert merge(filled, empty) == filled
    assert merge(empty, filled) == filled


@given(trees, trees)
def test_merging_changes_neither_layer_and_a_layer_twice_is_a_layer_once(
    below: dict[str, Any], above: dict[str, Any]
) -> None:
    before = repr((below, above))
    once = merge(Source(below, {}), Source(above, {}))
    assert merge(once, Source(above, {})) == once
    assert repr((below, above)) == before


@given(st.integers(0, 100_000))
def test_what_is_set_is_read_back_and_the_input_is_untouched(count: int) -> None:
    source = read(BASE, "f")
    before = repr(source)
    after = apply_set(source.data, source.positions, f"worker.count={count}", Root)
    assert Root.model_validate(after.data).teams["intake"].posts["worker"].count.value == count
    assert repr(source) == before


def test_a_number_with_its_source_is_replaced_as_a_whole() -> None:
    below, above = read("a: {value: 1, source: W}", "f"), read("a: {value: 2}", "g")
    assert merge(below, above).data == {"a": {"value": 2}}
    assert not leaf_predicate(Root)(("teams",))
    assert leaf_predicate(Root)(("tasks", "visit", "every"))
