"""What the application's settings keep from happening when many people are at it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import streamlit.config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import create_reference_msg, populate_hash_if_needed
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

HERE = Path(__file__).resolve().parents[1]
FRAGMENT = "results"
STREAMLITS = 10_000  # bytes from which Streamlit itself sends references
LARGE = "." * 10_000_000  # characters: larger than anything the pages draw


def settings() -> dict[str, Any]:
    text = (HERE / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def chart() -> ForwardMsg:
    """Draw something large within the renewed part of a page."""
    drawn = ForwardMsg()
    drawn.metadata.delta_path[:] = [0, 7, 0]
    drawn.delta.fragment_id = FRAGMENT
    drawn.delta.new_element.markdown.body = LARGE
    populate_hash_if_needed(drawn)
    return drawn


@pytest.mark.parametrize("ours", [True, False])
def test_a_place_that_is_cleared_leaves_nothing_that_wants_to_be_put_in_it(
    ours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages went blank with ten people at it: what a renewal drew was sent as a reference to what
    was drawn before, and the next renewal cleared its place from the queue but not the reference.
    If this fails without our setting, Streamlit has mended it and the setting may go.
    """
    least = settings()["global"]["minCachedMessageSize"] if ours else STREAMLITS
    asked = streamlit.config.get_option
    monkeypatch.setattr(
        streamlit.config,
        "get_option",
        lambda key: least if key == "global.minCachedMessageSize" else asked(key),
    )
    place = ForwardMsg()
    place.metadata.delta_path[:] = [0, 7]
    place.delta.fragment_id = FRAGMENT
    place.delta.add_block.allow_empty = True
    drawn = chart()
    queue = ForwardMsgQueue()
    for each in (place, create_reference_msg(drawn) if drawn.metadata.cacheable else drawn):
        queue.enqueue(each)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=[FRAGMENT])
    assert queue.is_empty() == ours


def test_no_whole_collection_of_garbage_follows_each_change() -> None:
    """With ten people at it, these took seven tenths of the server's time."""
    assert settings()["runner"]["postScriptGC"] is False
