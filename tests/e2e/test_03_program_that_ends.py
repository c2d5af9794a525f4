"""Walk-through 3: a program that ends, kept running by a Deployment that cannot know better."""

from __future__ import annotations

import re

from tests.e2e.shell import Shell, events_of, read_table

CREATE = "kubectl create deployment --image hello-world hello-world"


def find_pod(slow: Shell) -> str:
    return slow.out("kubectl get pods -l app=hello-world -o jsonpath={.items[0].metadata.name}")


def test_the_deployment_is_created(slow: Shell) -> None:
    assert slow.told[CREATE].stdout == "deployment.apps/hello-world created\n"


def test_its_pod_is_restarted_and_held_back(slow: Shell) -> None:
    (pod,) = read_table(slow.wait_for("kubectl get pods -l app=hello-world", r"CrashLoopBackOff +[1-9]"))
    assert pod["READY"] == "0/1"
    assert re.fullmatch(r"\d+ \(\d+s ago\)", pod["RESTARTS"])


def test_get_all_shows_what_belongs_together(slow: Shell) -> None:
    text = slow.wait_for("kubectl get all", r"pod/hello-world-.* CrashLoopBackOff")
    pods, services, deployments, replica_sets = (read_table(part) for part in text.split("\n\n")[:4])
    name = find_pod(slow)
    assert f"pod/{name}" in [row["NAME"] for row in pods]
    assert services[0]["NAME"] == "service/kubernetes"
    (deployment,) = deployments
    assert deployment["NAME"] == "deployment.apps/hello-world"
    assert (deployment["READY"], deployment["UP-TO-DATE"], deployment["AVAILABLE"]) == ("0/1", "1", "0")
    (replica_set,) = replica_sets
    assert replica_set["NAME"] == "replicaset.apps/" + name.rpartition("-")[0]
    assert (replica_set["DESIRED"], replica_set["CURRENT"], replica_set["READY"]) == ("1", "1", "0")


def test_the_event_says_that_it_is_held_back(slow: Shell) -> None:
    name = find_pod(slow)
    slow.wait_for("kubectl get events", "Back-off restarting failed container")
    told = [(kind, reason, re.sub(r"\([-0-9a-f]{36}\)", "(UID)", message)) for kind, reason, message in events_of(slow, name)]
    words = f"Back-off restarting failed container hello-world in pod {name}_default(UID)"
    assert ("Warning", "BackOff", words) in told


def test_each_run_left_its_words(slow: Shell) -> None:
    assert "Hello from Docker!" in slow.out("kubectl logs deployment/hello-world")


def test_restarts_grow_after_the_first_back_off(slow: Shell) -> None:
    slow.wait_for("kubectl get pods -l app=hello-world", r" [2-9] \(\d+s ago\)", seconds=30)
