"""``caseload size --progress-json``: sizing for another program, in lines of JSON.

Each line is an object: ``what`` is ``progress`` (how many futures have been looked at) or
``answer``. The scenario may come on standard input, which is a lifeline afterwards (`lines`): it is
looked at after each future, since beside a thread that waited for it no process could be forked.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from contextlib import suppress
from typing import Any

from sim.commands.lines import INPUT, ON_INPUT, POLITE, documents
from sim.commands.running import DONE, INTERRUPTED, Running, say
from sim.report.front_chart import HEAD, front_chart, front_sentence
from sim.report.sizing import columns, sentences, text
from sim.report.sizing_unasked import beware, heads, note, rows, title
from sim.scenario import Loaded, load, load_text
from sim.scenario.schema import Scenario
from sim.sizing.question import Answer, Question
from sim.sizing.size import Sizing, StoppedError

FAILED = 1


def scenario_of(name: str, sets: tuple[str, ...]) -> Loaded[Scenario]:
    """Load a scenario by its name, or the one on standard input.

    Raises
    ------
    ScenarioError
        If it cannot be used.
    """
    if name != ON_INPUT:
        return load(name, sets)
    found, _ = documents(sys.stdin.buffer)
    return load_text(found[0] if found else b"", INPUT, sets)


def size_in_lines(question: Question, running: Running, kept: bool) -> int:
    """Size, write how far it has come and what came of it, and return the status.

    Parameters
    ----------
    kept
        Whether finished futures may be taken from the run store and kept there.
    """
    with suppress(AttributeError, OSError):
        os.nice(POLITE)

    def tell(done: int) -> None:
        _end_if_left()
        _write({"what": "progress", "done": done})

    sizing = Sizing(
        question,
        running.seed,
        jobs=running.jobs,
        store=running.kept() if kept else None,
        on_done=tell,
    )
    try:
        _write(answer_in_json(sizing.answer()))
    except StoppedError:
        return say("stopped before there was an answer", INTERRUPTED)
    return DONE


def answer_in_json(answer: Answer) -> dict[str, Any]:
    """Give all that a page shows: the sentences, the front, and everything that was tried."""
    return {
        "what": "answer",
        "found": answer.best is not None,
        "sentence": front_sentence(answer),
        "sentences": list(sentences(answer)),
        "text": text(answer),
        "confidence": answer.question.confidence,
        "head": ["posts", *HEAD],
        "front": [list(row) for row in front_chart(answer).rows],
        "verdicts": [tried.verdict.value for tried in answer.tried],
        "tried": columns(answer),
        "beware": beware(answer),
        "unasked": _unasked(answer),
        "spent": answer.spent,
    }


def _unasked(answer: Answer) -> dict[str, Any] | None:
    """Give the table of what no target asks for; None where nothing was compared."""
    found = rows(answer)
    if not found:
        return None
    return {"title": title(answer), "head": heads(answer), "rows": found, "note": note(answer)}


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _end_if_left() -> None:
    """End everything if whoever asked has gone: standard input has come to its end."""
    with suppress(OSError, ValueError):
        ready, _, _ = select.select([sys.stdin], [], [], 0.0)
        if not ready or os.read(sys.stdin.fileno(), 1024):
            return
        if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)  # with the workers, in the middle of whatever they do
        os._exit(FAILED)
