"""`mk apply -f` of one file with 500 ConfigMaps: new, and once more when nothing differs."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.cluster import started
from benchmarks.figures import Figure, run

COUNT = 500
MANIFEST = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-{number}
data:
  number: "{number}"
  greeting: hello
"""


def measure() -> Iterator[Figure]:
    """Apply twice."""
    with started("fake") as cluster:
        path = cluster.write("configmaps.yaml", "---\n".join(MANIFEST.format(number=n) for n in range(COUNT)))
        for outcome in ("created", "unchanged"):
            ended = run(cluster.command("apply", "-f", path), cluster.environment)
            yield Figure(f"mk apply of {COUNT} ConfigMaps, {outcome}", ended.wall, "s", 1.0)
        names = cluster.mk("get", "configmaps", "-o", "name").split()
        assert sum(name.startswith("configmap/settings-") for name in names) == COUNT
