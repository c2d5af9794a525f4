"""The resourcequota controller: limits appear in the status, and what is gone is given back."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.client.reconcile import Manager
from minikube_py.client.resources import NAMESPACES, PODS, RESOURCE_QUOTAS, SECRETS, SERVICE_ACCOUNTS
from minikube_py.cmd.components import make_client
from minikube_py.cmd.source import StoreSource
from minikube_py.component_base.clock import FakeClock
from minikube_py.component_base.logging import Logger
from minikube_py.controller.resourcequota import CONTROLLER, RESYNC_SECONDS
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]


class World:
    """A cluster whose only controller is this one."""

    def __init__(self, store: Store) -> None:
        self.clock = FakeClock()
        server = KubeApiServer(store, self.clock, random.Random(1))
        self.client = make_client(server, "test")
        self.manager = Manager(StoreSource(store), self.clock, random.Random(1), Logger(io.StringIO(), self.clock))
        self.manager.add(CONTROLLER, self.client)
        self.client.create(NAMESPACES, {"metadata": {"name": "default"}})
        self.client.create(SERVICE_ACCOUNTS, {"metadata": {"name": "default"}}, "default")
        self.manager.sync()

    def quota(self, **hard: str) -> None:
        self.client.create(RESOURCE_QUOTAS, {"metadata": {"name": "q"}, "spec": {"hard": hard}}, "default")
        self.settle()

    def settle(self) -> None:
        self.manager.run_batch(lambda done: done > 50)

    def used(self) -> Object:
        status: Object = self.client.get(RESOURCE_QUOTAS, "q", "default")["status"]
        used: Object = status["used"]
        return used


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = Store(tmp_path / "state.db", create=True)
    yield World(store)
    store.close()


def pod(name: str) -> Object:
    return {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def test_a_new_quota_shows_its_limits_and_what_is_used(world: World) -> None:
    world.client.create(SECRETS, {"metadata": {"name": "s"}}, "default")
    world.quota(secrets="5", pods="2")
    status = world.client.get(RESOURCE_QUOTAS, "q", "default")["status"]
    assert status == {"hard": {"secrets": "5", "pods": "2"}, "used": {"pods": "0", "secrets": "1"}}


def test_new_limits_are_taken_over(world: World) -> None:
    world.quota(pods="2")
    world.client.patch(RESOURCE_QUOTAS, "q", {"spec": {"hard": {"pods": "1", "secrets": "3"}}}, "default")
    world.settle()
    status = world.client.get(RESOURCE_QUOTAS, "q", "default")["status"]
    assert status == {"hard": {"pods": "1", "secrets": "3"}, "used": {"pods": "0", "secrets": "0"}}


def test_deleted_objects_are_given_back(world: World) -> None:
    world.quota(secrets="1", pods="1")
    world.client.create(SECRETS, {"metadata": {"name": "s"}}, "default")
    world.client.create(PODS, pod("p"), "default")
    world.settle()
    assert world.used() == {"pods": "1", "secrets": "1"}
    world.client.delete(SECRETS, "s", "default")
    world.client.delete(PODS, "p", "default")
    world.settle()
    assert world.used() == {"pods": "0", "secrets": "0"}


def test_finished_pods_are_given_back(world: World) -> None:
    world.quota(pods="1")
    world.client.create(PODS, pod("p"), "default")
    world.client.patch(PODS, "p", {"status": {"phase": "Succeeded"}}, "default", subresource="status")
    world.settle()
    assert world.used() == {"pods": "0"}


def test_a_wrong_status_is_healed_in_time(world: World) -> None:
    world.quota(pods="1")
    world.client.patch(RESOURCE_QUOTAS, "q", {"status": {"used": {"pods": "7"}}}, "default", subresource="status")
    world.settle()
    world.clock.advance(RESYNC_SECONDS)
    world.settle()
    assert world.used() == {"pods": "0"}
