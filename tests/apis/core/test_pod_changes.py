"""What is said of changes of pods that only gates, annotations or a resize allow."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.core.pod import KIND
from minikube_py.apis.core.pod_resize import take_resources, validate_resize_update
from tests.apis.manifests import create, list_update_errors, make_pod

Object = dict[str, Any]
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
TERMS = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms"
GATE = {"name": "example.com/wait"}
SSD = {"key": "disk", "operator": "In", "values": ["ssd"]}


def place(*terms: Object) -> Object:
    return {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": list(terms)}}}


def show_term(key: str) -> str:
    requirement = f'core.NodeSelectorRequirement{{Key:"{key}", Operator:"Exists", Values:[]string(nil)}}'
    listed = "[]core.NodeSelectorRequirement"
    return f"core.NodeSelectorTerm{{MatchExpressions:{listed}{{{requirement}}}, MatchFields:{listed}(nil)}}"


GATED: dict[str, tuple[Object, Object, list[str]]] = {
    "selector grows": ({"nodeSelector": {"a": "1"}}, {"nodeSelector": {"a": "1", "b": "2"}}, []),
    "selector changes": (
        {"nodeSelector": {"a": "1"}},
        {"nodeSelector": {"a": "2"}},
        [
            'spec.nodeSelector: Invalid value: map[string]string{"a":"2"}: '
            "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        ],
    ),
    "affinity appears": ({}, {"affinity": place({"matchExpressions": [SSD]})}, []),
    "affinity grows": (
        {"affinity": place({"matchExpressions": [SSD]})},
        {"affinity": place({"matchExpressions": [SSD, {**SSD, "key": "more"}]})},
        [],
    ),
    "affinity changes": (
        {"affinity": place({"matchExpressions": [SSD]})},
        {"affinity": place({"matchExpressions": [{"key": "other", "operator": "Exists"}]})},
        [f"{TERMS}[0]: Invalid value: {show_term('other')}: only additions are allowed (no mutations or deletions)"],
    ),
    "affinity goes": (
        {"affinity": place({"matchExpressions": [SSD]})},
        {},
        [
            f"{TERMS}: Invalid value: []core.NodeSelectorTerm(nil): "
            "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        ],
    ),
    "a gate more": (
        {},
        {"schedulingGates": [GATE, {"name": "b"}]},
        ["spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'"],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), GATED.values(), ids=GATED)
def test_gated(before: Object, after: Object, expected: list[str]) -> None:
    old = create(KIND, make_pod(**{"schedulingGates": [GATE], **before}))
    new = create(KIND, make_pod(**{"schedulingGates": [GATE], **after}))
    assert list_update_errors(KIND, new, old) == expected


def test_a_new_toleration_is_judged() -> None:
    old = create(KIND, make_pod())
    new = deep_copy(old)
    new["spec"]["tolerations"] = [{"key": "a", "operator": "Is"}]
    why = 'spec.tolerations[0].operator: Unsupported value: "Is": supported values: "Equal", "Exists"'
    assert list_update_errors(KIND, new, old) == [why, why]


def test_mirror_annotation_stays() -> None:
    old = create(KIND, make_pod(nodeName="a"))
    old["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    new = deep_copy(old)
    del new["metadata"]["annotations"]
    assert list_update_errors(KIND, new, old) == [
        "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation"
    ]


RESIZES: dict[str, tuple[Object, Object, list[str]]] = {
    "more": ({"requests": {"cpu": "1"}}, {"requests": {"cpu": "2"}}, []),
    "request gone": (
        {"requests": {"cpu": "1", "memory": "1Gi"}},
        {"requests": {"cpu": "1"}},
        ["spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed"],
    ),
    "less memory": (
        {"limits": {"memory": "2Gi"}, "requests": {"memory": "1Gi"}},
        {"limits": {"memory": "1Gi"}, "requests": {"memory": "512Mi"}},
        [
            "spec.containers[0].resources.limits[memory]: Forbidden: "
            "memory limits cannot be decreased unless resizePolicy is RestartContainer"
        ],
    ),
    "another class": (
        {"limits": {"cpu": "2"}, "requests": {"cpu": "1"}},
        {},
        [
            'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
            "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed",
            "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
        ],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), RESIZES.values(), ids=RESIZES)
def test_resize(before: Object, after: Object, expected: list[str]) -> None:
    old = create(KIND, make_pod({"resources": before}))
    new = deep_copy(old)
    take_resources(new["spec"], {"containers": [{"name": "c", "image": "other", "resources": after}]})
    assert list(map(str, validate_resize_update(new, old))) == expected


def test_a_mirror_pod_is_not_resized() -> None:
    old = create(KIND, make_pod())
    old["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    assert list(map(str, validate_resize_update(old, old))) == ["[]: Forbidden: static pods cannot be resized"]
