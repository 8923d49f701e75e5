"""The rule register says what is so, and does not say more."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

from sim.cli import main
from sim.rules import evidence, register
from sim.rules.documents import contradictions, named_in, rules, table
from sim.rules.page import markdown
from sim.rules.register import HOW, IN_FORCE, NO_MATTER, NOT_YET

ROOT = Path(__file__).parent.parent
BY_HAND = table("rule_register.csv")


@cache
def entries() -> tuple[register.Entry, ...]:
    """The register as it is, read once."""
    return tuple(register.register())


def test_every_rule_of_the_five_documents_is_in_the_register() -> None:
    known = [entry.rule.id for entry in entries()]
    assert known == [rule.id for rule in rules()]
    assert len(set(known)) == 333
    assert len(contradictions()) == 42


def test_a_rule_in_force_says_where_and_how_and_any_other_says_why() -> None:
    for entry in entries():
        if entry.status == IN_FORCE:
            assert entry.models, entry.rule.id
            assert entry.keys or entry.functions, entry.rule.id
        else:
            assert entry.status in (NO_MATTER, NOT_YET)
            assert entry.reason, entry.rule.id


def test_the_page_of_rules_is_made_by_the_program() -> None:
    assert (ROOT / "docs" / "rules.md").read_text() == markdown(entries())


def test_the_table_kept_by_hand_names_rules_once_and_in_known_words() -> None:
    ids = [row["rule"] for row in BY_HAND]
    assert len(ids) == len(set(ids))
    assert set(ids) <= {rule.id for rule in rules()}
    assert {row["how"] for row in BY_HAND} <= {"", *HOW}


def test_the_functions_named_by_hand_are_there() -> None:
    for row in BY_HAND:
        if row["how"] != "function":
            continue
        for where in row["where"].split("; "):
            module, _, name = where.partition(".")
            text = (ROOT / "sim" / "service" / f"{module}.py").read_text()
            last = name.split(".")[-1]
            assert re.search(rf"^\s*(def|class) {last}\b", text, re.M), (row["rule"], where)


def test_the_tests_named_are_there() -> None:
    for row in BY_HAND:
        if row["test"]:
            file, _, name = row["test"].partition("::")
            text = (ROOT / file).read_text()
            assert not name or f"def {name}(" in text, (row["rule"], row["test"])


# What moves hours: how often, how many, by when, who may be held, who does the work.
MOVES_HOURS = {
    *("cadence", "caseload limit", "timescale", "transition guard", "role"),
    *("eligibility", "eligibility + cadence"),
}
# Says what it claims with the rule on, and that the claim is found out with it off.
ON_AND_OFF = re.compile(
    r"\b(in_force|only_with|fails_without)\(|raises\(\(?(AssertionError|FOUND_OUT)"
)
# No test of its own can fail for these, because nothing can be switched off.
NOTHING_TO_SWITCH_OFF = {
    "W2": "the population is of disabled children, and the six categories are not told apart",
}


@cache
def functions_of(file: str) -> dict[str, str]:
    """Return the source of each function of a file of tests, by name."""
    text = (ROOT / file).read_text()
    found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.get_source_segment(text, node) or "" for node in found}


def shows_on_and_off(file: str, name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a test, or what it calls in its own file, puts a rule out of force."""
    functions = functions_of(file)
    text = functions.get(name, "")
    calls = set(re.findall(r"\b(\w+)\(", text)) & functions.keys() - seen - {name}
    return bool(ON_AND_OFF.search(text)) or any(
        shows_on_and_off(file, other, seen | {name}) for other in calls
    )


def test_a_rule_that_moves_hours_has_a_test_that_fails_without_it() -> None:
    without = set()
    for entry in entries():
        if entry.status == IN_FORCE and entry.rule.kind in MOVES_HOURS:
            file, _, name = entry.test.partition("::")
            if not (name and f"_{entry.rule.id}_" in name and shows_on_and_off(file, name)):
                without.add(entry.rule.id)
    assert without == set(NOTHING_TO_SWITCH_OFF)


def test_keys_named_by_hand_are_keys_of_a_model() -> None:
    models = register._load()
    for row in BY_HAND:
        if row["how"] == "key":
            names = row["where"].split("; ")
            found = [s for s in models.scenarios.values() if all(evidence.has(s, n) for n in names)]
            assert found, (row["rule"], row["where"])


def test_a_rule_that_the_table_says_is_not_yet_kept_is_not_in_force_though_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def later(name: str) -> list[dict[str, str]]:
        row = dict.fromkeys(("where", "needs", "test"), "")
        row |= {"rule": "W30", "how": "not yet", "reason": "for a test"}
        return [row] if name == "rule_register.csv" else table(name)

    monkeypatch.setattr(register, "table", later)
    entry = next(e for e in register.register() if e.rule.id == "W30")
    assert entry.status == NOT_YET


def test_a_rule_counts_only_in_the_models_of_its_own_document() -> None:
    by_id = {entry.rule.id: entry for entry in entries()}
    assert "three-hubs" not in by_id["O25"].models
    assert by_id["W30"].models == ("three-hubs", "three-hubs-open-to-review")
    assert by_id["R46"].models[-1] == "three-hubs-open-to-review"


def test_a_range_names_all_that_is_in_it() -> None:
    assert list(named_in("C37 to C39; W5")) == ["C37", "C38", "C39", "W5"]
    assert list(named_in("R48 to R64", ranges=False)) == []


def test_the_command_fails_while_a_rule_is_neither(capsys: pytest.CaptureFixture[str]) -> None:
    missing = [e for e in entries() if e.status == NOT_YET]
    assert main(["rules"]) == (1 if missing else 0)
    assert "All" in capsys.readouterr().out


def test_the_command_gives_a_table_of_one_documents_rules(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["rules", "--format", "csv", "--model", "three-hubs"])
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert len(rows) == 129
    assert {row["document"] for row in rows} == {"warwickshire_three_hubs"}


def test_a_model_of_no_document_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--model", "five-hubs"]) == 2
    assert "three-hubs" in capsys.readouterr().err
