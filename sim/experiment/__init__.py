"""Experiments: many possible futures of one scenario, and what they say together."""

from sim.experiment.replication import Replication, replicate
from sim.experiment.run import Results, run
from sim.experiment.workers import ReplicationFailedError, WorkerLostError

__all__ = [
    "Replication",
    "ReplicationFailedError",
    "Results",
    "WorkerLostError",
    "replicate",
    "run",
]
