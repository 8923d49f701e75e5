"""One child's case, from first contact to closure."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.service import Service


def journey(child: Child, service: Service, first: Place) -> Generator[Any, Any, None]:
    """Go from place to place until the case closes.

    MASH decides on an assessment; the assessment on a plan; reviews on moves between hubs
    and on closure. Each place says where the child goes next; nowhere means closed.
    """
    place: Place | None = first
    while place is not None:
        place = yield from place.hold(child)
    service.closed(child)
