"""What cannot be read as a scenario is refused with its file, line and key."""

from datetime import date

import pytest
import yaml

from sim.scenario import source as source_module
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.source import read, read_value


def refused(text: str | bytes) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        read(text, "bad.yaml")
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "the file is empty"),
        ("# only a comment\n", 1, "the file is empty"),
        ("~\n", 1, "the file is empty"),
        ("- a\n- b\n", 1, "this is a list"),
        ("hello\n", 1, "this is a single value"),
        ("a: 1\nb: c: 2\n", 2, "not YAML"),
        ("a: 1\n\tb: 2\n", 2, "a tab; indent with spaces"),
        ("a: {b: 1\n", 2, "bracket or quote left open"),
        ("a: 1\n---\nb: 2\n", 2, "several documents"),
        ("a: 1\nb: *nowhere\n", 2, "alias"),
        ("a: 1\nb: \x01\n", 2, "not YAML"),
        (b"a: 1\nb: caf\xe9\n", 2, "not UTF-8"),
        ("a: " + "[" * 400_000, 1, "nested too deep"),
        ("a:\n  " + "- " * 400_000 + "x", 2, "nested too deep"),
        ("a: " + "{b: " * 200_000, 1, "nested too deep"),
        ("a: " + "x" * 1_000_001, 1, "too large"),
    ],
)
def test_what_is_not_a_yaml_mapping_is_refused_at_its_line(
    text: str | bytes, line: int, says: str
) -> None:
    problem = refused(text)
    assert (problem.file, problem.line) == ("bad.yaml", line)
    assert says in problem.message


def test_a_key_given_twice_names_both_lines() -> None:
    problem = refused("teams:\n  a: 1\n  b: 2\n  a: 3\n")
    assert (problem.line, problem.column, problem.key) == (4, 3, "teams.a")
    assert "first on line 2, again on line 4" in problem.message


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system [ls]", "!mine 3", "!!binary aaaa"]
)
def test_a_tag_is_refused(tag: str) -> None:
    problem = refused(f"a: 1\nb: {tag}\n")
    assert (problem.line, problem.key) == (2, "b")
    assert "tag" in problem.message


def test_an_alias_that_explodes_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert "too large" in refused("\n".join(lines)).message


def test_an_alias_of_itself_is_refused() -> None:
    problem = refused("a: 1\nb: &b [*b]\n")
    assert (problem.line, problem.key.split(".")[0]) == (2, "b")
    assert "nested too deep" in problem.message


def test_a_few_aliases_are_read_as_copies() -> None:
    data = read("a: &a {x: 1}\nb: *a\n", "f").data
    assert data == {"a": {"x": 1}, "b": {"x": 1}}
    assert data["a"] is not data["b"]


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("a: 1\nb: 2026-02-30\n", "b", "not a date"),
        ("a: 1\n<<: {x: 1}\n", "<<", "extends"),
        ("a: 1\n[x, y]: 2\n", "", "single word"),
        ("a: 1\nb: " + "9" * 5000 + "\n", "b", "not a value"),
    ],
)
def test_a_bad_value_or_key_is_refused_at_its_line(text: str, key: str, says: str) -> None:
    problem = refused(text)
    assert (problem.line, problem.key) == (2, key)
    assert says in problem.message


def test_on_yes_no_and_off_are_words_and_dates_are_dates() -> None:
    data = read("on: 2026-09-01\nyes: [no, off, on, true]\ntime: 9:30\nbed: 010\n", "f").data
    assert data == {
        "on": date(2026, 9, 1),
        "yes": ["no", "off", "on", True],
        "time": "9:30",
        "bed": "010",
    }


def test_numbers_are_numbers() -> None:
    assert [read_value(text, "x") for text in ("5", "-2", "0.5", "1e3", ".5", "{a: 3}")] == [
        5, -2, 0.5, 1000.0, 0.5, {"a": 3},
    ]  # fmt: skip
    assert read_value("", "x") is None


def test_every_part_knows_where_it_was_written() -> None:
    positions = read("a:\n  b: [1,\n    2]\n", "f.yaml").positions
    assert positions["a", "b"] == ("f.yaml", 2, 3)
    assert positions["a", "b", 1] == ("f.yaml", 3, 5)


def test_the_reader_without_c_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "on: no\na: [1, 2.5, 2026-04-01, 9:30]\nb: {c: ~}\n"
    fast = read(text, "f")

    class Slow(yaml.SafeLoader):
        yaml_implicit_resolvers = source_module._Loader.yaml_implicit_resolvers

    monkeypatch.setattr(source_module, "_Loader", Slow)
    assert read(text, "f") == fast
    assert refused("a: 1\n\tb: 2\n").line == 2
    assert "nested too deep" in refused("a: " + "[" * 5000).message


def test_a_problem_is_one_line_with_place_key_hint_and_what_is_allowed() -> None:
    problem = Problem(
        "b.yaml", 19, 9, "a.hurs", "unknown name 'hurs'", None, ("hours", "x"), "hours"
    )
    assert str(ScenarioError([problem])) == (
        "b.yaml:19:9: a.hurs: unknown name 'hurs'; did you mean 'hours'? Allowed: hours, x"
    )


def test_the_nearest_name_ignores_case_and_hyphens_and_may_be_none() -> None:
    assert nearest("Three-Hub", ["three_hubs", "four"]) == "three_hubs"
    assert nearest("zzz", ["three_hubs"]) is None
