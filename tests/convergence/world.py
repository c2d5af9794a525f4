"""A whole cluster in this process: the daemon as it is, on the fake runtime and a clock that only the test moves."""

from __future__ import annotations

import io
import os
import shutil
from contextlib import redirect_stderr, suppress
from pathlib import Path
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.client.request import MERGE_PATCH
from minikube_py.client.resources import EVENTS, PODS, Resource
from minikube_py.cmd.components import make_client
from minikube_py.cmd.daemon import Daemon
from minikube_py.cmd.timekeeper import ADVANCE
from minikube_py.component_base import pid_lock
from minikube_py.cri.fake import FakeRuntime
from minikube_py.minikube.addon_table import create_default_class
from minikube_py.minikube.profile import Config, Profile
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
Objects = list[Object]
NODES = ("one", "two", "three")
COMMITS_OF_A_TURN = 20_000  # more than any jump needs: a cluster that never comes to rest


class Killed(Exception):
    """The daemon was killed."""


class CountingDaemon(Daemon):
    """A daemon that is caught when it never comes to rest."""

    commits = 0

    def turn(self) -> None:
        self.commits = 0
        super().turn()

    def _work(self, growth: int) -> None:
        self.commits += 1
        assert self.commits < COMMITS_OF_A_TURN, "the daemon never comes to rest"
        super()._work(growth)


class World:
    """The cluster in `directory`, of the home that the environment names. `refused` counts what the API server refused."""

    def __init__(self, directory: Path, seed: int) -> None:
        self.profile = Profile(directory.name)
        self.profile.save(Config(nodes=NODES, cpus="4", memory="8Gi", runtime="fake", clock_speed=0.0, seed=seed))
        self.log = io.StringIO()
        keys, made = self.profile.directory / "pki", directory.parent / "pki"
        if made.exists():  # making keys takes longer than all the rest
            shutil.copytree(made, keys)
        self._stamp = 1_000_000_000
        self._start()
        self.store = Store(self.profile.state)
        self.server = KubeApiServer(self.store)
        self.client = make_client(self.server, "test")
        create_default_class(self.client)
        self.daemon.turn()
        if not made.exists():
            shutil.copytree(keys, made)

    # -- the daemon

    def _start(self) -> None:
        held = pid_lock.take(self.profile.directory / "daemon.pid")
        assert held is not None
        self._held = held
        with redirect_stderr(self.log):
            self.daemon = CountingDaemon(self.profile.directory, held)
        self.daemon.manager.settings["volumes"] = self.profile.directory / "volumes"
        self.daemon.nodes.start()
        self.daemon.manager.sync()
        self.daemon.nodes.clean_up_orphans()
        self.daemon.server.extensions["starting"] = False

    def _drop(self) -> None:
        """Let go of the daemon's files; it has no chance to say anything."""
        self.daemon.close()
        self._held.close()

    def kill(self, after: int, *, committed: bool) -> None:
        """Kill the daemon after so many reconciles, those with it or undone with the batch that they were in; start another."""
        daemon = self.daemon
        daemon.manager.drain()
        daemon.time.begin(daemon.manager.next_timer())
        with suppress(Killed), daemon.server.batch():
            daemon.manager.run_batch(lambda done: done >= after)
            if not committed:
                raise Killed
        self._drop()
        self._start()

    def turn(self) -> None:
        """Let the daemon do everything that is due."""
        self.daemon.turn()
        assert "Traceback" not in self.log.getvalue(), self.log.getvalue()

    def work(self, count: int) -> None:
        """Let the daemon do a few reconciles only."""
        daemon = self.daemon
        daemon.manager.drain()
        daemon.time.begin(daemon.manager.next_timer())
        with daemon.server.batch():
            daemon.manager.run_batch(lambda done: done >= count)

    def advance(self, seconds: float) -> None:
        """Let time pass, with all that is due in it."""
        with self.store.transaction():
            self.store.write_fact(ADVANCE, repr(self.server.now() + seconds))
        self.turn()

    def resync(self) -> list[str]:
        """Let the daemon look at everything anew; return what it wrote, but for events that say again why something cannot be."""
        before = self.store.current_revision()
        self.daemon.manager.sync()
        self.turn()
        changes = [change for change in self.store.changes(before) if change.key.resource != EVENTS.key]
        return [f"{change.type} {'/'.join(change.key)}" for change in changes]

    def set_nodes(self, names: tuple[str, ...]) -> None:
        """Say which nodes have a kubelet that runs."""
        self.profile.change(nodes=names)
        self._stamp += 1_000_000_000
        os.utime(self.profile.directory / "config.json", ns=(self._stamp, self._stamp))

    def end_container(self, container_id: str, code: int) -> None:
        """Let a container end by itself."""
        runtime = self.daemon.nodes.runtime
        assert isinstance(runtime, FakeRuntime)
        runtime.end(container_id, code)

    def nodes(self) -> tuple[str, ...]:
        """Return the nodes whose kubelets run."""
        return self.profile.load().nodes

    def close(self) -> None:
        """End it and remove its files."""
        self._drop()
        self.store.close()
        shutil.rmtree(self.profile.directory)

    # -- requests

    def create(self, resource: Resource, name: str, body: Object, namespace: str = "default") -> bool:
        """Create an object if it may be; return whether it was."""
        where = {"namespace": namespace} if resource.namespaced else {}
        metadata = {**body.get("metadata", {}), "name": name, **where}
        made = {"apiVersion": resource.api_version, "kind": resource.kind, **body, "metadata": metadata}
        with suppress(errors.AlreadyExists, errors.Forbidden, errors.NotFound):
            self.client.create(resource, made, where.get("namespace", ""))
            return True
        return False

    def patch(self, resource: Resource, name: str, body: Object, namespace: str = "default") -> None:
        """Merge-patch an object if it is there."""
        with suppress(errors.NotFound, errors.Invalid, errors.Forbidden):
            self.client.patch(resource, name, body, namespace if resource.namespaced else "", content_type=MERGE_PATCH)

    def delete(self, resource: Resource, name: str, options: Object, namespace: str = "default") -> None:
        """Delete an object if it is there."""
        with suppress(errors.NotFound, errors.Conflict):
            self.client.delete(resource, name, namespace if resource.namespaced else "", options)

    def list(self, resource: Resource) -> Objects:
        """Return all objects of a resource, of all namespaces."""
        return [*self.client.list(resource)["items"]]

    def pods(self) -> Objects:
        """Return all pods, by namespace and name."""
        return self.list(PODS)
