"""``caseload rules``: which rules of the five documents are in force, where, and how."""

from __future__ import annotations

import sys

from sim.rules.documents import MODELS
from sim.rules.page import markdown, text, values
from sim.rules.register import NOT_YET, register

FORMS = {"text": text, "markdown": markdown, "csv": values}


def print_rules(form: str, model: str | None) -> int:
    """Print the register, of all documents or of those a scenario is the model of.

    Returns
    -------
    int
        1 if a rule is neither in force nor said to be no matter of capacity.
    """
    entries = register()
    if model is not None:
        of = [document for document, names in MODELS.items() if model in names]
        if not of:
            known = sorted({name for names in MODELS.values() for name in names})
            message = f"no document has the model '{model}'; there are: {', '.join(known)}"
            print(f"caseload: {message}", file=sys.stderr)
            return 2
        entries = [entry for entry in entries if entry.rule.document in of]
    print(FORMS[form](entries), end="")
    missing = sum(entry.status == NOT_YET for entry in entries)
    if missing:
        print(f"caseload: {missing} rules are not yet in force", file=sys.stderr)
    return 1 if missing else 0
