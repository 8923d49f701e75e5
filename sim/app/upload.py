"""Opening a file that somebody uploads: nothing of it is trusted, and nothing of it is kept."""

from __future__ import annotations

from sim.app.service import Service
from sim.scenario import Loaded
from sim.scenario.errors import Position, refuse
from sim.scenario.schema import Scenario

# How files begin that are often sent by mistake, whatever they are called.
KNOWN = {
    b"PK\x03\x04": "a spreadsheet or another Office document",
    b"\xd0\xcf\x11\xe0": "a spreadsheet or document of an old Office",
    b"%PDF": "a PDF",
}


def opened(name: str, content: bytes) -> tuple[Service, Loaded[Scenario]]:
    """Open a scenario file.

    Parameters
    ----------
    name
        What the file is called, for messages.
    content
        All of it.

    Returns
    -------
    Service, Loaded
        What to work on, and the scenario in it.

    Raises
    ------
    ScenarioError
        If it is not a scenario that can be used; it says what to do.
    """
    for start, what in KNOWN.items():
        if content.startswith(start):
            message = f"this is {what}, whatever its name says; open a scenario saved as plain text"
            raise refuse(Position(name), (), message)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "this is not a text file; open a scenario saved as plain text (UTF-8)"
        raise refuse(Position(name), (), message) from None
    service = Service(name=name, upload=text)
    return service, service.baseline()
