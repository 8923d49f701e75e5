"""The pages as their users meet them, without a browser (Streamlit's AppTest)."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sim.app.service import Service

HERE = Path(__file__).resolve().parents[1]
SMALL = (HERE / "tests" / "data" / "small-service.yaml").read_text(encoding="utf-8")
POSTS = "teams.review_and_intervention.posts.family_support_worker.count"
PATIENCE = 60.0


def page(name: str, service: Service | None = None) -> AppTest:
    opened = AppTest.from_file(str(HERE / "sim" / "pages" / f"{name}.py"), default_timeout=30)
    if service is not None:
        opened.session_state["service"] = service
    return opened


def small(**what: object) -> Service:
    return Service(name="small.yaml", upload=SMALL, horizon="1 year", futures=2, **what)  # type: ignore[arg-type]


def texts(opened: AppTest) -> str:
    return "\n".join(str(element.value) for element in opened.markdown)


def finish(opened: AppTest) -> AppTest:
    """Look again and again until the run has ended; fragments do not tick by themselves here."""
    until = time.monotonic() + PATIENCE
    opened.run()
    while any(button.key == "cancel" for button in opened.button):
        assert time.monotonic() < until
        time.sleep(0.2)
        opened.run()
    return opened


def test_start_offers_every_delivery_model_and_the_baseline_first() -> None:
    opened = page("start").run()
    assert not opened.exception
    assert opened.title[0].value == "Caseload"
    assert opened.radio(key="model").value == "three-hubs"


def test_own_numbers_become_the_baseline_and_the_rest_keeps_its_source() -> None:
    opened = page("start", small()).run()
    field = next(
        one for one in opened.number_input if one.key and one.key.startswith(f"mine:{POSTS}")
    )
    field.set_value(2)
    next(b for b in opened.button if b.label == "Use these numbers").click()
    opened.run()
    own = opened.session_state["service"].own
    assert own == (f"{POSTS}=2",)


def test_every_control_tells_its_unit_default_and_source() -> None:
    opened = page("explore", small()).run()
    assert not opened.exception
    controls = [
        c for c in (*opened.number_input, *opened.selectbox) if (c.key or "").startswith("in:")
    ]
    assert len(controls) > 30
    for control in controls:
        for word in ("Unit:", "Default:", "Source:"):
            assert word in control.help, control.key


def test_a_change_shows_its_estimate_and_can_go_back() -> None:
    opened = page("explore", small()).run()
    opened.number_input(key=f"in:{POSTS}").set_value(3).run()
    assert "1 → **3**" in texts(opened)
    assert "Estimate, not simulated" in texts(opened)
    opened.button(key=f"back:{POSTS}").click().run()
    assert "Nothing is changed yet" in texts(opened)
    assert opened.number_input(key=f"in:{POSTS}").value == 1


def test_undo_takes_back_one_step() -> None:
    opened = page("explore", small()).run()
    opened.number_input(key=f"in:{POSTS}").set_value(2).run()
    opened.number_input(key=f"in:{POSTS}").set_value(3).run()
    next(b for b in opened.button if b.label == "Undo").click().run()
    assert opened.number_input(key=f"in:{POSTS}").value == 2


def test_a_value_far_out_is_said_to_be() -> None:
    opened = page("explore", small(changes={POSTS: 9})).run()
    assert any("Outside the range" in warning.value for warning in opened.warning)


def test_a_scenario_that_cannot_be_used_is_explained_without_a_traceback() -> None:
    opened = page("explore", Service(name="odd.yaml", upload="name: odd\nstart: never\n")).run()
    assert not opened.exception
    assert "cannot be used as it stands" in opened.error[0].value
    assert "Traceback" not in opened.error[0].value


@pytest.mark.parametrize("changes", [{}, {POSTS: 2}])
def test_a_run_answers_with_tiles_charts_and_tables(changes: dict[str, int]) -> None:
    opened = page("explore", small(changes=changes)).run()
    opened.button(key="run").click()
    finish(opened)
    assert not opened.exception and not opened.error
    assert "Results" in [header.value for header in opened.header]
    assert len(opened.metric) == 5
    assert len(opened.table) >= 6
    beside = [table for table in opened.table if "Baseline" in table.value.columns]
    assert bool(beside) == bool(changes)


def test_two_people_at_once_do_not_see_each_other() -> None:
    one, two = page("explore", small()).run(), page("explore", small()).run()
    one.number_input(key=f"in:{POSTS}").set_value(4).run()
    two.run()
    assert two.number_input(key=f"in:{POSTS}").value == 1
    assert "1 → **4**" in texts(one) and "Nothing is changed yet" in texts(two)
