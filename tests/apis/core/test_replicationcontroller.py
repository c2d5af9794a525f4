"""ReplicationControllers."""

from __future__ import annotations

from typing import Any

from minikube_py.apis.core.replicationcontroller import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, make_workload, show_row

Object = dict[str, Any]


def make_controller(**spec: Any) -> Object:
    controller = make_workload(**spec)
    controller["metadata"]["creationTimestamp"] = TWO_MINUTES_AGO
    if "selector" not in spec:
        del controller["spec"]["selector"]
    return controller


def test_selector_and_labels_come_from_the_template() -> None:
    made = create(KIND, make_controller())
    assert (made["spec"]["selector"], made["metadata"]["labels"], made["spec"]["replicas"]) == (
        {"app": "web"},
        {"app": "web"},
        1,
    )
    assert made["status"] == {"replicas": 0}
    assert show_row(KIND, made, wide=True) == ["web", 1, 0, 0, "2m", "c", "nginx", "app=web"]


def test_without_a_template() -> None:
    controller = make_controller(selector={"app": "web"})
    del controller["spec"]["template"]
    assert list_errors(KIND, controller) == ["spec.template: Required value"]


def test_the_selector_must_find_the_template() -> None:
    old = create(KIND, make_controller())
    assert list_update_errors(KIND, make_controller(selector={"app": "other"}), old) == [
        'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`'
    ]
