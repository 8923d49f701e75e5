"""Experiments: many possible futures of one scenario, and what they say together."""

from sim.experiment.engines import ReplicationFailedError, WorkerLostError
from sim.experiment.replication import Replication, replicate
from sim.experiment.run import Results, run
from sim.experiment.store import Store

__all__ = [
    "Replication",
    "ReplicationFailedError",
    "Results",
    "Store",
    "WorkerLostError",
    "replicate",
    "run",
]
