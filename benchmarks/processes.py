"""A Deployment of 50 pods that are real processes, until all are Ready."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.cluster import run_deployment, started
from benchmarks.figures import Figure

REPLICAS = 50


def measure() -> Iterator[Figure]:
    """Create it and watch."""
    with started("process") as cluster, cluster.client() as client:
        began = time.perf_counter()
        run_deployment(client, REPLICAS)
        yield Figure(f"{REPLICAS} real processes Ready", time.perf_counter() - began, "s", 3.0)
