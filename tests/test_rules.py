"""The rule register says what is so, and does not say more."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from sim.cli import main
from sim.rules import evidence, register
from sim.rules.documents import contradictions, named_in, rules, table
from sim.rules.page import markdown
from sim.rules.register import HOW, IN_FORCE, NO_MATTER, NOT_YET

ROOT = Path(__file__).parent.parent
BY_HAND = table("rule_register.csv")


def test_every_rule_of_the_five_documents_is_in_the_register() -> None:
    known = [entry.rule.id for entry in register.register()]
    assert known == [rule.id for rule in rules()]
    assert len(set(known)) == 333
    assert len(contradictions()) == 42


def test_a_rule_in_force_says_where_and_how_and_any_other_says_why() -> None:
    for entry in register.register():
        if entry.status == IN_FORCE:
            assert entry.models, entry.rule.id
            assert entry.keys or entry.functions, entry.rule.id
        else:
            assert entry.status in (NO_MATTER, NOT_YET)
            assert entry.reason, entry.rule.id


def test_the_page_of_rules_is_made_by_the_program() -> None:
    assert (ROOT / "docs" / "rules.md").read_text() == markdown(register.register())


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
    by_id = {entry.rule.id: entry for entry in register.register()}
    assert "three-hubs" not in by_id["O25"].models
    assert by_id["W30"].models == ("three-hubs", "three-hubs-open-to-review")
    assert by_id["R46"].models[-1] == "three-hubs-open-to-review"


def test_a_range_names_all_that_is_in_it() -> None:
    assert list(named_in("C37 to C39; W5")) == ["C37", "C38", "C39", "W5"]
    assert list(named_in("R48 to R64", ranges=False)) == []


def test_the_command_fails_while_a_rule_is_neither(capsys: pytest.CaptureFixture[str]) -> None:
    missing = [e for e in register.register() if e.status == NOT_YET]
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
