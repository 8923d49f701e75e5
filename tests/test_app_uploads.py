"""Files that should not have been uploaded: a clear message, nothing opened, nothing harmed."""

import io
import itertools
import tomllib
import zipfile
from pathlib import Path

import pytest

from sim.app.upload import opened
from sim.scenario import ScenarioError, load
from sim.scenario.source import MAX_BYTES

HERE = Path(__file__).resolve().parents[1]
HEAD = "name: odd\nextends: three-hubs\n"


def spreadsheet() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    return made.getvalue()


def bomb() -> bytes:
    """A few lines that would be nine to the ninth values."""
    names = "abcdefghij"
    lines = [f"{names[0]}: &{names[0]} [{', '.join('x' * 9)}]"]
    for below, name in itertools.pairwise(names):
        lines.append(f"{name}: &{name} [{', '.join([f'*{below}'] * 9)}]")
    return "\n".join(lines).encode()


FORMULAS = b"child,stage\n=HYPERLINK(1),single_assessment\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"just words", "a single value"),
        (b"a: [1, 2", "a bracket or quote left open"),
        (b"a: \x00", "a character that is not text"),
        (b"\xff\xfe\x00", "not a text file"),
        (spreadsheet(), "a spreadsheet or another Office document"),
        (b"%PDF-1.7 ", "this is a PDF"),
        (b"x: " + b"a" * MAX_BYTES, "at most 1,000,000 are read"),
        (bomb(), "too large: more than 60,000 values"),
        (b"[" * 10_000, "nested too deep"),
        (b"!!python/object/apply:os.system [ls]", "this is a list"),
        ((HEAD + "horizn: 1 year\n").encode(), "did you mean 'horizon'"),
        ((HEAD + "day_one: {children: {single_assessment: 1000000000}}").encode(), "between 0 and"),
        (FORMULAS, "a scenario is made of 'key: value' lines"),
        ((HEAD + "day_one: {caseload: /etc/hostname}").encode(), "cannot open files here"),
        (
            (HEAD + "day_one: {caseload: [{child: '=1+1', stage: single_assessment}]}").encode(),
            "is a formula to a spreadsheet",
        ),
    ],
)
def test_what_is_no_scenario_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        opened("odd.yaml", content)
    assert said in str(refused.value)
    assert len(str(refused.value)) < 1000


def test_a_formula_in_a_caseload_file_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "children.csv"
    file.write_bytes(FORMULAS)
    with pytest.raises(ScenarioError, match=r"children\.csv:2:1: .*'=HYPERLINK\(1\)' is a formula"):
        load("three-hubs", [f"day_one.caseload={file}"])


def test_the_server_takes_no_file_much_larger_than_a_scenario() -> None:
    settings = tomllib.loads((HERE / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] * 1_000_000 <= 2 * MAX_BYTES
