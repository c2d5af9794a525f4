"""A server with roles and bindings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apiserver.bootstrap import bootstrap
from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.client.request import OWNER, Request, User
from minikube_py.component_base.clock import FakeClock
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
GROUP = "rbac.authorization.k8s.io"
EVERYBODY = "system:authenticated"
ANN = User("ann", ("devs", EVERYBODY))


class Rights:
    """Makes roles and bindings in a few words, and asks as somebody."""

    def __init__(self, server: KubeApiServer) -> None:
        self.server = server

    def ask(self, user: User, verb: str, resource: str, name: str = "", **more: Any) -> Object:
        group = more.pop("group", GROUP if "role" in resource else "")
        namespace = "" if resource.startswith(("cluster", "nodes", "namespaces")) else more.pop("namespace", "default")
        answer: Object = self.server.handle(Request(verb, group, "v1", resource, namespace, name, user=user, **more)).object
        return answer

    def role(self, name: str, *rules: Object, user: User | None = None, **metadata: Any) -> Object:
        body = {"metadata": {"name": name, **metadata}, "rules": list(rules)}
        return self.ask(user or OWNER, "create", "roles", body=body)

    def cluster_role(self, name: str, *rules: Object, user: User | None = None, **fields: Any) -> Object:
        body = {"metadata": {"name": name}, "rules": list(rules), **fields}
        return self.ask(user or OWNER, "create", "clusterroles", body=body)

    def bind(self, name: str, role: str, *subjects: str, user: User | None = None, everywhere: bool = False) -> Object:
        """Bind `Kind/name` to subjects `Kind:name`."""
        kind, _, role_name = role.partition("/")
        listed = [dict(zip(("kind", "name"), subject.split(":", 1), strict=True)) for subject in subjects]
        body = {"metadata": {"name": name}, "roleRef": {"kind": kind, "name": role_name}, "subjects": listed}
        return self.ask(user or OWNER, "create", "clusterrolebindings" if everywhere else "rolebindings", body=body)


@pytest.fixture
def rights(tmp_path: Path) -> Iterator[Rights]:
    store = Store(tmp_path / "state.db", create=True)
    server = KubeApiServer(store, FakeClock())
    bootstrap(server, "192.0.2.1", 8443)
    yield Rights(server)
    store.close()


def make_rule(verbs: str, resources: str, group: str = "", names: str = "") -> Object:
    """Return a rule for resources of one group."""
    rule: Object = {"verbs": verbs.split(","), "apiGroups": [group], "resources": resources.split(",")}
    return {**rule, "resourceNames": names.split(",")} if names else rule
