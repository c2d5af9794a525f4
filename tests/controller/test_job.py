"""Jobs from their first pod to their end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.client.resources import JOBS, PODS
from minikube_py.component_base.clock import format_rfc3339
from tests.controller.harness import Cluster

Object = dict[str, Any]
FINALIZER = "batch.kubernetes.io/job-tracking"
INDEX = "batch.kubernetes.io/job-completion-index"


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("job", "garbage_collector")


def make(cluster: Cluster, pod: Object | None = None, **spec: Any) -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}], **(pod or {})}}
    cluster.create(JOBS, "pi", {"spec": {"template": template, **spec}})
    cluster.run()


def pending(cluster: Cluster) -> list[Object]:
    return [pod for pod in cluster.list(PODS) if pod["status"]["phase"] == "Pending"]


def end(cluster: Cluster, pod: Object, phase: str = "Succeeded", code: int = 0) -> None:
    """End a pod as a kubelet would."""
    stamp = format_rfc3339(cluster.clock.now())
    state = {
        "terminated": {
            "exitCode": code,
            "reason": "Completed" if not code else "Error",
            "finishedAt": stamp,
            "startedAt": stamp,
        }
    }
    container = {"name": "c", "image": "busybox", "imageID": "", "ready": False, "restartCount": 0, "state": state}
    cluster.set_status(pod, {"phase": phase, "containerStatuses": [container]})
    cluster.run()


def fail(cluster: Cluster, code: int = 1) -> None:
    end(cluster, pending(cluster)[0], "Failed", code)


def status(cluster: Cluster, *fields: str) -> list[Any]:
    found = cluster.get(JOBS, "pi")["status"]
    return [found.get(field) for field in fields]


def conditions(cluster: Cluster) -> list[str]:
    found = cluster.get(JOBS, "pi")["status"].get("conditions") or []
    return [f"{c['type']} {c['status']} {c['reason']} {c['message']}" for c in found]


def index_of(pod: Object) -> str:
    return str(pod["metadata"]["annotations"][INDEX])


def by_index(cluster: Cluster) -> dict[str, Object]:
    return {index_of(pod): pod for pod in pending(cluster)}


def test_a_new_job_has_its_pod_and_a_status(cluster: Cluster) -> None:
    make(cluster)
    (pod,) = cluster.list(PODS)
    metadata = pod["metadata"]
    assert (metadata["generateName"], metadata["finalizers"]) == ("pi-", [FINALIZER])
    assert metadata["labels"]["job-name"] == "pi"
    found = cluster.get(JOBS, "pi")["status"]
    assert found.pop("startTime") == format_rfc3339(cluster.clock.now())
    assert found == {"active": 1, "ready": 0, "terminating": 0, "uncountedTerminatedPods": {}}


def test_a_job_counts_successes_until_it_has_its_completions(cluster: Cluster) -> None:
    make(cluster, completions=3, parallelism=2)
    assert len(pending(cluster)) == 2
    end(cluster, pending(cluster)[0])
    assert status(cluster, "succeeded", "active") == [1, 2]
    while pending(cluster):
        end(cluster, pending(cluster)[0])
    assert conditions(cluster) == [
        "SuccessCriteriaMet True CompletionsReached Reached expected number of succeeded pods",
        "Complete True CompletionsReached Reached expected number of succeeded pods",
    ]
    assert status(cluster, "succeeded", "ready", "terminating", "uncountedTerminatedPods") == [3, 0, 0, {}]
    assert status(cluster, "active", "completionTime") == [None, format_rfc3339(cluster.clock.now())]
    assert all("finalizers" not in pod["metadata"] for pod in cluster.list(PODS))
    assert [e[:2] for e in cluster.events()] == [("Normal", "SuccessfulCreate")] * 3 + [("Normal", "Completed")]


def test_failures_delay_the_next_pod_ever_longer_up_to_the_limit(cluster: Cluster) -> None:
    make(cluster, backoffLimit=2)
    for number, delay in enumerate((10, 20), 1):
        fail(cluster)
        assert status(cluster, "failed") == [number]
        cluster.run(delay - 1)
        assert pending(cluster) == []
        cluster.run(1.5)
        assert len(pending(cluster)) == 1
    fail(cluster)
    assert conditions(cluster) == [
        "FailureTarget True BackoffLimitExceeded Job has reached the specified backoff limit",
        "Failed True BackoffLimitExceeded Job has reached the specified backoff limit",
    ]
    assert status(cluster, "failed", "active") == [3, None]
    assert cluster.events()[-1] == ("Warning", "BackoffLimitExceeded", "Job has reached the specified backoff limit")


def test_a_deadline_ends_the_pods_and_fails_the_job(cluster: Cluster) -> None:
    make(cluster, activeDeadlineSeconds=5)
    cluster.run(4)
    assert conditions(cluster) == []
    cluster.run(1.5)
    why = "DeadlineExceeded Job was active longer than specified deadline"
    assert conditions(cluster) == [f"FailureTarget True {why}", f"Failed True {why}"]
    assert cluster.list(PODS) == []
    assert status(cluster, "failed") == [1]


def test_the_end_waits_for_pods_that_are_still_running(cluster: Cluster) -> None:
    make(cluster, activeDeadlineSeconds=5, pod={"nodeName": "minikube"})
    cluster.run(6)
    assert conditions(cluster) == ["FailureTarget True DeadlineExceeded Job was active longer than specified deadline"]
    assert status(cluster, "terminating") == [1]
    cluster.client.delete(PODS, cluster.list(PODS)[0]["metadata"]["name"], "default", {"gracePeriodSeconds": 0})
    cluster.run()
    assert [c.split()[0] for c in conditions(cluster)] == ["FailureTarget", "Failed"]


def test_a_suspended_job_has_no_pods_until_it_is_resumed(cluster: Cluster) -> None:
    make(cluster, suspend=True, parallelism=2, completions=4)
    assert cluster.list(PODS) == []
    assert conditions(cluster) == ["Suspended True JobSuspended Job suspended"]
    assert status(cluster, "startTime") == [None]
    cluster.patch(JOBS, "pi", {"spec": {"suspend": False}})
    cluster.run()
    assert len(pending(cluster)) == 2
    assert conditions(cluster) == ["Suspended False JobResumed Job resumed"]
    (started,) = status(cluster, "startTime")
    assert started
    cluster.patch(JOBS, "pi", {"spec": {"suspend": True}})
    cluster.run()
    assert cluster.list(PODS) == []
    assert status(cluster, "startTime", "failed", "active") == [started, None, None]
    assert {e for e in cluster.events() if e[1] in ("Suspended", "Resumed")} == {
        ("Normal", "Suspended", "Job suspended"),
        ("Normal", "Resumed", "Job resumed"),
    }


def test_indexes_are_given_out_counted_and_reduced(cluster: Cluster) -> None:
    make(cluster, completionMode="Indexed", completions=3, parallelism=3)
    pods = by_index(cluster)
    assert sorted(pods) == ["0", "1", "2"]
    pod = pods["1"]
    assert (pod["spec"]["hostname"], pod["metadata"]["labels"][INDEX], pod["metadata"]["generateName"]) == (
        "pi-1",
        "1",
        "pi-1-",
    )
    (variable,) = pod["spec"]["containers"][0]["env"]
    assert variable["name"] == "JOB_COMPLETION_INDEX"
    assert variable["valueFrom"]["fieldRef"]["fieldPath"] == f"metadata.labels['{INDEX}']"
    for index in ("0", "2"):
        end(cluster, pods[index])
    assert status(cluster, "completedIndexes", "succeeded", "active") == ["0,2", 2, 1]
    cluster.patch(JOBS, "pi", {"spec": {"completions": 2, "parallelism": 2}})
    cluster.run()
    end(cluster, pods["1"])
    assert status(cluster, "completedIndexes", "succeeded") == ["0,1", 2]
    assert [c.split()[0] for c in conditions(cluster)] == ["SuccessCriteriaMet", "Complete"]


def test_indexes_may_fail_one_by_one(cluster: Cluster) -> None:
    make(cluster, completionMode="Indexed", completions=3, parallelism=3, backoffLimitPerIndex=0)
    end(cluster, by_index(cluster)["0"], "Failed", 3)
    assert status(cluster, "active", "failed", "failedIndexes") == [2, 1, "0"]
    while pending(cluster):
        end(cluster, pending(cluster)[0])
    assert conditions(cluster) == [
        "FailureTarget True FailedIndexes Job has failed indexes",
        "Failed True FailedIndexes Job has failed indexes",
    ]
    assert status(cluster, "completedIndexes", "failedIndexes", "succeeded", "failed") == ["1,2", "0", 2, 1]


def test_an_index_is_tried_again_up_to_its_limit(cluster: Cluster) -> None:
    make(cluster, completionMode="Indexed", completions=2, parallelism=2, backoffLimitPerIndex=1)
    end(cluster, by_index(cluster)["0"], "Failed", 1)
    assert sorted(by_index(cluster)) == ["1"]
    cluster.run(11)
    again = by_index(cluster)["0"]
    assert again["metadata"]["annotations"]["batch.kubernetes.io/job-index-failure-count"] == "1"
    end(cluster, again, "Failed", 1)
    assert status(cluster, "failedIndexes", "failed") == ["0", 2]


def test_a_success_policy_ends_the_job_before_all_is_done(cluster: Cluster) -> None:
    policy = {"rules": [{"succeededIndexes": "0"}]}
    make(cluster, completionMode="Indexed", completions=3, parallelism=3, successPolicy=policy)
    end(cluster, by_index(cluster)["0"])
    assert conditions(cluster) == [
        "SuccessCriteriaMet True SuccessPolicy Matched rules at index 0",
        "Complete True SuccessPolicy Matched rules at index 0",
    ]
    assert status(cluster, "succeeded", "failed") == [1, None]
    assert pending(cluster) == []


def test_a_failure_policy_ignores_one_exit_code_and_fails_the_job_on_another(cluster: Cluster) -> None:
    rules = [
        {"action": "FailJob", "onExitCodes": {"containerName": "c", "operator": "In", "values": [42]}},
        {"action": "Ignore", "onExitCodes": {"operator": "In", "values": [7]}},
    ]
    make(cluster, backoffLimit=0, podFailurePolicy={"rules": rules})
    fail(cluster, 7)
    cluster.run(11)
    assert status(cluster, "failed") == [None]
    (pod,) = pending(cluster)
    end(cluster, pod, "Failed", 42)
    name = pod["metadata"]["name"]
    why = f"PodFailurePolicy Container c for pod default/{name} failed with exit code 42 matching FailJob rule at index 0"
    assert conditions(cluster) == [f"FailureTarget True {why}", f"Failed True {why}"]


def test_restarts_count_when_containers_are_restarted_in_place(cluster: Cluster) -> None:
    make(cluster, backoffLimit=2, pod={"restartPolicy": "OnFailure"})
    container = {"name": "c", "image": "busybox", "imageID": "", "ready": False, "restartCount": 2}
    cluster.set_status(pending(cluster)[0], {"phase": "Running", "containerStatuses": [container]})
    cluster.run()
    assert [c.split()[2] for c in conditions(cluster)] == ["BackoffLimitExceeded"] * 2


@pytest.mark.parametrize(
    ("policy", "counted", "made"),
    [
        pytest.param("TerminatingOrFailed", 1, 2, id="a deleted pod has failed at once"),
        pytest.param("Failed", None, 1, id="a deleted pod is waited for"),
    ],
)
def test_pod_replacement_policy(cluster: Cluster, policy: str, counted: int | None, made: int) -> None:
    make(cluster, podReplacementPolicy=policy, pod={"nodeName": "minikube"})
    cluster.client.delete(PODS, cluster.list(PODS)[0]["metadata"]["name"], "default")
    cluster.run()
    cluster.run(60)
    assert status(cluster, "failed", "terminating") == [counted, 1]
    assert len(cluster.list(PODS)) == made


def test_less_parallelism_takes_pods_away_without_counting_them(cluster: Cluster) -> None:
    make(cluster, completions=5, parallelism=3)
    cluster.patch(JOBS, "pi", {"spec": {"parallelism": 1}})
    cluster.run()
    assert len(cluster.list(PODS)) == 1
    assert status(cluster, "active", "failed") == [1, None]


def test_workers_without_completions_end_with_the_first_success(cluster: Cluster) -> None:
    make(cluster, parallelism=2)
    end(cluster, pending(cluster)[0])
    assert len(cluster.list(PODS)) == 2
    assert conditions(cluster) == []
    fail(cluster)
    assert [c.split()[0] for c in conditions(cluster)] == ["SuccessCriteriaMet", "Complete"]


def test_a_finished_job_goes_when_its_time_is_over(cluster: Cluster) -> None:
    make(cluster, ttlSecondsAfterFinished=30)
    end(cluster, pending(cluster)[0])
    cluster.run(29)
    assert cluster.exists(JOBS, "pi")
    cluster.run(2.5)
    assert not cluster.exists(JOBS, "pi")
    assert cluster.list(PODS) == []


@pytest.mark.parametrize("policy", ["Background", "Foreground", "Orphan"])
def test_a_deleted_job_lets_go_of_its_pods(cluster: Cluster, policy: str) -> None:
    make(cluster)
    cluster.delete(JOBS, "pi", policy)
    cluster.run()
    assert not cluster.exists(JOBS, "pi")
    assert len(cluster.list(PODS)) == (policy == "Orphan")


def test_ready_pods_are_counted(cluster: Cluster) -> None:
    make(cluster, parallelism=2, completions=2)
    cluster.set_running(pending(cluster)[0])
    cluster.run()
    assert status(cluster, "active", "ready") == [2, 1]


def test_the_start_is_kept_and_nothing_is_written_at_rest(cluster: Cluster) -> None:
    make(cluster)
    (start,) = status(cluster, "startTime")
    cluster.run(5)
    end(cluster, pending(cluster)[0])
    assert status(cluster, "startTime") == [start]
    before = cluster.server.store.current_revision()
    cluster.manager.sync()
    cluster.run(3600)
    assert cluster.server.store.current_revision() == before
    assert find_condition(cluster.get(JOBS, "pi")["status"]["conditions"], "Complete") is not None


def test_failures_count_for_the_delay_though_their_pods_are_gone(cluster: Cluster) -> None:
    make(cluster)
    for delay in (10, 20, 40):
        fail(cluster)
        cluster.delete(PODS, cluster.list(PODS)[-1]["metadata"]["name"])
        cluster.run(delay - 1)
        assert pending(cluster) == []
        cluster.run(1)
        assert len(pending(cluster)) == 1


def test_a_job_that_another_manages_is_left_alone_but_for_its_time_to_live(cluster: Cluster) -> None:
    make(cluster, managedBy="example.com/queue", ttlSecondsAfterFinished=10)
    assert cluster.list(PODS) == []
    assert cluster.get(JOBS, "pi").get("status", {}) == {}
    stamp = format_rfc3339(cluster.clock.now())
    ends = [
        {"type": kind, "status": "True", "lastTransitionTime": stamp, "lastProbeTime": stamp}
        for kind in ("SuccessCriteriaMet", "Complete")
    ]
    done = {"startTime": stamp, "completionTime": stamp, "succeeded": 1, "conditions": ends}
    cluster.patch(JOBS, "pi", {"status": done}, "status")
    cluster.run(5)
    assert cluster.exists(JOBS, "pi")
    cluster.run(7)
    assert not cluster.exists(JOBS, "pi")


def test_a_job_tells_of_more_successes_than_were_asked_for(cluster: Cluster) -> None:
    make(cluster, completions=1, parallelism=1)
    (pod,) = pending(cluster)
    template = {k: pod["metadata"][k] for k in ("labels", "ownerReferences", "finalizers")}
    spec = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}
    cluster.create(PODS, "extra", {"spec": spec}, **template)
    for name in ("extra", pod["metadata"]["name"]):
        cluster.set_status(cluster.get(PODS, name), {"phase": "Succeeded"})
    cluster.run()
    told = [reason for _, reason, _ in cluster.events()]
    assert told[-2:] == ["TooManySucceededPods", "Completed"]
