"""Experiments: many possible futures of one scenario, and what they say together."""

from sim.experiment.engines import (
    ClusterRefusedError,
    EngineError,
    ReplicationFailedError,
    WorkerLostError,
)
from sim.experiment.replication import Replication, replicate
from sim.experiment.run import Results, run
from sim.experiment.store import Store

__all__ = [
    "ClusterRefusedError",
    "EngineError",
    "Replication",
    "ReplicationFailedError",
    "Results",
    "Store",
    "WorkerLostError",
    "replicate",
    "run",
]
