"""Which changes of a pod are refused, and how."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.core.pod import KIND
from minikube_py.apis.core.pod_resize import validate_resize_update
from minikube_py.apis.core.pod_update import validate_ephemeral_containers_update
from tests.apis.manifests import create, list_update_errors, make_pod

Object = dict[str, Any]
ONLY = (
    "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
OLD_TOLERATION = {"key": "a", "operator": "Exists"}


def change(path: str, value: Any) -> tuple[Object, Object]:
    """Return a pod and the same with one field changed: `containers.0.image`."""
    old = create(KIND, make_pod(activeDeadlineSeconds=3600, tolerations=[OLD_TOLERATION]))
    new = deep_copy(old)
    *parents, last = path.split(".")
    target: Any = new["spec"]
    for step in parents:
        target = target[int(step)] if isinstance(target, list) else target[step]
    target[last] = value
    return new, old


@pytest.mark.parametrize(
    ("path", "value", "first_line"),
    [
        ("containers.0.image", "nginx:2", None),
        ("activeDeadlineSeconds", 60, None),
        ("tolerations", [OLD_TOLERATION, {"key": "b", "operator": "Exists"}], None),
        (
            "activeDeadlineSeconds",
            7200,
            "spec.activeDeadlineSeconds: Invalid value: 7200: must be less than or equal to previous value",
        ),
        (
            "activeDeadlineSeconds",
            None,
            'spec.activeDeadlineSeconds: Invalid value: "null": must not update from a positive integer to nil value',
        ),
        (
            "tolerations",
            [],
            "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
        ),
        ("containers", [], "spec.containers: Required value"),
        ("containers.0.command", ["sleep"], ONLY),
        ("nodeName", "elsewhere", ONLY),
        ("restartPolicy", "Never", ONLY),
        ("terminationGracePeriodSeconds", 1, ONLY),
        ("serviceAccountName", "other", ONLY),
    ],
)
def test_what_may_change(path: str, value: Any, first_line: str | None) -> None:
    errors = list_update_errors(KIND, *change(path, value))
    assert [error.splitlines()[0] for error in errors][:1] == ([first_line] if first_line else [])


def test_containers_are_neither_added_nor_removed() -> None:
    new, old = change("containers", [{"name": "c", "image": "nginx"}, {"name": "more", "image": "busybox"}])
    assert list_update_errors(KIND, new, old) == ["spec.containers: Forbidden: pod updates may not add or remove containers"]


def test_the_difference_is_shown() -> None:
    (error,) = list_update_errors(KIND, *change("restartPolicy", "Never"))
    lines = error.splitlines()[1:]
    assert lines[0] == "  core.PodSpec{"
    assert '- \tRestartPolicy: "Always",' in lines
    assert '+ \tRestartPolicy: "Never",' in lines


def test_gated_pods_may_narrow_their_choice_of_nodes() -> None:
    old = create(KIND, make_pod(schedulingGates=[{"name": "example.com/wait"}]))
    new = deep_copy(old)
    new["spec"]["nodeSelector"] = {"disk": "ssd"}
    new["spec"]["schedulingGates"] = []
    assert list_update_errors(KIND, new, old) == []


def test_ephemeral_containers_are_only_added() -> None:
    old = create(KIND, make_pod())
    new = deep_copy(old)
    new["spec"]["ephemeralContainers"] = [{"name": "debug", "image": "busybox"}]
    KIND.set_defaults(new)
    assert validate_ephemeral_containers_update(new, old) == []
    assert [str(error) for error in validate_ephemeral_containers_update(old, new)] == [
        'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n'
    ]


def test_resize_changes_amounts_of_cpu_and_memory_only() -> None:
    old = create(KIND, make_pod({"resources": {"requests": {"cpu": "100m"}}}))
    new = deep_copy(old)
    new["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "200m"}}
    assert validate_resize_update(new, old) == []
    new["spec"]["containers"][0]["image"] = "other"
    (error,) = validate_resize_update(new, old)
    assert str(error) == "spec: Forbidden: only cpu and memory resources are mutable"
