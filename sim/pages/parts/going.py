"""How far something has come that runs in the background, and the button that ends it."""

import streamlit as st

from sim.app.job import Job
from sim.commands.progress import duration


def progress(job: Job, key: str) -> None:
    """Show how far a run has come; say so if it was cancelled or went wrong."""
    if job.running:
        left = job.seconds_left
        text = f"{job.done} of {job.asked} runs done"
        text += f", about {duration(left)} left" if left is not None else ": starting"
        st.progress(job.share, text)
        st.button("Cancel", key=key, on_click=job.cancel)
    elif job.cancelled:
        st.info(f"Cancelled after {job.futures} of {job.order.replications} possible futures.")
    if job.error is not None:
        st.error(f"The run ended early: {job.error}")
