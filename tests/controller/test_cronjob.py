"""Cron jobs: when they start jobs, and what they remember of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import CRON_JOBS, JOBS
from minikube_py.component_base.clock import format_rfc3339
from tests.controller.harness import Cluster

Object = dict[str, Any]
MINUTE = 60.0
TEMPLATE = {
    "metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}},
    "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}},
}


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("cronjob")


def make(cluster: Cluster, schedule: str = "* * * * *", **spec: Any) -> Object:
    cron_job = cluster.create(CRON_JOBS, "tick", {"spec": {"schedule": schedule, "jobTemplate": TEMPLATE, **spec}})
    cluster.run()
    return cron_job


def names(cluster: Cluster) -> list[str]:
    return [job["metadata"]["name"] for job in cluster.list(JOBS)]


def status(cluster: Cluster) -> Object:
    found: Object = cluster.get(CRON_JOBS, "tick").get("status") or {}
    return found


def end(cluster: Cluster, name: str, kind: str = "Complete") -> None:
    stamp = format_rfc3339(cluster.clock.now())
    times = {"lastProbeTime": stamp, "lastTransitionTime": stamp}
    target = "SuccessCriteriaMet" if kind == "Complete" else "FailureTarget"
    conditions = [{"type": one, "status": "True", **times} for one in (target, kind)]
    done = {"completionTime": stamp} if kind == "Complete" else {}
    cluster.patch(JOBS, name, {"status": {"startTime": stamp, "conditions": conditions, **done}}, "status")
    cluster.run()


def test_starts_a_job_each_minute(cluster: Cluster) -> None:
    made = make(cluster)
    assert names(cluster) == []
    cluster.run(MINUTE)
    minute = int(cluster.clock.now()) // 60
    assert names(cluster) == [f"tick-{minute}"]
    job = cluster.list(JOBS)[0]
    assert job["metadata"]["labels"] == {"a": "b"}
    scheduled = format_rfc3339(minute * 60)
    assert job["metadata"]["annotations"] == {"c": "d", "batch.kubernetes.io/cronjob-scheduled-timestamp": scheduled}
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "tick", "uid": made["metadata"]["uid"]}
    assert job["metadata"]["ownerReferences"] == [{**owner, "controller": True, "blockOwnerDeletion": True}]
    assert status(cluster)["lastScheduleTime"] == scheduled
    assert [entry["name"] for entry in status(cluster)["active"]] == names(cluster)
    cluster.run(MINUTE)
    assert len(names(cluster)) == 2
    assert ("Normal", "SuccessfulCreate", f"Created job tick-{minute}") in cluster.events()


def test_time_zone_in_the_annotation(cluster: Cluster) -> None:
    make(cluster, timeZone="Asia/Kolkata")
    cluster.run(MINUTE)
    stamp = cluster.list(JOBS)[0]["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"]
    assert stamp.endswith("+05:30")


def test_sees_the_end(cluster: Cluster) -> None:
    make(cluster, "@every 60s")
    cluster.run(MINUTE + 1)
    (name,) = names(cluster)
    end(cluster, name)
    assert "active" not in status(cluster)
    assert status(cluster)["lastSuccessfulTime"] == format_rfc3339(cluster.clock.now())
    assert ("Normal", "SawCompletedJob", f"Saw completed job: {name}, condition: Complete") in cluster.events()


def test_history_limits(cluster: Cluster) -> None:
    make(cluster, successfulJobsHistoryLimit=1, failedJobsHistoryLimit=0)
    for kind in ("Complete", "Complete", "Failed"):
        cluster.run(MINUTE)
        end(cluster, names(cluster)[-1], kind)
    first, second, third = (int(cluster.clock.now()) // 60 - back for back in (2, 1, 0))
    assert names(cluster) == [f"tick-{second}"]
    for gone in (first, third):
        assert ("Normal", "SuccessfulDelete", f"Deleted job tick-{gone}") in cluster.events()


@pytest.mark.parametrize(
    ("policy", "left", "event"),
    [
        pytest.param("Allow", 2, "SuccessfulCreate", id="both run"),
        pytest.param("Forbid", 1, "JobAlreadyActive", id="the first runs"),
        pytest.param("Replace", 1, "SuccessfulDelete", id="the second runs"),
    ],
)
def test_concurrency(cluster: Cluster, policy: str, left: int, event: str) -> None:
    make(cluster, concurrencyPolicy=policy)
    cluster.run(MINUTE)
    first = names(cluster)
    cluster.run(MINUTE)
    assert len(names(cluster)) == left
    assert (names(cluster) == first) == (policy == "Forbid")
    assert event in [reason for _, reason, _ in cluster.events()]
    assert [entry["name"] for entry in status(cluster)["active"]] == names(cluster)


def test_suspended(cluster: Cluster) -> None:
    make(cluster, suspend=True)
    cluster.run(10 * MINUTE)
    assert names(cluster) == []
    cluster.patch(CRON_JOBS, "tick", {"spec": {"suspend": False}})
    cluster.run()
    assert names(cluster) == [f"tick-{int(cluster.clock.now()) // 60}"]  # the last of those that were missed


def test_starting_deadline(cluster: Cluster) -> None:
    make(cluster, "0 * * * *", suspend=True, startingDeadlineSeconds=10)
    cluster.run(3600.0 - cluster.clock.now() % 3600 + 11)
    cluster.patch(CRON_JOBS, "tick", {"spec": {"suspend": False}})
    cluster.run()
    assert names(cluster) == []
    cluster.run(3600.0 - 5)
    assert len(names(cluster)) == 1


def test_too_many_missed(cluster: Cluster) -> None:
    make(cluster, suspend=True)
    cluster.run(102 * MINUTE)
    cluster.patch(CRON_JOBS, "tick", {"spec": {"suspend": False}})
    cluster.run()
    text = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
    assert ("Warning", "TooManyMissedTimes", text) in cluster.events()
    assert len(names(cluster)) == 1


def test_a_day_that_never_comes(cluster: Cluster) -> None:
    make(cluster, "59 23 31 2 *")
    why = "time difference between two schedules is less than 1 second"
    assert cluster.events() == [("Warning", "InvalidSchedule", f"invalid schedule: 59 23 31 2 * : {why}")]


def test_missing_and_unexpected_jobs(cluster: Cluster) -> None:
    made = make(cluster)
    cluster.run(MINUTE)
    (name,) = names(cluster)
    cluster.delete(JOBS, name)
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "tick", "uid": made["metadata"]["uid"], "controller": True}
    cluster.create(JOBS, "now", {"spec": TEMPLATE["spec"]}, ownerReferences=[owner])
    cluster.run()
    assert "active" not in status(cluster)
    told = [(reason, message) for _, reason, message in cluster.events()]
    assert ("MissingJob", f"Active job went missing: {name}") in told
    assert ("UnexpectedJob", "Saw a job that the controller did not create or forgot: now") in told
