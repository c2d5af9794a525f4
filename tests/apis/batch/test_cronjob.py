"""Cron jobs: what is wrong with them, and their columns."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.batch.cronjob import KIND

Object = dict[str, Any]
NOW = 1_700_000_000.0


def make(**spec: Any) -> Object:
    job = {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}}}
    cron_job: Object = {"metadata": {"name": "tick"}, "spec": {"schedule": "@daily", "jobTemplate": job, **spec}}
    KIND.set_defaults(cron_job)
    return cron_job


def errors_of(cron_job: Object) -> list[str]:
    return [str(error) for error in KIND.validate(cron_job)]


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        pytest.param({}, [], id="good"),
        pytest.param({"schedule": ""}, ["spec.schedule: Required value"], id="no schedule"),
        pytest.param(
            {"schedule": "TZ=UTC 0 0 * * *"},
            [
                'spec.schedule: Invalid value: "TZ=UTC 0 0 * * *": '
                "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
            ],
            id="zone in the schedule",
        ),
        pytest.param(
            {"timeZone": ""}, ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'], id="empty zone"
        ),
        pytest.param(
            {"timeZone": "Moon/Base"}, ['spec.timeZone: Invalid value: "Moon/Base": unknown time zone Moon/Base'], id="zone"
        ),
        pytest.param({"timeZone": "../UTC"}, ['spec.timeZone: Invalid value: "../UTC": unknown time zone ../UTC'], id="path"),
        pytest.param(
            {"timeZone": "Local"},
            [
                'spec.timeZone: Invalid value: "Local": '
                "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
            ],
            id="local",
        ),
        pytest.param({"timeZone": "Europe/Paris"}, [], id="known zone"),
        pytest.param(
            {"concurrencyPolicy": "Sometimes"},
            ['spec.concurrencyPolicy: Unsupported value: "Sometimes": supported values: "Allow", "Forbid", "Replace"'],
            id="policy",
        ),
        pytest.param(
            {"startingDeadlineSeconds": -1, "successfulJobsHistoryLimit": -2, "failedJobsHistoryLimit": -3},
            [
                "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
                "spec.successfulJobsHistoryLimit: Invalid value: -2: must be greater than or equal to 0",
                "spec.failedJobsHistoryLimit: Invalid value: -3: must be greater than or equal to 0",
            ],
            id="numbers",
        ),
    ],
)
def test_validate(spec: Object, errors: list[str]) -> None:
    assert errors_of(make(**spec)) == errors


def test_name_leaves_room_for_the_minute() -> None:
    cron_job = make()
    cron_job["metadata"]["name"] = "n" * 53
    assert errors_of(cron_job) == [f'metadata.name: Invalid value: "{"n" * 53}": must be no more than 52 characters']
    assert KIND.validate_update(cron_job, deep_copy(cron_job)) == []


def test_a_zone_in_the_schedule_may_stay() -> None:
    old = make(schedule="TZ=UTC 0 0 * * *")
    assert KIND.validate_update(deep_copy(old), old) == []
    both = make(schedule="TZ=UTC 0 0 * * *", timeZone="Etc/UTC")
    (error,) = KIND.validate_update(both, old)
    assert error.detail == "cannot use both timeZone field and TZ or CRON_TZ in schedule"


def test_job_template() -> None:
    cron_job = make()
    cron_job["spec"]["jobTemplate"]["spec"] |= {"selector": {"matchLabels": {"a": "b"}}, "manualSelector": True}
    selector, manual = errors_of(cron_job)
    assert selector.endswith("`selector` will be auto-generated")
    assert manual == 'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"'


def test_columns() -> None:
    cron_job = make(timeZone="Etc/UTC")
    cron_job["metadata"]["creationTimestamp"] = "2023-11-14T22:00:00Z"
    cron_job["status"] = {"active": [{}], "lastScheduleTime": "2023-11-14T22:13:00Z"}
    cells = [column.cell(cron_job, NOW) for column in KIND.columns]
    assert cells == ["tick", "@daily", "Etc/UTC", "False", 1, "20s", "13m", "c", "i", "<none>"]


def test_warnings() -> None:
    cron_job = make(schedule="TZ=UTC 0 0 * * *")
    cron_job["metadata"]["name"] = "a.b"
    (name,) = KIND.warnings(cron_job)
    assert name.startswith("metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior")
    (zone,) = KIND.warn_of_update(cron_job)
    assert zone.startswith("cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://")
