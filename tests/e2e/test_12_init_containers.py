"""Walk-through 12: what has to be done before the program may start."""

from __future__ import annotations

from tests.e2e.shell import Shell, events_of, read_table

GET = "kubectl get pod init-demo"


def test_they_run_in_turn_before_the_program(cluster: Shell) -> None:
    assert cluster.out("kubectl apply -f init-containers.yaml") == "pod/init-demo created\n"
    (pod,) = read_table(cluster.wait_for(GET, "Init:0/2"))
    assert (pod["READY"], pod["RESTARTS"]) == ("0/1", "0")
    waiting = cluster.fail("kubectl logs init-demo -c crane")
    said = 'container "crane" in pod "init-demo" is waiting to start: PodInitializing'
    assert waiting == f"Error from server (BadRequest): {said}\n"
    cluster.wait_for(GET, "Init:1/2")
    cluster.wait_for(GET, r"1/1 +Running +0 ")


def test_each_left_its_words(cluster: Shell) -> None:
    assert cluster.out("kubectl logs init-demo -c init-myservice") == "helloworld01\n"
    assert cluster.out("kubectl logs init-demo -c init-mydb") == "helloworld02\n"
    shown = cluster.run("kubectl logs init-demo")
    assert shown.stdout == "Crane server starting...\n"
    assert shown.stderr == 'Defaulted container "crane" out of: crane, init-myservice (init), init-mydb (init)\n'


def test_the_events_are_in_their_order(cluster: Shell) -> None:
    started = [message for _, reason, message in events_of(cluster, "init-demo") if reason == "Started"]
    assert started == [f"Started container {name}" for name in ("init-myservice", "init-mydb", "crane")]


def test_describe_shows_that_they_completed(cluster: Shell) -> None:
    text = cluster.out("kubectl describe pod init-demo")
    section = text[text.index("Init Containers:") : text.index("\nContainers:")]
    assert section.count("      Reason:       Completed\n      Exit Code:    0\n") == 2
