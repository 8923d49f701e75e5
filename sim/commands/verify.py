"""``caseload verify``: simulate, check the simulation, print the table, write the folder."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from sim.commands.running import DONE, FAILED, INTERRUPTED, Running, answered
from sim.experiment.run import run_each
from sim.report.manifest import of_one, write_manifest
from sim.report.verification import Verification, summary, table, write_verification
from sim.scenario import Loaded, load
from sim.scenario.schema import Scenario
from sim.service.plan import compile_plans
from sim.verify import combined, verify


def verify_and_report(scenario: str, sets: Sequence[str], running: Running) -> int:
    """Do what was asked; the exit status is 1 where a check fails.

    Raises
    ------
    ScenarioError
        If the scenario cannot be used; nothing has been written then.
    """

    def do() -> int:
        began = time.perf_counter()
        with running.folder() as folder:
            found = _verify(load(scenario, sets), running)
            print(table(found), flush=True)
            if folder is not None:
                write_verification(found, folder)
                what = of_one(found.loaded, found.seed, found.asked, found.numbers)
                write_manifest(folder, running.command, what, time.perf_counter() - began)
        if folder is not None:
            print(f"Written to {running.out}: verification.csv, verification.md, manifest.json")
        if len(found.numbers) < found.asked:
            return INTERRUPTED
        return FAILED if found.failed else DONE

    return answered(running, do)


def write_findings(loaded: Loaded[Scenario], running: Running) -> int:
    """Check a scenario in this process alone, and write what was found as JSON."""
    found = _verify(loaded, replace(running, jobs=1, quiet=True))
    findings = [
        {"check": f"{f.subject}: {f.check}", "verdict": f.verdict, "cases": f.cases}
        | {"examined": f.examined, "expected": f.expected, "found": f.found, "worst": f.worst}
        for f in found.findings
    ]
    json.dump({"summary": summary(found), "findings": findings}, sys.stdout)
    print()
    return DONE


def _verify(loaded: Loaded[Scenario], running: Running) -> Verification:
    """Check each replication; Ctrl-C keeps those that were finished.

    Raises
    ------
    KeyboardInterrupt
        If it was stopped before any was.
    """
    with running.progress() as shown:
        checked, stopped = run_each(
            loaded,
            compile_plans(loaded),
            verify,
            replications=running.replications,
            seed=running.seed,
            jobs=running.jobs,
            on_done=shown,
        )
    if not checked:
        raise KeyboardInterrupt
    if stopped:
        print(running.stopped(len(checked), running.replications), file=sys.stderr)
    return Verification(
        loaded=loaded,
        seed=running.seed,
        asked=running.replications,
        numbers=tuple(sorted(each.number for each in checked)),
        findings=tuple(combined(loaded, checked)),
    )
