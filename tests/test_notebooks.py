"""The notebooks run from top to bottom, and say what the command says."""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from sim.cli import main

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
QUESTION = ROOT / "notebooks" / "first_question.ipynb"
FUTURES, HORIZON = "2", "1 year"
PATHS = re.compile(r"(^|[\s\"'=(])(/(home|root|tmp|Users|work|usr|opt|var)/|[A-Z]:\\)")
KEEP = 'compared.to_csv("compared.csv", index=False)'


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run a notebook in, in which its kernel finds this program."""
    for name, value in {
        "PYTHONPATH": str(ROOT),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "CASELOAD_FUTURES": FUTURES,
        "CASELOAD_HORIZON": HORIZON,
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def executed(path: Path, folder: Path, before: str = "") -> dict[str, list[Any]]:
    """Run a notebook and give what each of its cells says, but for how far it has come."""
    book = nbformat.read(path, 4)
    book.cells.append(nbformat.v4.new_code_cell(f"{before}\n{KEEP}".strip(), id="keep"))
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return {
        cell["id"]: [
            output.get("data") or output["text"]
            for output in cell.outputs
            if output.get("name") != "stderr"
        ]
        for cell in book.cells
        if cell.cell_type == "code"
    }


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_kept_without_what_one_run_or_one_machine_put_into_it(path: Path) -> None:
    book = nbformat.read(path, 4)
    nbformat.validate(book)
    for cell in book.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert cell.metadata == {}
        assert not PATHS.search(cell.source)
    assert set(book.metadata) == {"kernelspec", "language_info"}
    assert book.metadata.language_info == {"name": "python"}
    assert json.loads(path.read_text(encoding="utf-8"))["nbformat"] == 4


@pytest.mark.long
def test_the_first_question_is_answered_as_the_command_answers_it(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = executed(QUESTION, elsewhere)
    assert said["settings"] == [
        f"What follows is from {FUTURES} possible futures of {HORIZON}.\n"
        "That is too few to be sure of anything: this is a quick look.\n"
    ]
    assert any("image/png" in output for output in said["picture"])
    shown = [text for outputs in said.values() for text in outputs if isinstance(text, str)]
    assert not PATHS.search("\n".join(shown))

    monkeypatch.setattr("sim.service.service.Service.run", None)  # all that it needs is kept
    asked = ["three-hubs", "two-fewer-family-support", "--horizon", HORIZON]
    how = ["--replications", FUTURES, "--out", str(elsewhere / "out"), "--quiet"]
    assert main(["compare", *asked, *how]) == 0
    ours = pd.read_csv(elsewhere / "compared.csv").drop(columns=["first", "other"])
    theirs = pd.read_csv(elsewhere / "out" / "comparison.csv").drop(columns=["first", "other"])
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-5, check_dtype=False)

    rows = theirs[theirs["where"] == "review_and_intervention"].set_index(["measure", "period"])
    (sentences,) = said["answer"]
    for measure, word in (("in_date:cin_review", "review"), ("in_date:child_seen", "visit")):
        row = rows.loc[measure, "1"]
        (sentence,) = re.findall(f"^Year 1.* overdue {word} .*", sentences, re.M)
        _, _, now, then, *change = map(float, re.findall(r"-?[\d.]*\d", sentence))
        assert 100 * (1 - row["first_mean"]) == pytest.approx(now, abs=0.5)
        assert 100 * (1 - row["other_mean"]) == pytest.approx(then, abs=0.5)
        assert ("worse" in sentence) == (row["verdict"] == "worse")
        if change:
            least, most = change
            assert least <= -100 * row["upper"] <= least + 1
            assert most - 1 <= -100 * row["lower"] <= most


REVIEW = ROOT / "notebooks" / "annual_review.ipynb"
READ_BACK = 'compared = pd.read_csv("review/measures.csv")'


@pytest.mark.long
def test_a_year_is_reviewed_as_the_command_reviews_it(elsewhere: Path) -> None:
    said = executed(REVIEW, elsewhere, READ_BACK)
    assert "".join(said["review"]).endswith("done\n")
    summary = json.loads((elsewhere / "review" / "summary.json").read_text(encoding="utf-8"))
    text = "".join(said["verdict"])
    assert all(part in text for part in (*summary["sentences"], *summary["points"]))
    kept = pd.read_csv(elsewhere / "compared.csv")
    assert set(kept["months"]) <= set(range(13)) and len(kept) == 18
    assert "The coming year begins on 2027-04-01" in "".join(said["document"])
    shown = [text for outputs in said.values() for text in outputs if isinstance(text, str)]
    assert not PATHS.search("\n".join(shown))
