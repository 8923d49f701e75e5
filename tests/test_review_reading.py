"""Actuals: what can be used is used, what cannot is said with its place and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from reviewed import actuals, at, lines_of, months, small, what_counts

from sim.cli import main
from sim.review.forecast import months_of_year
from sim.review.reading import actuals_of, read_actuals
from sim.scenario import ScenarioError, with_sets

REVIEWS = "in_date:cin_review,review_and_intervention"


def test_counts_are_read_with_what_they_are_of() -> None:
    found = actuals([f"2026-04,{REVIEWS},70,72", "2026-05,open_children,service,131,"])
    first, second = found.rows
    assert (first.counted.address, first.month) == (
        "in_date:cin_review@review_and_intervention",
        "2026-04",
    )
    assert (first.value, first.of, first.line) == (70, 72, 2)
    assert (second.value, second.of) == (131, None)
    assert not found.remarks


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2026-04", "2026-04"),
        ("Apr-26", "2026-04"),  # what a spreadsheet makes of it
        ("April 2026", "2026-04"),
        ("01/04/2026", "2026-04"),
        ("2026-04-01", "2026-04"),
    ],
)
def test_months_are_read_as_people_and_spreadsheets_write_them(written: str, month: str) -> None:
    assert actuals([f"{written},referrals,service,3,"]).rows[0].month == month


@pytest.mark.parametrize(
    ("written", "share"), [("85%", 0.85), ("0.85", 0.85), ("100%", 1.0), ("0", 0.0)]
)
def test_a_share_may_be_given_without_what_it_is_of(written: str, share: float) -> None:
    (row,) = actuals([f"2026-04,{REVIEWS},{written},"]).rows
    assert (row.value, row.of) == (share, None)


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (f"2026-04,{REVIEWS},-1,72", "value", "negative"),
        (f"2026-04,{REVIEWS},73,72", "value", "more than all; 'value' may be 0 to 72"),
        (f"2026-04,{REVIEWS},85,", "value", "without it, a share from 0 to 100%"),
        (f"2026-04,{REVIEWS},1,", "value", "one or all"),
        (f"2026-04,{REVIEWS},7.5,72", "value", "not a whole number"),
        ("2026-04,referrals,service,=2+1,", "value", "formula"),
        ("2026-04,referrals,service,about 30,", "value", "not a number"),
        ("2026-04,referrals,service,30,40", "of", "leave 'of' blank"),
        ("2026-04,caseload,review_and_intervention.family_support_worker,30,", "of", "is blank"),
        ("2026-04,referrals,service,,40", "value", "'value' is blank"),
        ("2027-04,referrals,service,3,", "month", "2026-04 to 2027-03"),
        ("2026-13,referrals,service,3,", "month", "is not a month"),
        ("15/04/2026,referrals,service,3,", "month", "is not a month"),
        ("2026-04,open_children,open_to_review,3,", "where", "has no 'open_children' there"),
        ("2026-04,refferals,service,3,", "measure", "did you mean 'referrals'"),
        ("2026-04,,service,3,", "measure", "'measure' is blank"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place_and_the_rest_is_used(
    line: str, column: str, said: str
) -> None:
    found = actuals(["2026-05,referrals,service,20,", line])
    assert [row.month for row in found.rows] == ["2026-05"]
    (remark,) = found.remarks
    assert (remark.file, remark.line, remark.key) == ("year.csv", 3, column)
    assert remark.column == ["month", "measure", "where", "value", "of"].index(column) + 1
    assert said in str(remark)


def test_what_is_given_twice_is_used_once_or_not_at_all() -> None:
    same = actuals(["2026-04,referrals,service,20,"] * 2)
    assert [row.value for row in same.rows] == [20]
    assert "also on line 2; one is used" in str(same.remarks[0])
    other = actuals([f"2026-0{month},referrals,service,2{n}," for n, month in enumerate([4, 4, 5])])
    assert [(row.month, row.value) for row in other.rows] == [("2026-05", 22)]
    assert "they differ, so neither is used" in str(other.remarks[0])


def test_what_is_missing_is_said_by_month_and_what_was_never_given_by_measure() -> None:
    found = actuals([f"{month},referrals,service,20," for month in months()[:10]])
    assert found.missing == ((at("referrals@service"), ("2027-02", "2027-03")),)
    assert at("contacts@service") in found.not_given
    assert len(found.not_given) == len(what_counts()) - 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the column 'month' is missing"),
        (b"month,measure,where\n", "the column 'value' is missing"),
        (b"month,mesure,where,value\n", "did you mean 'measure'"),
        (b"month,measure,where,value,value\n", "given twice"),
        (b"month,measure,where,value\n2026-04,referrals,service,\n", "every value is blank"),
        (b"month,measure,where,value\n2026-04,referrals,service,x\n", "the first reason"),
        (b"PK\x03\x04 and so on", "save it as 'CSV UTF-8'"),
        ("Größe".encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_actuals_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        actuals_of(content, "year.csv", what_counts(), months())


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there is no such file"):
        read_actuals(tmp_path / "no.csv", what_counts(), months())


def test_months_of_which_only_a_part_is_simulated_are_not_compared() -> None:
    later = with_sets(small(), ["start=2026-04-13"])
    assert months_of_year(later) == tuple(month for month in months() if month != "2026-04")


def test_the_template_has_every_month_of_everything_and_is_read_back_once_filled_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "year.csv"
    assert main(["review", "three-hubs", "--template", str(file)]) == 0
    assert main(["review", "three-hubs", "--template", str(file)]) == 2
    assert "is there already" in capsys.readouterr().err
    head, *lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith("month,measure,where,value,of,")
    filled = [line.replace(",,,", ",1,1,", 1) for line in lines if "in_date" in line]
    found = actuals_of("\n".join([head, *filled]).encode(), "y", what_counts(), months())
    assert not found.remarks
    assert len(found.rows) == 6 * 12
    assert len(lines) == len(what_counts()) * 12
    again = actuals(lines_of(found))
    assert [(r.counted, r.value, r.of) for r in again.rows] == [
        (r.counted, r.value, r.of) for r in found.rows
    ]
