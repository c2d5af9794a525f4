"""What a cluster for tests is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from minikube_py.minikube.profile import Config

CLOCK_SPEEDS = {"real": 1.0, "fake": 0.0}
RUNTIMES = ("fake", "process", "sandbox", "auto")


class ClusterOptions(NamedTuple):
    """How many nodes of which size, whose clock, and what pods are.

    On the `fake` clock time passes by `Cluster.advance` alone, and every write waits until all is done that follows from it; names
    and uids follow from `seed`, 1 if none is given. On the `fake` runtime pods go through their phases without processes.
    """

    nodes: int = 1
    clock: Literal["real", "fake"] = "real"
    seed: int | None = None
    runtime: Literal["fake", "process", "sandbox", "auto"] = "fake"
    cpus: str = "4"
    memory: str = "8Gi"

    def make_config(self, name: str, port: int) -> Config:
        """Return the configuration of a profile of that name. Raises ValueError for what cannot be a cluster."""
        from minikube_py.minikube.profile import Config, node_name

        if self.nodes < 1:
            raise ValueError(f"a cluster has at least one node, not {self.nodes}")
        if self.clock not in CLOCK_SPEEDS or self.runtime not in RUNTIMES:
            known = f"clock: {', '.join(CLOCK_SPEEDS)}; runtime: {', '.join(RUNTIMES)}"
            raise ValueError(f"no such clock or runtime: {self.clock!r}, {self.runtime!r} ({known})")
        if self.clock == "fake" and self.runtime != "fake":
            raise ValueError("real processes cannot be told the time: a fake clock needs the fake runtime")
        seed = 1 if self.clock == "fake" and self.seed is None else self.seed
        return Config(
            nodes=tuple(node_name(name, number) for number in range(1, self.nodes + 1)),
            cpus=self.cpus,
            memory=self.memory,
            runtime=self.runtime,
            clock_speed=CLOCK_SPEEDS[self.clock],
            seed=seed,
            port=port,
        )
