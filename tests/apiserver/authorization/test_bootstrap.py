"""The default roles and bindings."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery.decode import decode
from minikube_py.apis import catalog
from minikube_py.apiserver.authorization.bootstrap import PLURALS, create_defaults, list_defaults
from minikube_py.apiserver.ownership import schema_of
from minikube_py.client.request import OWNER
from tests.apiserver.authorization.conftest import GROUP, Rights

DEFAULTS = list_defaults()


def find_default(kind: str, name: str) -> dict[str, object]:
    """Return one default."""
    return next(obj for obj in DEFAULTS if (obj["kind"], obj["metadata"]["name"]) == (kind, name))


def test_each_is_what_the_server_would_store() -> None:
    for obj in DEFAULTS:
        kind = catalog.find_by_kind(GROUP, obj["kind"])
        assert kind is not None
        decoded = decode(obj, schema_of(kind), kind.kind, kind.api_version)
        assert decoded.unknown == []
        made = decoded.object
        kind.set_defaults(made)
        assert made == obj
        assert kind.validate(made) == []


def test_every_bound_role_is_there_and_every_name_once() -> None:
    places = [(o["kind"], o["metadata"].get("namespace", ""), o["metadata"]["name"]) for o in DEFAULTS]
    assert len(set(places)) == len(places)
    for obj in DEFAULTS:
        if "roleRef" in obj:
            namespace = obj["metadata"].get("namespace", "") if obj["roleRef"]["kind"] == "Role" else ""
            assert (obj["roleRef"]["kind"], namespace, obj["roleRef"]["name"]) in places


@pytest.mark.parametrize(("name", "count"), [("view", 10), ("edit", 23), ("admin", 25)])
def test_aggregated_roles_come_with_their_rules(name: str, count: int) -> None:
    rules = find_default("ClusterRole", name)["rules"]
    assert isinstance(rules, list)
    assert len(rules) == count


def test_words_are_sorted_as_in_kubernetes() -> None:
    rules = find_default("ClusterRole", "system:kube-scheduler")["rules"]
    assert isinstance(rules, list)
    assert rules[0] == {"verbs": ["create", "patch", "update"], "apiGroups": ["", "events.k8s.io"], "resources": ["events"]}
    assert rules[4] == {"verbs": ["delete", "get", "list", "watch"], "apiGroups": [""], "resources": ["pods"]}


def test_a_second_start_leaves_roles_as_they_are(rights: Rights) -> None:
    role = rights.ask(OWNER, "get", "clusterroles", "view")
    changed = {**role, "metadata": {**role["metadata"], "labels": {"mine": "yes"}}}
    rights.ask(OWNER, "update", "clusterroles", "view", body=changed)
    rights.ask(OWNER, "delete", "clusterrolebindings", "system:discovery")
    revision = rights.server.store.current_revision()
    with rights.server.store.transaction():
        create_defaults(rights.server)
    assert rights.server.store.current_revision() == revision + 1
    assert rights.ask(OWNER, "get", "clusterroles", "view")["metadata"]["labels"] == {"mine": "yes"}
    assert rights.ask(OWNER, "get", "clusterrolebindings", "system:discovery")


def test_ownership_is_as_if_the_server_had_written_them_one_by_one(rights: Rights) -> None:
    for kind, name in (("ClusterRole", "edit"), ("ClusterRole", "system:node"), ("ClusterRoleBinding", "cluster-admin")):
        stored = rights.ask(OWNER, "get", PLURALS[kind], name)
        (entry,) = stored["metadata"].pop("managedFields")
        again = {key: value for key, value in stored["metadata"].items() if key in ("labels", "annotations")}
        copy = {**stored, "metadata": {"name": f"copy-of-{name}", **again}}
        made = rights.ask(OWNER, "create", PLURALS[kind], body=copy, params={"fieldManager": "kube-apiserver"})
        assert made["metadata"]["managedFields"] == [entry]
