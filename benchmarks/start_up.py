"""From `mk start` to a cluster that takes pods: the command returns when the node is Ready."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.cluster import new_folder
from benchmarks.figures import Figure, median_of, run

TIMES = 5


def measure() -> Iterator[Figure]:
    """Start and delete new clusters."""
    for runtime in ("fake", "process"):
        runs = []
        with new_folder() as cluster:
            for _ in range(TIMES):
                runs.append(run(cluster.command("start", "--runtime", runtime), cluster.environment))
                cluster.mk("cluster", "delete")
        yield Figure(f"mk start --runtime {runtime}", median_of(r.wall for r in runs), "s", 1.0)
