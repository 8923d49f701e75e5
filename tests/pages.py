"""Opening pages of the application without a browser."""

import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from sim.app.service import Service

HERE = Path(__file__).resolve().parents[1]
SMALL = (HERE / "tests" / "data" / "small-service.yaml").read_text(encoding="utf-8")
POSTS = "teams.review_and_intervention.posts.family_support_worker.count"
PATIENCE = 60.0  # seconds, for a run that takes a few


def page(name: str, service: Service | None = None) -> AppTest:
    """Open one page, before its first look."""
    opened = AppTest.from_file(str(HERE / "sim" / "pages" / f"{name}.py"), default_timeout=30)
    if service is not None:
        opened.session_state["service"] = service
    return opened


def small(**what: object) -> Service:
    """The small service, as a user's own file."""
    return Service(name="small.yaml", upload=SMALL, horizon="1 year", futures=2, **what)  # type: ignore[arg-type]


def texts(opened: AppTest) -> str:
    return "\n".join(str(element.value) for element in opened.markdown)


def finish_with(opened: AppTest, cancel: str) -> AppTest:
    """Look again and again as long as there is a button of that key to cancel something."""
    until = time.monotonic() + PATIENCE
    opened.run()
    while any(button.key == cancel for button in opened.button):
        assert time.monotonic() < until
        time.sleep(0.2)
        opened.run()
    return opened
