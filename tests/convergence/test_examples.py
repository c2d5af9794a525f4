"""What the random tests found, each as it was when it failed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from minikube_py.client.resources import JOBS, NODES, REPLICA_SETS
from tests.convergence.invariants import find_problems, is_ready
from tests.convergence.manifests import make_job, make_replica_set
from tests.convergence.world import NODES as NAMES
from tests.convergence.world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("MINIKUBE_PY_HOME", str(tmp_path))
    (tmp_path / "world").mkdir()
    world = World(tmp_path / "world", 1)
    yield world
    world.close()


def test_a_jump_of_a_daemon_that_just_started_begins_with_what_is_to_do_now(world: World) -> None:
    world.create(REPLICA_SETS, "a", make_replica_set("a", 2))
    world.kill(3, committed=True)
    started = world.server.now()
    world.advance(600)
    stamps = {pod["status"]["startTime"] for pod in world.pods()}
    assert stamps == {pod["metadata"]["creationTimestamp"] for pod in world.pods()} == {"2026-01-01T00:00:00Z"}
    assert world.server.now() == started + 600


def test_pods_of_a_node_whose_kubelet_comes_back_are_looked_at(world: World) -> None:
    world.set_nodes(("one",))
    world.turn()
    world.create(JOBS, "a", make_job("a", 3))
    world.turn()
    for name in NAMES[1:]:
        world.delete(NODES, name, {})
    world.set_nodes(NAMES)
    world.advance(30)
    assert world.pods()
    assert [pod["status"]["phase"] for pod in world.pods() if pod["status"]["phase"] != "Succeeded"] == []


def test_a_node_that_is_taken_out_takes_along_what_ran_there(world: World) -> None:
    world.create(REPLICA_SETS, "a", make_replica_set("a", 6))
    world.turn()
    world.delete(NODES, "two", {})
    world.set_nodes(("one", "three"))
    world.advance(60)
    assert sum(map(is_ready, world.pods())) == 6
    assert find_problems(world) == []
