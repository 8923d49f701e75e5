"""Every command that the documentation shows can be typed as it stands."""

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import pytest

from sim.cli import parser
from sim.commands.compare import read_arms
from sim.commands.sweep import Request, planned
from sim.experiment.reading_targets import read_target
from sim.experiment.sweep import cells
from sim.experiment.vary import vary
from sim.scenario import available, load
from sim.scenario.keys import keys

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"^ *(?:\$ )?(caseload [a-z].*)$", re.M)


def shown() -> list[tuple[str, str]]:
    """List the lines that are commands, joined where one goes on in the next, by page."""
    pages = ((page.name, page.read_text(encoding="utf-8").replace("\\\n", " ")) for page in PAGES)
    lines = [(name, line) for name, text in pages for line in COMMAND.findall(text)]
    return [(name, line) for name, line in lines if "`" not in line]  # else it is a sentence


@pytest.mark.parametrize(("page", "line"), shown())
def test_a_command_that_is_shown_can_be_typed(page: str, line: str) -> None:
    _, *arguments = shlex.split(line, comments=True)
    options = vars(parser().parse_args(arguments))
    changes = options.get("sets", [])
    for text in options.get("varied", []):
        key, values = vary(text).key, vary(text).at(0)
        changes = [*changes, f"{key}={values}"]
    assert callable(options["do"])  # a command, and not only its help
    if options.get("scenario"):
        loaded = load(options["scenario"], changes)
        assert not changes or loaded.data != load(options["scenario"]).data
    if options.get("scenarios"):
        read_arms(options["scenarios"], changes)
    for text in options.get("precision", []):
        read_target(text)


def test_there_are_commands_to_check() -> None:
    assert len({page for page, _ in shown()}) >= 4
    assert len(shown()) >= 20


def test_the_sweep_file_that_is_shown_can_be_swept(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(scenario: .*?)```", page, re.S)
    (tmp_path / "sweep.yaml").write_text(text, encoding="utf-8")
    nothing = Request(None, (), (), str(tmp_path / "sweep.yaml"), None, None, None)
    plan = planned(nothing)
    settings = plan.settings()
    assert len(settings) == 40
    made = cells(plan.scenario, plan.sets, plan.varied, settings[:2])
    assert [str(cell.loaded.scenario.horizon) for cell in made] == ["2 years", "2 years"]


def test_the_scenario_shown_beside_the_models_runs_as_it_stands(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(name: .*?)```", page, re.S)
    (tmp_path / "shown.yaml").write_text(text, encoding="utf-8")
    stage = load(str(tmp_path / "shown.yaml")).scenario.stages["review_and_intervention"]
    assert stage.holder == "social_worker"


def test_every_setting_of_a_contradiction_is_in_some_model() -> None:
    page = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| X\d.*$", page, re.M)
    told = {name for row in rows for name in re.findall(r"`([a-z_*]+(?:\.[a-z_*]+)+)`", row)}
    known = {key.path for name, *_ in available() for key in keys(load(name).scenario)}
    assert len(rows) > 20
    missing = {
        name
        for name in told
        if not any(fnmatch(key, pattern) for key in known for pattern in (name, f"{name}.*"))
    }
    assert missing == set()
