"""Walk-through 5: jobs that complete, fail, and do their parts side by side."""

from __future__ import annotations

from tests.e2e.shell import Shell, events_of, read_table


def test_a_job_completes(cluster: Shell) -> None:
    assert cluster.out("kubectl apply -f job-hello.yaml") == "job.batch/hello created\n"
    assert cluster.out("kubectl wait --for=condition=complete job/hello --timeout=30s") == "job.batch/hello condition met\n"
    (job,) = read_table(cluster.out("kubectl get job hello"))
    assert (job["STATUS"], job["COMPLETIONS"]) == ("Complete", "1/1")
    (pod,) = read_table(cluster.out("kubectl get pods"))
    assert (pod["READY"], pod["STATUS"]) == ("0/1", "Completed")
    assert "Hello from Docker!" in cluster.out("kubectl logs job/hello")
    reasons = [(reason, message) for _, reason, message in events_of(cluster, "hello")]
    assert reasons == [("SuccessfulCreate", f"Created pod: {pod['NAME']}"), ("Completed", "Job completed")]


def test_deleting_a_job_takes_its_pods(cluster: Shell) -> None:
    assert cluster.out("kubectl delete job hello") == 'job.batch "hello" deleted\n'
    cluster.wait_for("kubectl get pods 2>&1", "No resources found in default namespace.")


def test_parallelism_shortens_it(slow: Shell) -> None:
    slow.out("kubectl wait --for=condition=complete job/in-turn job/at-once --timeout=60s")
    rows = {row["NAME"]: row for row in read_table(slow.out("kubectl get jobs in-turn at-once"))}
    assert [rows[name]["COMPLETIONS"] for name in ("in-turn", "at-once")] == ["4/4", "4/4"]
    durations = {name: int(row["DURATION"].removesuffix("s")) for name, row in rows.items()}
    assert durations["in-turn"] >= 4
    assert durations["at-once"] < durations["in-turn"]


def test_one_that_fails_is_tried_again_and_given_up(slow: Shell) -> None:
    slow.out("kubectl wait --for=condition=failed job/fails --timeout=60s")
    (job,) = read_table(slow.out("kubectl get job fails"))
    assert (job["STATUS"], job["COMPLETIONS"]) == ("Failed", "0/1")
    pods = read_table(slow.out("kubectl get pods -l job-name=fails"))
    assert [(pod["STATUS"], pod["RESTARTS"]) for pod in pods] == [("Error", "0")] * 2
    assert events_of(slow, "fails")[-1] == ("Warning", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    described = slow.out("kubectl describe job fails")
    assert "Pods Statuses:    0 Active (0 Ready) / 0 Succeeded / 2 Failed\n" in described
