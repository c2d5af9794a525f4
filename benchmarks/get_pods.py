"""`mk get pods` of 10 and of 1,000 pods, beside a kubectl that does not even ask a server (`kubectl version --client`)."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.cluster import run_deployment, started
from benchmarks.figures import Figure, find_kubectl, median_of, take_turns

TIMES = 20
PEER = "kubectl version --client"


def measure() -> Iterator[Figure]:
    """Time both by turns, on the wall and in processor time (which says more on a busy machine)."""
    kubectl = find_kubectl()
    for pods, target in ((10, None), (1000, 120.0)):
        with started("fake", nodes=10) as cluster:
            with cluster.client() as client:
                run_deployment(client, pods)
            commands = [cluster.command("get", "pods")] + ([[kubectl, "version", "--client"]] if kubectl else [])
            runs = take_turns(commands, cluster.environment, TIMES)
        for index, what in enumerate(("wall", "processor")):
            ours, *peer = [median_of(run[index] for run in of_one) * 1000 for of_one in runs]
            goal = target or (peer[0] if peer else None)
            yield Figure(f"mk get pods, {pods} pods, {what}", ours, "ms", goal, peer[0] if peer else None, PEER)
