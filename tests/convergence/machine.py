"""What may happen to a cluster, in any order: users, nodes that come and go, failing pods, a daemon that is killed, time that passes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from minikube_py.apimachinery import errors
from minikube_py.client.resources import NAMESPACES, NODES, PODS, Resource
from tests.convergence import invariants, world
from tests.convergence.manifests import IMAGES, MAKERS, OTHERS, SCALED, TEMPLATED, WORKLOADS
from tests.convergence.world import World

Object = dict[str, Any]
NAMES = st.sampled_from(["a", "b"])
SPACES = st.sampled_from(["default", "default", "other"])
COUNTS = st.integers(0, 3)
POLICIES = st.sampled_from(["Background", "Background", "Foreground", "Orphan"])
PERIODS = st.sampled_from([0, 1, 7, 61, 400])
NUMBERS = st.integers(0, 9)
PLACES = st.sampled_from(world.NODES)
HEAL_SECONDS = 1200
BUSY = {"unschedulable": True}
TAINT = {"key": "team", "value": "x", "effect": "NoExecute"}


class ClusterMachine(RuleBasedStateMachine):
    """Rules that each do one thing, with the daemon at rest, half-way or dead; the end lets it come to rest and looks."""

    @initialize(made=st.lists(st.tuples(st.sampled_from(list(MAKERS)), NAMES, SPACES, COUNTS), min_size=4, max_size=10))
    def begin(self, made: list[tuple[Resource, str, str, int]] = []) -> None:  # noqa: B006 - only read
        self.folder = Path(tempfile.mkdtemp(dir=self.home))
        self.world = World(self.folder, 1)
        self.world.create(NAMESPACES, "other", {})
        for kind, name, space, count in made:
            self.world.create(kind, name, MAKERS[kind](name, count), space)

    home: Path

    # -- users

    @rule(kind=st.sampled_from(list(WORKLOADS)), name=NAMES, space=SPACES, count=COUNTS)
    def create_workload(self, kind: Resource, name: str, space: str, count: int) -> None:
        self.world.create(kind, name, MAKERS[kind](name, count), space)

    @rule(kind=st.sampled_from(list(OTHERS)), name=NAMES, space=SPACES, count=COUNTS)
    def create_other(self, kind: Resource, name: str, space: str, count: int) -> None:
        self.world.create(kind, name, MAKERS[kind](name, count), space)

    @rule(kind=st.sampled_from(SCALED), name=NAMES, space=SPACES, count=COUNTS)
    def scale(self, kind: Resource, name: str, space: str, count: int) -> None:
        self.world.patch(kind, name, {"spec": {"replicas": count}}, space)

    @rule(kind=st.sampled_from(TEMPLATED), name=NAMES, space=SPACES, image=st.sampled_from(IMAGES))
    def set_image(self, kind: Resource, name: str, space: str, image: str) -> None:
        template = MAKERS[kind](name, 0)["spec"]["template"]
        container = {**template["spec"]["containers"][0], "image": image}
        self.world.patch(kind, name, {"spec": {"template": {"spec": {"containers": [container]}}}}, space)

    @rule(kind=st.sampled_from(list(MAKERS)), name=NAMES, space=SPACES, policy=POLICIES)
    def delete(self, kind: Resource, name: str, space: str, policy: str) -> None:
        self.world.delete(kind, name, {"propagationPolicy": policy}, space)

    @rule(number=NUMBERS, grace=st.sampled_from([None, 0, 30]))
    def delete_pod(self, number: int, grace: int | None) -> None:
        if pod := self._choose(number):
            options = {} if grace is None else {"gracePeriodSeconds": grace}
            self.world.delete(PODS, pod["metadata"]["name"], options, pod["metadata"]["namespace"])

    @rule(number=NUMBERS)
    def evict_pod(self, number: int) -> None:
        if pod := self._choose(number):
            name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
            body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace}}
            try:
                self.world.client.create(PODS, body, namespace, "eviction", name=name)
            except (errors.TooManyRequests, errors.NotFound):
                return

    @rule(number=NUMBERS, label=st.sampled_from(["a", "b", "free"]))
    def relabel_pod(self, number: int, label: str) -> None:
        if pod := self._choose(number):
            self.world.patch(
                PODS, pod["metadata"]["name"], {"metadata": {"labels": {"app": label}}}, pod["metadata"]["namespace"]
            )

    @rule()
    def delete_namespace(self) -> None:
        self.world.delete(NAMESPACES, "other", {})

    @rule()
    def create_namespace(self) -> None:
        self.world.create(NAMESPACES, "other", {})

    # -- machines

    @rule(number=NUMBERS, code=st.sampled_from([0, 1]))
    def fail_pod(self, number: int, code: int) -> None:
        running = [c.id for s in self.world.daemon.nodes.runtime.list() for c in s.containers if c.state == "running"]
        if running:
            self.world.end_container(running[number % len(running)], code)

    @rule(node=PLACES)
    def lose_node(self, node: str) -> None:
        self.world.set_nodes(tuple(name for name in self.world.nodes() if name != node) or ("one",))

    @rule()
    def find_nodes(self) -> None:
        self.world.set_nodes(world.NODES)

    @rule(node=PLACES)
    def delete_node(self, node: str) -> None:
        self.world.delete(NODES, node, {})

    @rule(name=NAMES)
    def make_node(self, name: str) -> None:
        self.world.create(NODES, f"extra-{name}", {})

    @rule(node=PLACES, cordoned=st.booleans(), tainted=st.booleans())
    def mark_node(self, node: str, cordoned: bool, tainted: bool) -> None:
        self.world.patch(NODES, node, {"spec": {"unschedulable": cordoned or None, "taints": [TAINT] if tainted else None}})

    # -- the daemon

    @rule()
    def turn(self) -> None:
        self.world.turn()

    @rule(count=st.integers(1, 40))
    def work(self, count: int) -> None:
        self.world.work(count)

    @rule(after=st.integers(0, 60), committed=st.booleans())
    def kill(self, after: int, committed: bool) -> None:
        self.world.kill(after, committed=committed)

    @rule(seconds=PERIODS)
    def advance(self, seconds: int) -> None:
        self.world.advance(seconds)

    # -- the end

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self._come_to_rest()
            assert invariants.find_problems(self.world) == []
            assert self.world.resync() == [], "what was at rest was written again"
        finally:
            self.world.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _come_to_rest(self) -> None:
        """Bring back the nodes that were lost, wait longer than any back-off, and end between two minutes."""
        self.world.set_nodes(world.NODES)
        self.world.advance(HEAL_SECONDS)
        self.world.advance(60 - self.world.server.now() % 60 + 30)

    def _choose(self, number: int) -> Object | None:
        pods = self.world.pods()
        return pods[number % len(pods)] if pods else None
