"""The pages as their users meet them, without a browser (Streamlit's AppTest)."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sim.app.service import Service

HERE = Path(__file__).resolve().parents[1]
SMALL = (HERE / "tests" / "data" / "small-service.yaml").read_text(encoding="utf-8")
POSTS = "teams.review_and_intervention.posts.family_support_worker.count"
PATIENCE = 180.0


def page(name: str, service: Service | None = None) -> AppTest:
    opened = AppTest.from_file(str(HERE / "sim" / "pages" / f"{name}.py"), default_timeout=120)
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


def app(service: Service | None = None) -> AppTest:
    """The whole application, at its first page."""
    opened = AppTest.from_file(str(HERE / "app.py"), default_timeout=120)
    if service is not None:
        opened.session_state["service"] = service
    return opened.run()


def title(opened: AppTest) -> str:
    assert not opened.exception
    return str(opened.title[0].value)


def test_start_offers_every_way_of_working_and_the_baseline_first() -> None:
    opened = app()
    assert title(opened) == "Caseload"
    models = opened.radio(key="model")
    assert models.value.name == "three-hubs"
    assert len(models.options) >= 4


def test_a_chosen_model_is_explored_as_it_comes() -> None:
    opened = app()
    opened.button(key="use-model").click().run()
    assert title(opened) == "Explore"
    assert opened.session_state["service"] == Service(name="three-hubs")


def test_the_worked_example_is_one_click_away() -> None:
    opened = app()
    opened.button(key="example").click().run()
    assert title(opened) == "Explore"
    assert "7 → **5**" in texts(opened)


def test_own_numbers_become_the_baseline_and_the_rest_keeps_its_source() -> None:
    opened = app(small())
    fields = {one.key: one for one in opened.number_input if one.key}
    posts = next(field for key, field in fields.items() if key.startswith(f"mine:{POSTS}"))
    referrals = next(field for key, field in fields.items() if "referrals" in key)
    posts.set_value(2)
    referrals.set_value(referrals.value * 2)
    next(button for button in opened.button if button.label == "Use these numbers").click()
    opened.run()
    assert title(opened) == "Explore"
    own = opened.session_state["service"].own
    assert own == (f"{POSTS}=2", "population.contacts.rate=90 per year")
    assert opened.number_input(key=f"in:{POSTS}").value == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "not a text file"),
        (b"just words", "single value"),
        (b"name: odd\nextends: three-hubs\nhorizn: 1 year\n", "did you mean 'horizon'"),
        (b"extends: ../../etc/passwd.yaml\n", "only a scenario's name may be extended"),
        (b"a: &a [1, 1]\nb: &b [*a, *a, *a, *a]\nc: " + b"[" * 60, "nested too deep"),
    ],
)
def test_a_bad_file_gets_a_clear_message(content: bytes, said: str) -> None:
    opened = app()
    opened.file_uploader(key="file").upload("odd.yaml", content, "text/yaml").run()
    assert not opened.exception
    assert said in opened.error[0].value and "Traceback" not in opened.error[0].value


def test_a_saved_scenario_is_opened_in_this_session_only() -> None:
    opened = app()
    opened.file_uploader(key="file").upload("mine.yaml", SMALL.encode(), "text/yaml").run()
    assert "31 children on the first day" in opened.success[0].value
    opened.button(key="use-file").click().run()
    assert title(opened) == "Explore"
    assert opened.session_state["service"].upload == SMALL
    assert app().session_state["service"] == Service()  # another user


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
    assert len(opened.metric) == 6
    assert len(opened.table) >= 6
    beside = [table for table in opened.table if "Baseline" in table.value.columns]
    assert bool(beside) == bool(changes)


def test_two_people_at_once_do_not_see_each_other() -> None:
    one, two = page("explore", small()).run(), page("explore", small()).run()
    one.number_input(key=f"in:{POSTS}").set_value(4).run()
    two.run()
    assert two.number_input(key=f"in:{POSTS}").value == 1
    assert "1 → **4**" in texts(one) and "Nothing is changed yet" in texts(two)
