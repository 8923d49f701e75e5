"""The About page: what is assumed, by which rules, how it is checked."""

from pages import HERE, finish_with, page, small, texts

from sim.app import told
from sim.app.field import GRADES
from sim.app.service import Service


def test_every_number_with_a_grade_is_listed_with_its_source() -> None:
    table = told.assumptions(Service().baseline().scenario)
    assert len(table) > 300
    limit = told.with_text(table, "review intervention family support caseload limit")
    assert "W71" in " ".join(limit["Source"])
    assert set(table["Grade"]) <= set(GRADES.values())


def test_rows_are_kept_by_every_word_and_by_choice() -> None:
    table = told.assumptions(Service().baseline().scenario)
    assumed = told.among(table, "Grade", ["an assumption"])
    assert 0 < len(assumed) < len(table)
    assert len(told.among(table, "Grade", [])) == len(table)
    assert told.with_text(table, "no-such-word").empty


def test_the_documents_that_come_with_the_program_keep_the_order_of_headings() -> None:
    for name in told.BESIDE:
        found = told.shipped(name)
        assert "### " in found
        assert not any(line.startswith(("# ", "## ")) for line in found.splitlines())


def test_the_documents_are_in_the_wheel_where_the_page_looks() -> None:
    recipe = (HERE / "hatch_build.py").read_text(encoding="utf-8")
    for name, source in told.BESIDE.items():
        assert f'"{source}": "sim/_app/{name}"' in recipe


def test_the_page_says_what_the_model_does_not_know_and_what_is_kept() -> None:
    opened = page("about", small()).run()
    assert not opened.exception
    said = texts(opened) + "".join(each.value for each in opened.header)
    for part in ("What is good for a child", "Accessibility statement", "Privacy notice"):
        assert part in said
    assert "rules in five documents" in said


def test_assumptions_can_be_looked_for_by_grade() -> None:
    opened = page("about", small()).run()
    opened.multiselect(key="grade").set_value(["a published figure"]).run()
    assert not opened.exception
    assert set(opened.table[0].value["Grade"]) == {"a published figure"}


def test_a_scenario_is_checked_on_demand() -> None:
    opened = page("about", small()).run()
    opened.button(key="verify").click()
    finish_with(opened, "no-verify")
    assert not opened.exception
    assert "checks:" in texts(opened) and "0 fail" in texts(opened)
    assert "Verdict" in opened.table[2].value.columns
