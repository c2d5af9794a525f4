"""A cluster without a daemon for tests of verbs: a Store in a temporary folder, an KubeApiServer, and command lines run in process."""

from __future__ import annotations

import io
import json
import random
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.cli_runtime.factory import Connection, Factory, Streams
from minikube_py.cli_runtime.verb import find_verb, parse_verb
from minikube_py.client.credentials import read_credentials
from minikube_py.client.discovery import LocalDiscovery
from minikube_py.client.kubeconfig import Target
from minikube_py.client.request import Request
from minikube_py.client.transport.local import LocalTransport
from minikube_py.cmd.mk import load_verb, root
from minikube_py.component_base.clock import FakeClock
from minikube_py.component_base.poke import Listener
from minikube_py.kubectl.errors import USER_ERRORS, describe_error
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "test",
    "clusters": [{"name": "test", "cluster": {"server": "https://127.0.0.1:8443"}}],
    "users": [{"name": "test", "user": {}}],
    "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
}


class Outcome(NamedTuple):
    """What a command printed and its exit code."""

    stdout: str
    stderr: str
    code: int


class Stdout(io.StringIO):
    """A stream that may pass for a terminal."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal


class Kubectl(Protocol):
    """Runs a command line without its `kubectl`: a text split as a shell does it, or the words."""

    def __call__(self, words: str | Sequence[str], stdin: str | bytes = "", *, terminal: bool = False) -> Outcome: ...


class Cluster:
    """A cluster of one file: `server` answers, `clock` stands still, `transport` carries requests to it.

    `listen` makes what a watch waits on, `streams` opens streams to pods; a test may put its own in place.
    """

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.store = Store(folder / "state.db", create=True)
        self.server = KubeApiServer(self.store, self.clock, random.Random(1))
        self.streams: Any = None
        self.listen: Callable[[], Listener] = lambda: Listener(folder / "pokes", "test")
        self.transport = LocalTransport(self.server, lambda: self.listen(), self._refuse, self.clock.now)
        for name in ("default", "kube-system"):
            self.create("", "namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
            account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}}
            self.create("", "serviceaccounts", account, name)

    def create(self, group: str, resource: str, obj: Object, namespace: str = "") -> Object:
        """Create an object as a component of the cluster would."""
        version = obj["apiVersion"].rpartition("/")[2]
        created: Object = self.server.handle(Request("create", group, version, resource, namespace, body=obj)).object
        if resource == "nodes":  # no controller takes the taint of new nodes away
            ready = {**created, "spec": {**created["spec"], "taints": (obj.get("spec") or {}).get("taints") or []}}
            created = self.server.handle(
                Request("update", group, version, resource, "", obj["metadata"]["name"], body=ready)
            ).object
        return created

    def get(self, resource: str, name: str, namespace: str = "default", group: str = "") -> Object:
        """Return an object as it is stored."""
        found: Object = self.server.handle(Request("get", group, "v1", resource, namespace, name)).object
        return found

    def update_status(self, group: str, resource: str, obj: Object) -> None:
        """Write an object's status as a controller would."""
        metadata, version = obj["metadata"], obj["apiVersion"].rpartition("/")[2]
        request = Request("update", group, version, resource, metadata["namespace"], metadata["name"], "status", body=obj)
        self.server.handle(request)

    def connect(self, target: Target) -> Connection:
        """Open the cluster, whatever the context, as whoever it names."""
        transport = self.transport
        if credentials := read_credentials(target.user, target.user_name):
            transport = LocalTransport(
                self.server, lambda: self.listen(), self._refuse, self.clock.now, credentials=credentials
            )
        return Connection(transport, LocalDiscovery(self.server.serves), self.streams, dict, lambda: None)

    def _refuse(self, request: Request) -> Any:
        raise NotImplementedError(request.subresource)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster with the namespaces default and kube-system and their service accounts."""
    made = Cluster(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def kubectl(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kubectl:
    """Run commands against `cluster`, in a working folder of their own."""
    home = tmp_path / "home"
    work = tmp_path / "work"
    home.mkdir()
    work.mkdir()
    (home / "config").write_text(json.dumps(KUBECONFIG))
    monkeypatch.setenv("KUBECONFIG", str(home / "config"))
    monkeypatch.setenv("MINIKUBE_PY_HOME", str(home))
    monkeypatch.chdir(work)

    def run(words: str | Sequence[str], stdin: str | bytes = "", *, terminal: bool = False) -> Outcome:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        streams = Streams(io.TextIOWrapper(io.BytesIO(data)), Stdout(), Stdout())
        streams.stdout.terminal = streams.stderr.terminal = terminal  # type: ignore[attr-defined]
        verb, path, rest = find_verb(shlex.split(words) if isinstance(words, str) else list(words), root(), load_verb)
        try:
            parsed = parse_verb(verb, rest, path)
            streams.stderr.writelines(f"{note}\n" for note in parsed.notes)
            assert verb.run is not None
            code = verb.run(parsed, Factory(cluster.connect, parsed, streams, cluster.clock)) or 0
        except USER_ERRORS as error:
            text, code = describe_error(error, "kubectl" + path.removeprefix("mk"), verb.failure)
            streams.stderr.write(text + "\n" if text and not text.endswith("\n") else text)
        return Outcome(streams.stdout.getvalue(), streams.stderr.getvalue(), code)  # type: ignore[attr-defined]

    return run
