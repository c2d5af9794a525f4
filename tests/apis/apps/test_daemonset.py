"""Daemon sets."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import BadRequest
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.apps.daemonset import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, make_workload, show_row

Object = dict[str, Any]
MISMATCH = "`selector` does not match template `labels`"
GENERATION = "deprecated.daemonset.template.generation"
FIELD = "spec.updateStrategy.rollingUpdate"


def rolling(**values: Any) -> Object:
    return make_workload(updateStrategy={"type": "RollingUpdate", "rollingUpdate": values})


def test_defaults() -> None:
    made = create(KIND, make_workload())
    assert made["spec"]["updateStrategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}
    assert made["spec"]["revisionHistoryLimit"] == 10
    assert made["metadata"]["annotations"] == {GENERATION: "1"}
    assert made["status"] == dict.fromkeys(
        ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"), 0
    )


def test_on_delete_has_no_rolling_update() -> None:
    made = create(KIND, make_workload(updateStrategy={"type": "OnDelete"}))
    assert made["spec"]["updateStrategy"] == {"type": "OnDelete"}


def test_row() -> None:
    daemon_set = create(KIND, make_workload(pod={"nodeSelector": {"disk": "ssd"}}))
    daemon_set["metadata"]["creationTimestamp"] = TWO_MINUTES_AGO
    counts = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable")
    daemon_set["status"] = {name: number for number, name in enumerate(counts, 1)}
    assert show_row(KIND, daemon_set) == ["web", 1, 2, 3, 4, 5, "disk=ssd", "2m"]
    assert show_row(KIND, daemon_set, wide=True)[-3:] == ["c", "nginx", "app=web"]


@pytest.mark.parametrize(
    ("spec", "annotation", "generation"),
    [
        pytest.param({}, "3", "3", id="unchanged"),
        pytest.param({"minReadySeconds": 5}, "9", "3", id="only the spec, and the annotation"),
        pytest.param({"template": {"metadata": {"labels": {"app": "web", "v": "2"}}}}, "3", "4", id="the template"),
    ],
)
def test_changes_of_the_template_are_counted(spec: Object, annotation: str, generation: str) -> None:
    old = make_workload()
    old["metadata"]["annotations"] = {GENERATION: "3"}
    old = create(KIND, old)
    new = deep_copy(old)
    new["metadata"]["annotations"] = {GENERATION: annotation}
    template = new["spec"]["template"] | spec.get("template", {})
    new["spec"] |= {**spec, "template": template}
    KIND.set_defaults(new)
    KIND.prepare_for_update(new, old)
    assert new["metadata"]["annotations"] == {GENERATION: generation}


def test_the_generation_is_a_number() -> None:
    daemon_set = make_workload()
    daemon_set["metadata"]["annotations"] = {GENERATION: "many"}
    with pytest.raises(BadRequest, match=r'^strconv\.ParseInt: parsing "many": invalid syntax$'):
        create(KIND, daemon_set)


ERRORS: dict[str, tuple[Object, list[str]]] = {
    "right": (make_workload(), []),
    "no selector": (
        make_workload(selector=None),
        [f'spec.template.metadata.labels: Invalid value: map[string]string{{"app":"web"}}: {MISMATCH}'],
    ),
    "empty selector": (
        make_workload(selector={}),
        [
            "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), "
            "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for daemonset"
        ],
    ),
    "ends": (
        make_workload(pod={"restartPolicy": "Never", "activeDeadlineSeconds": 5}),
        [
            'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported",
        ],
    ),
    "numbers": (
        make_workload(minReadySeconds=-1, revisionHistoryLimit=-2),
        [
            "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
            "spec.revisionHistoryLimit: Invalid value: -2: must be greater than or equal to 0",
        ],
    ),
    "strategy": (
        make_workload(updateStrategy={"type": "Never"}),
        [
            'spec.updateStrategy: Unsupported value: apps.DaemonSetUpdateStrategy{Type:"Never", '
            'RollingUpdate:(*apps.RollingUpdateDaemonSet)(nil)}: supported values: "RollingUpdate", "OnDelete"'
        ],
    ),
    "nothing moves": (
        rolling(maxUnavailable="0%"),
        [f"{FIELD}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"],
    ),
    "both move": (
        rolling(maxUnavailable=1, maxSurge="10%"),
        [
            f'{FIELD}.maxSurge: Invalid value: intstr.IntOrString{{Type:1, IntVal:0, StrVal:"10%"}}: '
            "may not be set when maxUnavailable is non-zero"
        ],
    ),
    "more than all": (
        rolling(maxUnavailable="101%"),
        [
            f'{FIELD}.maxUnavailable: Invalid value: intstr.IntOrString{{Type:1, IntVal:0, StrVal:"101%"}}: '
            "must not be greater than 100%"
        ],
    ),
    "no percentage": (
        rolling(maxUnavailable="many"),
        [
            f'{FIELD}.maxUnavailable: Invalid value: intstr.IntOrString{{Type:1, IntVal:0, StrVal:"many"}}: a valid percent string '
            "must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
            f"{FIELD}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
        ],
    ),
}


@pytest.mark.parametrize(("daemon_set", "errors"), ERRORS.values(), ids=ERRORS.keys())
def test_errors(daemon_set: Object, errors: list[str]) -> None:
    assert list_errors(KIND, daemon_set) == errors


def test_the_selector_stays() -> None:
    other = make_workload(labels={"app": "other"}, selector={"matchLabels": {"app": "other"}})
    assert list_update_errors(KIND, other, create(KIND, make_workload())) == [
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"other"}, '
        "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable"
    ]


def test_status() -> None:
    old = {"status": {"collisionCount": 2}}
    new: Object = {"status": {"numberReady": -1, "collisionCount": 1}}
    KIND.prepare_for_status_update(new, old)
    assert [str(error) for error in KIND.validate_status_update(new, old)] == [
        "status.numberReady: Invalid value: -1: must be greater than or equal to 0",
        "status.collisionCount: Invalid value: 1: cannot be decremented",
    ]
    assert new["status"]["desiredNumberScheduled"] == 0
