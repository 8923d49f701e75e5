"""``caseload review``: last year's forecast beside what happened."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sim.commands.review_papers import Papers, dossier_of, following_year, read_papers
from sim.commands.reviewing import Wanted
from sim.commands.running import BAD_INPUT, DONE, FAILED, Finished, Running, run_and_write, say
from sim.experiment.arms import Arm
from sim.experiment.engines import engine_of
from sim.registers.decisions import template as decisions_template
from sim.review.counted import counted_in
from sim.review.forecast import How, for_a_year, months_of_year
from sim.review.reading import read_actuals
from sim.review.review import Causes, Review, review
from sim.review.template import HEAD, template
from sim.scenario import load
from sim.service.check import check


def review_and_report(
    scenario: str,
    sets: Sequence[str],
    actuals: str,
    running: Running,
    wanted: Wanted,
) -> int:
    """Review a year and return the exit status.

    Raises
    ------
    ScenarioError
        If the scenario or the file of actuals cannot be used.
    """
    loaded = load(scenario, sets)
    year = for_a_year(loaded)
    check(year)
    happened = read_actuals(Path(actuals), counted_in(year), months_of_year(year))
    papers = read_papers(wanted, loaded, actuals)
    causes = Causes(wanted.causes)

    def do() -> Finished:
        with running.progress() as shown:
            how = How(running.seed, running.jobs, running.kept(), engine_of(running.cluster))
            number = running.replications
            found = review(loaded, happened, how, futures=number, causes=causes, on_done=shown)
        return _reviewed(scenario, found, running, papers)

    return run_and_write(running, do)


def _reviewed(name: str, found: Review, running: Running, papers: Papers) -> Finished:
    from sim.report.annual.document import write_document, write_following
    from sim.report.review import text
    from sim.report.review_files import write_review

    loaded = found.loaded

    def write(folder: Path) -> Sequence[str]:
        following = following_year(found, loaded, papers)
        dossier = dossier_of(found, loaded, following, papers, running)
        written = (*write_review(found, folder), *write_document(dossier, folder))
        return (*written, write_following(following, folder)) if following else written

    return Finished([Arm(name, loaded)], text(found), write, interrupted=False)


def write_decisions_template(file: str, force: bool) -> int:
    """Write the empty file of decisions, and return the exit status."""
    return _write_new(file, force, decisions_template(), "fill in what was decided, and when")


def write_template(scenario: str, sets: Sequence[str], file: str, force: bool) -> int:
    """Write the empty file of actuals of a scenario, and return the exit status.

    Raises
    ------
    ScenarioError
        If the scenario cannot be used.
    """
    year = for_a_year(load(scenario, sets))
    check(year)
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(template(counted_in(year), months_of_year(year)))
    what = "fill in 'value' (and 'of'); what is not counted stays blank"
    return _write_new(file, force, content.getvalue(), what)


def _write_new(file: str, force: bool, content: str, what: str) -> int:
    target = Path(file).expanduser()
    if target.exists() and not force:
        return say(f"'{file}' is there already; give another name, or --force", BAD_INPUT)
    try:
        _write_whole(target, content)
    except OSError as error:
        return say(f"'{file}' could not be written: {error.strerror or error}", FAILED)
    print(f"Written to {file}: {what}")
    return DONE


def _write_whole(target: Path, content: str) -> None:
    """Write a file that is there complete or not at all; spreadsheets see that it is UTF-8."""
    number, name = tempfile.mkstemp(prefix=".caseload.", dir=target.parent)
    os.close(number)
    made = Path(name)
    try:
        made.write_text(content, encoding="utf-8-sig", newline="")
        made.chmod(0o644)
        made.replace(target)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
