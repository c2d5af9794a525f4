"""A Deployment of 500 pods on the fake runtime, until all are Ready: what the control plane itself costs."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.cluster import run_deployment, started
from benchmarks.figures import Figure

REPLICAS = 500
NODES = 5  # a node takes 110 pods


def measure() -> Iterator[Figure]:
    """Create it and watch."""
    with started("fake", NODES) as cluster, cluster.client() as client:
        began = time.perf_counter()
        run_deployment(client, REPLICAS)
        yield Figure(f"{REPLICAS} pods Ready, fake runtime", time.perf_counter() - began, "s", 1.5)
