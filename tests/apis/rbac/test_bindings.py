"""Role bindings and cluster role bindings."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.kind import Kind
from minikube_py.apis.rbac.clusterrolebinding import KIND as CLUSTER_BINDING
from minikube_py.apis.rbac.rolebinding import KIND as BINDING
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]
GROUP = "rbac.authorization.k8s.io"
VIEW = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "view"}
ANN = {"kind": "User", "name": "ann"}
ROBOT = {"kind": "ServiceAccount", "name": "robot", "namespace": "ci"}


def make_binding(*subjects: Object, role: Object | None = None) -> Object:
    metadata = {"name": "b", "namespace": "default", "creationTimestamp": TWO_MINUTES_AGO}
    return {"metadata": metadata, "roleRef": role or VIEW, "subjects": list(subjects)}


def test_groups_are_filled_in() -> None:
    made = create(BINDING, make_binding(ANN, {"kind": "Group", "name": "devs"}, ROBOT, role={"kind": "Role", "name": "r"}))
    assert made["roleRef"]["apiGroup"] == GROUP
    assert [subject.get("apiGroup") for subject in made["subjects"]] == [GROUP, GROUP, None]
    assert "subjects" not in create(BINDING, make_binding())


def test_rows() -> None:
    binding = make_binding(ANN, {"kind": "User", "name": "bob"}, {"kind": "Group", "name": "devs"}, ROBOT)
    assert show_row(BINDING, binding) == ["b", "ClusterRole/view", "2m"]
    assert show_row(CLUSTER_BINDING, binding, wide=True)[3:] == ["ann, bob", "devs", "ci/robot"]


@pytest.mark.parametrize(
    ("kind", "binding", "errors"),
    [
        (BINDING, make_binding(ANN, ROBOT), []),
        (BINDING, make_binding({"kind": "ServiceAccount", "name": "robot"}), []),
        (
            CLUSTER_BINDING,
            make_binding({"kind": "ServiceAccount", "name": "robot"}),
            ["subjects[0].namespace: Required value"],
        ),
        (
            CLUSTER_BINDING,
            make_binding(role={"kind": "Role", "name": "r"}),
            ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
        ),
        (
            BINDING,
            make_binding(role={"apiGroup": "x", "kind": "Thing"}),
            [
                f'roleRef.apiGroup: Unsupported value: "x": supported values: "{GROUP}"',
                'roleRef.kind: Unsupported value: "Thing": supported values: "Role", "ClusterRole"',
                "roleRef.name: Required value",
            ],
        ),
        (
            BINDING,
            make_binding({"kind": "User"}),
            ["subjects[0].name: Required value", 'subjects[0].name: Invalid value: "": user name cannot be empty'],
        ),
        (
            BINDING,
            make_binding({**ROBOT, "apiGroup": "x"}),
            ['subjects[0].apiGroup: Unsupported value: "x": supported values: ""'],
        ),
        (
            BINDING,
            make_binding({"kind": "Robot", "name": "r"}),
            ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
        ),
    ],
)
def test_errors(kind: Kind, binding: Object, errors: list[str]) -> None:
    assert list_errors(kind, binding) == errors


def test_the_role_of_a_binding_stays() -> None:
    old = create(BINDING, make_binding(ANN))
    assert list_update_errors(BINDING, make_binding(ROBOT), old) == []
    shown = f'rbac.RoleRef{{APIGroup:"{GROUP}", Kind:"Role", Name:"r"}}'
    changed = make_binding(ANN, role={"kind": "Role", "name": "r"})
    assert list_update_errors(BINDING, changed, old) == [f"roleRef: Invalid value: {shown}: cannot change roleRef"]
