"""Deployments."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.apps.deployment import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, make_workload, show_row

Object = dict[str, Any]
MISMATCH = "`selector` does not match template `labels`"


def without_selector() -> Object:
    deployment = make_workload()
    del deployment["spec"]["selector"]
    return deployment


def rolling(**values: Any) -> Object:
    return make_workload(strategy={"type": "RollingUpdate", "rollingUpdate": values})


def test_defaults() -> None:
    spec = create(KIND, make_workload())["spec"]
    assert {field: spec[field] for field in ("progressDeadlineSeconds", "replicas", "revisionHistoryLimit", "strategy")} == {
        "progressDeadlineSeconds": 600,
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
    }
    assert spec["template"]["spec"]["containers"][0]["terminationMessagePolicy"] == "File"
    assert spec["template"]["metadata"]["creationTimestamp"] is None


def test_recreate_has_no_rolling_update() -> None:
    assert create(KIND, make_workload(strategy={"type": "Recreate"}))["spec"]["strategy"] == {"type": "Recreate"}


def test_row() -> None:
    deployment = create(KIND, make_workload(replicas=3))
    deployment["metadata"]["creationTimestamp"] = TWO_MINUTES_AGO
    deployment["status"] = {"readyReplicas": 2, "updatedReplicas": 1, "availableReplicas": 2}
    assert show_row(KIND, deployment, wide=True) == ["web", "2/3", 1, 2, "2m", "c", "nginx", "app=web"]


ERRORS: dict[str, tuple[Object, list[str]]] = {
    "right": (make_workload(), []),
    "no selector": (
        without_selector(),
        [
            "spec.selector: Required value",
            f'spec.template.metadata.labels: Invalid value: map[string]string{{"app":"web"}}: {MISMATCH}',
        ],
    ),
    "empty selector": (
        make_workload(selector={}),
        [
            "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), "
            "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment"
        ],
    ),
    "other labels": (
        make_workload(labels={"app": "two"}),
        [f'spec.template.metadata.labels: Invalid value: map[string]string{{"app":"two"}}: {MISMATCH}'],
    ),
    "restart policy": (
        make_workload(replicas=-2, pod={"restartPolicy": "Never"}),
        [
            "spec.replicas: Invalid value: -2: must be greater than or equal to 0",
            'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        ],
    ),
    "bad label": (
        make_workload(labels={"app": "web", "k": "-"}),
        [
            'spec.template.labels: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric characters, '
            "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
            "regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
        ],
    ),
    "deadline": (
        make_workload(minReadySeconds=4, progressDeadlineSeconds=4),
        ["spec.progressDeadlineSeconds: Invalid value: 4: must be greater than minReadySeconds"],
    ),
    "nothing moves": (
        rolling(maxSurge=0, maxUnavailable="0%"),
        [
            'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"0%"}: '
            "may not be 0 when `maxSurge` is 0"
        ],
    ),
    "more than all": (
        rolling(maxUnavailable="101%"),
        [
            'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"101%"}: '
            "must not be greater than 100%"
        ],
    ),
    "recreate rolling": (
        make_workload(strategy={"type": "Recreate", "rollingUpdate": {}}),
        ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ),
}


@pytest.mark.parametrize(("deployment", "errors"), ERRORS.values(), ids=ERRORS.keys())
def test_errors(deployment: Object, errors: list[str]) -> None:
    assert list_errors(KIND, deployment) == errors


def test_the_selector_stays() -> None:
    other = make_workload(selector={"matchLabels": {"app": "other"}})
    assert sorted(list_update_errors(KIND, other, create(KIND, make_workload()))) == [
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"other"}, '
        "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable",
        f'spec.template.metadata.labels: Invalid value: map[string]string{{"app":"web"}}: {MISMATCH}',
    ]
