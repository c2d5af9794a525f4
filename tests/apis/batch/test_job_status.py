"""What a job's status may say."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.batch.job import KIND

Object = dict[str, Any]
START, END = "2026-11-21T10:00:00Z", "2026-11-21T10:01:00Z"


def conditions(*kinds: str) -> list[Object]:
    return [{"type": kind, "status": "True"} for kind in kinds]


DONE = {"startTime": START, "completionTime": END, "conditions": conditions("SuccessCriteriaMet", "Complete")}


def judge(status: Object, before: Object | None = None, **spec: Any) -> list[str]:
    new, old = ({"spec": {"completions": 3, **spec}, "status": one} for one in (status, before or {}))
    return [str(error) for error in KIND.validate_status_update(new, old)]


@pytest.mark.parametrize(
    ("status", "before", "error"),
    [
        pytest.param({"active": -1}, {}, "status.active: Invalid value: -1: must be greater than or equal to 0", id="negative"),
        pytest.param(
            {}, {"failed": 1}, "status.failed: Invalid value: 0: cannot decrease the failed counter", id="fewer failed"
        ),
        pytest.param({"ready": 1}, {}, "status.ready: Invalid value: 1: cannot set more ready pods than active", id="ready"),
        pytest.param(
            {**DONE, "active": 1},
            {},
            "status.active: Invalid value: 1: active>0 is invalid for finished job",
            id="still active",
        ),
        pytest.param(
            {**DONE, "completionTime": None},
            {},
            "status.completionTime: Required value: completionTime is required for Complete jobs",
            id="no end",
        ),
        pytest.param(
            {"startTime": START, "conditions": conditions("Failed")},
            {},
            "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition",
            id="failed at once",
        ),
        pytest.param(
            {"startTime": START, "conditions": conditions("SuccessCriteriaMet")},
            {"startTime": START, "conditions": conditions("SuccessCriteriaMet", "FailureTarget")},
            "status.conditions: Invalid value: cannot disable the terminal FailureTarget=True condition",
            id="taken back",
        ),
        pytest.param(
            {"completedIndexes": "0"},
            {},
            'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
            id="indexes of none",
        ),
        pytest.param(
            {"uncountedTerminatedPods": {"succeeded": ["a"], "failed": ["a"]}},
            {},
            'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
            id="twice",
        ),
    ],
)
def test_refused(status: Object, before: Object, error: str) -> None:
    assert judge(status, before) == [error]


@pytest.mark.parametrize(
    ("status", "before"),
    [
        pytest.param(DONE, {"startTime": START, "active": 1, "ready": 1}, id="the end"),
        pytest.param({"active": 2, "ready": 1, "startTime": START}, {}, id="running"),
        pytest.param(DONE, DONE, id="as it was"),
    ],
)
def test_accepted(status: Object, before: Object) -> None:
    assert judge(status, before) == []


def test_scaled_down_jobs_forget_successes() -> None:
    assert judge({"succeeded": 1}, {"succeeded": 2}, completionMode="Indexed", parallelism=3) == []
    assert judge({"succeeded": 1}, {"succeeded": 2}) != []
