"""Jobs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.batch.indexed_validation import count_indexes
from minikube_py.apis.batch.job import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]
OWN = {
    "batch.kubernetes.io/controller-uid": "u1",
    "batch.kubernetes.io/job-name": "once",
    "controller-uid": "u1",
    "job-name": "once",
}
POLICY = "spec.podFailurePolicy.rules[0]"


def make_job(labels: Object | None = None, restart: str | None = "Never", **spec: Any) -> Object:
    pod = {"containers": [{"name": "c", "image": "busybox"}], **({"restartPolicy": restart} if restart else {})}
    metadata = {"name": "once", "namespace": "default", "uid": "u1", "creationTimestamp": TWO_MINUTES_AGO}
    return {"metadata": metadata, "spec": {"template": {"metadata": {"labels": labels or {}}, "spec": pod}, **spec}}


def on_exit(action: str = "FailJob", operator: str = "In", values: tuple[int, ...] = (42,), **more: Any) -> Object:
    return {"rules": [{"action": action, "onExitCodes": {"operator": operator, "values": list(values), **more}}]}


def test_defaults_selector_and_labels() -> None:
    made = create(KIND, make_job())
    template = made["spec"].pop("template")
    assert made["spec"] == {
        "backoffLimit": 6,
        "completionMode": "NonIndexed",
        "completions": 1,
        "manualSelector": False,
        "parallelism": 1,
        "podReplacementPolicy": "TerminatingOrFailed",
        "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": "u1"}},
        "suspend": False,
    }
    assert template["metadata"] == {"creationTimestamp": None, "labels": OWN}
    assert (made["metadata"]["labels"], made["status"]) == (OWN, {})


def test_labels_of_its_own_stay_its_own() -> None:
    job = make_job()
    job["metadata"]["labels"] = {"kind": "single"}
    assert create(KIND, job)["metadata"]["labels"] == {"kind": "single"}


@pytest.mark.parametrize(
    ("given", "filled"),
    [
        ({"completions": 5}, {"completions": 5, "parallelism": 1, "backoffLimit": 6}),
        ({"parallelism": 3}, {"parallelism": 3, "backoffLimit": 6}),
        ({"completions": 2, "backoffLimitPerIndex": 0}, {"completions": 2, "parallelism": 1, "backoffLimit": 2147483647}),
    ],
)
def test_counts(given: Object, filled: Object) -> None:
    spec = create(KIND, make_job(**given))["spec"]
    assert {field: spec[field] for field in ("completions", "parallelism", "backoffLimit") if field in spec} == filled


def test_a_failure_policy_waits_for_pods_to_fail() -> None:
    assert create(KIND, make_job(podFailurePolicy=on_exit()))["spec"]["podReplacementPolicy"] == "Failed"


@pytest.mark.parametrize(
    ("spec", "status", "cells"),
    [
        ({}, {}, ["Running", "0/1", ""]),
        ({}, {"startTime": TWO_MINUTES_AGO}, ["Running", "0/1", "2m"]),
        (
            {"completions": 3},
            {
                "succeeded": 3,
                "startTime": TWO_MINUTES_AGO,
                "completionTime": "2027-01-15T07:58:07Z",
                "conditions": ["Complete"],
            },
            ["Complete", "3/3", "7s"],
        ),
        ({"parallelism": 3}, {"succeeded": 1}, ["Running", "1/1 of 3", ""]),
        ({}, {"conditions": ["Suspended"]}, ["Suspended", "0/1", ""]),
        ({}, {"conditions": ["FailureTarget", "Failed"]}, ["Failed", "0/1", ""]),
        ({}, {"conditions": ["SuccessCriteriaMet"]}, ["SuccessCriteriaMet", "0/1", ""]),
    ],
)
def test_row(spec: Object, status: Object, cells: list[str]) -> None:
    job = create(KIND, make_job(**spec))
    job["status"] = {**status, "conditions": [{"type": kind, "status": "True"} for kind in status.get("conditions", ())]}
    assert show_row(KIND, job)[1:4] == cells


ERRORS: dict[str, tuple[Object, list[str]]] = {
    "right": (make_job(), []),
    "restarts always": (
        make_job(restart=None),
        ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ),
    "less than nothing": (
        make_job(completions=-1, parallelism=-2, activeDeadlineSeconds=-3, ttlSecondsAfterFinished=-4),
        [
            f"spec.{field}: Invalid value: {value}: must be greater than or equal to 0"
            for field, value in (
                ("parallelism", -2),
                ("completions", -1),
                ("activeDeadlineSeconds", -3),
                ("ttlSecondsAfterFinished", -4),
            )
        ],
    ),
    "selector by hand": (
        make_job(labels={"app": "x"}, selector={"matchLabels": {"app": "x"}}),
        [
            'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"x", '
            '"batch.kubernetes.io/controller-uid":"u1"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: '
            "`selector` not auto-generated"
        ],
    ),
    "manual without selector": (
        make_job(manualSelector=True),
        [
            "spec.selector: Required value",
            "spec.template.metadata.labels: Invalid value: map[string]string{}: `selector` does not match template `labels`",
        ],
    ),
    "index without mode": (
        make_job(backoffLimitPerIndex=0),
        ["spec.backoffLimitPerIndex: Invalid value: 0: requires indexed completion mode"],
    ),
    "mode without completions": (
        make_job(completionMode="Indexed", parallelism=1),
        ["spec.completions: Required value: when completion mode is Indexed"],
    ),
    "policy and restarts": (
        make_job(restart="OnFailure", podFailurePolicy=on_exit()),
        [
            'spec.template.spec.restartPolicy: Invalid value: "OnFailure": '
            'only "Never" is supported when podFailurePolicy is specified'
        ],
    ),
    "odd action": (
        make_job(podFailurePolicy=on_exit("Explode")),
        [f'{POLICY}.action: Unsupported value: "Explode": supported values: "Count", "FailIndex", "FailJob", "Ignore"'],
    ),
    "odd operator": (
        make_job(podFailurePolicy=on_exit(operator="Near")),
        [f'{POLICY}.onExitCodes.operator: Unsupported value: "Near": supported values: "In", "NotIn"'],
    ),
    "odd codes": (
        make_job(podFailurePolicy=on_exit(values=(7, 0), containerName="nobody")),
        [
            f'{POLICY}.onExitCodes.containerName: Invalid value: "nobody": '
            "must be one of the container or initContainer names in the pod template",
            f"{POLICY}.onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator",
            f"{POLICY}.onExitCodes.values: Invalid value: []int32{{7, 0}}: must be ordered",
        ],
    ),
}


@pytest.mark.parametrize(("job", "errors"), ERRORS.values(), ids=ERRORS.keys())
def test_errors(job: Object, errors: list[str]) -> None:
    assert list_errors(KIND, job) == errors


@pytest.mark.parametrize(
    ("before", "changes", "errors"),
    [
        ({}, {"parallelism": 0, "backoffLimit": 2}, []),
        ({}, {"completions": 5}, ["spec.completions: Invalid value: 5: field is immutable"]),
        ({}, {"backoffLimit": -1}, ["spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0"]),
        ({}, {"completionMode": "Indexed"}, ['spec.completionMode: Invalid value: "Indexed": field is immutable']),
        ({"completions": 2, "completionMode": "Indexed"}, {"completions": 4, "parallelism": 4}, []),
        (
            {"completions": 2, "completionMode": "Indexed"},
            {"completions": 4},
            ["spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism"],
        ),
    ],
)
def test_what_may_change(before: Object, changes: Object, errors: list[str]) -> None:
    old = create(KIND, make_job(**before))
    new = deep_copy(old)
    new["spec"] |= changes
    assert list_update_errors(KIND, new, old) == errors


def test_the_template_stays() -> None:
    old = create(KIND, make_job())
    new = deep_copy(old)
    new["spec"]["template"]["spec"]["containers"][0]["image"] = "redis"
    (error,) = list_update_errors(KIND, new, old)
    assert error.startswith("spec.template: Invalid value: core.PodTemplateSpec{")
    assert error.endswith(": field is immutable")


def test_until_it_starts_a_suspended_job_may_move() -> None:
    old = create(KIND, make_job(suspend=True))
    new = deep_copy(old)
    new["spec"]["template"]["spec"]["nodeSelector"] = {"disk": "ssd"}
    assert list_update_errors(KIND, new, old) == []
    old["status"] = {"startTime": TWO_MINUTES_AGO}
    assert len(list_update_errors(KIND, new, old)) == 1


INDEXED = {"completionMode": "Indexed", "completions": 3}
RULE = "spec.podFailurePolicy.rules[0]"
SUCCESS = "spec.successPolicy.rules[0]"


def _make_job(**spec: Any) -> Object:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}
    job: Object = {"metadata": {"name": "j", "uid": "u"}, "spec": {"template": template, **spec}}
    KIND.set_defaults(job)
    KIND.prepare_for_create(job)
    return job


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        pytest.param(
            {**INDEXED, "maxFailedIndexes": 4, "backoffLimitPerIndex": 1},
            ["spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions"],
            id="more failures than completions",
        ),
        pytest.param(
            {**INDEXED, "maxFailedIndexes": 1},
            ["spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"],
            id="failed indexes without a limit",
        ),
        pytest.param(
            {**INDEXED, "completions": 100_001, "backoffLimitPerIndex": 1},
            ["spec.maxFailedIndexes: Required value: must be specified when completions is above 100000"],
            id="very many",
        ),
        pytest.param(
            {"managedBy": "me"},
            ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
            id="manager",
        ),
        pytest.param(
            {"podFailurePolicy": {"rules": [{}]}},
            [
                f'{RULE}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
                f"{RULE}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
            ],
            id="empty rule",
        ),
        pytest.param(
            {**INDEXED, "successPolicy": {"rules": [{"succeededIndexes": "0,5"}]}},
            [f'{SUCCESS}.succeededIndexes: Invalid value: "0,5": error parsing succeededIndexes: too large index: "5"'],
            id="index out of bounds",
        ),
        pytest.param(
            {**INDEXED, "successPolicy": {"rules": [{"succeededIndexes": "0-1", "succeededCount": 4}]}},
            [
                f"{SUCCESS}.succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of specified completions)",
                f"{SUCCESS}.succeededCount: Invalid value: 4: "
                "must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)",
            ],
            id="more than there are",
        ),
    ],
)
def test_validate_more(spec: Object, errors: list[str]) -> None:
    assert [str(error) for error in KIND.validate(_make_job(**spec))] == errors


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("2,1", "non-increasing order, previous: 2, current: 1", id="order"),
        pytest.param("2-1", "non-increasing order, previous: 2, current: 1", id="backwards"),
        pytest.param("a", 'cannot convert string to integer for index: "a"', id="no number"),
        pytest.param(
            "1-2-3",
            "the fragment \"1-2-3\" violates the requirement that an index interval can have at most two parts separated by '-'",
            id="three ends",
        ),
    ],
)
def test_bad_indexes(text: str, error: str) -> None:
    with pytest.raises(ValueError) as caught:
        count_indexes(text, 9)
    assert str(caught.value) == error


def test_success_policy_is_shown_as_go_does() -> None:
    (error,) = KIND.validate(_make_job(successPolicy={"rules": [{"succeededIndexes": "0"}]}))
    assert re.sub("0xc[0-9a-f]+", "PTR", str(error)) == (
        "spec.successPolicy: Invalid value: batch.SuccessPolicy{Rules:[]batch.SuccessPolicyRule{batch.SuccessPolicyRule"
        "{SucceededIndexes:(*string)(PTR), SucceededCount:(*int32)(nil)}}}: requires indexed completion mode"
    )
