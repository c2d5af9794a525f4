"""logs: what is shown of which container, from the files that the runtime wrote."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from minikube_py.cli_runtime.factory import Factory
from minikube_py.client.streams import LogRequest
from minikube_py.cmd.streams import PodStreams
from minikube_py.kubectl.new_pods import NewPods
from minikube_py.kubectl.polymorphic.logs_for_object import Choice, LogSource
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome
from tests.kubectl.cmd.pods import Impatient, create_pod, set_status, write_log

USAGE = (
    "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
    "POD or TYPE/NAME is a required argument for the logs command\n"
    "See 'kubectl logs -h' for help and examples\n"
)


@pytest.fixture
def pods(cluster: Cluster, tmp_path: Path) -> Cluster:
    """A pod `one` with a container, and `two` and `three` of a Service, the latter with two containers."""
    cluster.streams = PodStreams(tmp_path, cluster.server)
    write_log(tmp_path, create_pod(cluster, "one"), "main", "a\nb\nc")
    two = create_pod(cluster, "two", labels={"app": "x"})
    three = create_pod(cluster, "three", ["main", "helper"], labels={"app": "x"})
    for name in ("one", "two", "three"):
        set_status(cluster, name)
    for pod in (two, three):
        write_log(tmp_path, pod, "main", f"main of {pod['metadata']['name']}")
    write_log(tmp_path, three, "helper", "helper of three")
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}}
    cluster.create("", "services", {**service, "spec": {"selector": {"app": "x"}, "ports": [{"port": 80}]}}, "default")
    return cluster


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("logs one", "a\nb\nc\n"),
        ("logs pod/one --tail=1", "c\n"),
        ("logs one --tail=0", ""),
        ("logs one --limit-bytes=3", "a\nb"),
        ("logs one main --tail=1 --timestamps", "2023-11-14T22:13:02Z c\n"),
        ("logs one --prefix --tail=1", "[pod/one/main] c\n"),
        ("logs one --since-time=2023-11-14T22:13:01Z", "b\nc\n"),
        ("logs one --since=18s", "c\n"),  # the clock stands at 22:13:20
        ("logs -l app=x -c main", "main of three\nmain of two\n"),
        ("logs three --all-containers --prefix", "[pod/three/main] main of three\n[pod/three/helper] helper of three\n"),
        ("logs service/x --all-pods -c main", "[pod/three/main] main of three\n[pod/two/main] main of two\n"),
    ],
)
def test_shows(pods: Cluster, kubectl: Kubectl, words: str, expected: str) -> None:
    assert kubectl(words) == Outcome(expected, "", 0)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("logs", USAGE),
        ("logs a b c", USAGE),
        (
            "logs -l app=x one",
            "error: only a selector (-l) or a POD name is allowed\nSee 'kubectl logs -h' for help and examples\n",
        ),
        ("logs nope", 'error: error from server (NotFound): pods "nope" not found in namespace "default"\n'),
        ("logs one -c nope", "error: container nope is not valid for pod one\n"),
        ("logs one --tail=-5", "error: --tail must be greater than or equal to -1\n"),
        ("logs one --since=-5s", "error: --since must be greater than 0\n"),
        ("logs one --limit-bytes=-1", "error: --limit-bytes must be greater than 0\n"),
        ("logs one --pod-running-timeout=0s", "error: --pod-running-timeout must be higher than zero\n"),
        (
            "logs one --since=1h --since-time=2024-01-01T00:00:00Z",
            "error: at most one of `sinceTime` or `sinceSeconds` may be specified\n",
        ),
        ("logs one main -c main", "error: only one of -c or an inline [CONTAINER] arg is allowed\n"),
        ("logs one main --all-containers", "error: --all-containers=true should not be specified with container name main\n"),
        (
            "logs one --since-time=foo",
            'error: parsing time "foo" as "2006-01-02T15:04:05Z07:00": cannot parse "foo" as "2006"\n',
        ),
        (
            "logs one --since-time=2024-01-01",
            'error: parsing time "2024-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"\n',
        ),
        (
            "logs one --previous",
            'Error from server (BadRequest): previous terminated container "main" in pod "one" not found\n',
        ),
        (
            "logs -l app=x -f --max-log-requests=1",
            'Defaulted container "main" out of: main, helper\n'
            "error: you are attempting to follow 2 log streams, but maximum allowed concurrency is 1, "
            "use --max-log-requests to increase the limit\n",
        ),
        (
            "logs namespace/default",
            "error: cannot get the logs from *v1.Namespace: selector for *v1.Namespace not implemented\n",
        ),
    ],
)
def test_refuses(pods: Cluster, kubectl: Kubectl, words: str, expected: str) -> None:
    assert kubectl(words) == Outcome("", expected, 1)


def test_tells_which_container_and_which_pod_it_took(pods: Cluster, kubectl: Kubectl) -> None:
    told = 'Found 2 pods, using pod/three\nDefaulted container "main" out of: main, helper\n'
    assert kubectl("logs service/x") == Outcome("main of three\n", told, 0)


def test_annotation_names_the_default_container(pods: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    annotations = {"kubectl.kubernetes.io/default-container": "helper"}
    pod = create_pod(pods, "four", ["main", "helper"], annotations=annotations)
    set_status(pods, "four")
    write_log(tmp_path, pod, "helper", "helper of four")
    assert kubectl("logs four") == Outcome("helper of four\n", "", 0)


def test_pod_that_no_node_has_yet_has_an_empty_log(pods: Cluster, kubectl: Kubectl) -> None:
    create_pod(pods, "unbound", nodeName="")
    assert kubectl("logs unbound") == Outcome("", "", 0)


def test_container_that_did_not_start_has_no_log(pods: Cluster, kubectl: Kubectl) -> None:
    create_pod(pods, "bad")
    waiting = {"name": "main", "state": {"waiting": {"reason": "ContainerCreating"}}, "restartCount": 0}
    waiting |= {"image": "busybox", "imageID": "", "ready": False}
    set_status(pods, "bad", "Pending", containerStatuses=[waiting])
    told = 'Error from server (BadRequest): container "main" in pod "bad" is waiting to start: ContainerCreating\n'
    assert kubectl("logs bad") == Outcome("", told, 1)
    ignoring = kubectl("logs bad --ignore-errors")
    assert ignoring.code == 0
    assert ignoring.stdout == 'error: container "main" in pod "bad" is waiting to start: ContainerCreating\n'


def test_previous_shows_the_run_before(pods: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    pod = create_pod(pods, "again")
    write_log(tmp_path, pod, "main", "first run", attempt=0)
    write_log(tmp_path, pod, "main", "second run", attempt=1)
    ended = {"terminated": {"exitCode": 1, "containerID": "containerd://0"}}
    status = {"name": "main", "state": {"running": {}}, "lastState": ended, "restartCount": 1, "containerID": "containerd://1"}
    set_status(pods, "again", containerStatuses=[{**status, "image": "busybox", "imageID": "", "ready": True}])
    assert kubectl("logs again -p").stdout == "first run\n"
    assert kubectl("logs again").stdout == "second run\n"


def test_following_ends_with_the_container(pods: Cluster, kubectl: Kubectl) -> None:
    set_status(pods, "one", "Succeeded")
    assert kubectl("logs -f one") == Outcome("a\nb\nc\n", "", 0)


def test_following_several_shows_whole_lines_of_each(pods: Cluster, kubectl: Kubectl) -> None:
    for name in ("two", "three"):
        set_status(pods, name, "Succeeded")
    outcome = kubectl("logs -f -l app=x -c main --prefix")
    assert sorted(outcome.stdout.splitlines()) == ["[pod/three/main] main of three", "[pod/two/main] main of two"]


def test_nothing_selected(pods: Cluster, kubectl: Kubectl) -> None:
    assert kubectl("logs -l app=nope") == Outcome("", "No resources found in default namespace.\n", 0)


def test_gives_up_waiting_for_a_pod(pods: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "empty"}}
    pods.create("", "services", {**service, "spec": {"selector": {"app": "none"}, "ports": [{"port": 80}]}}, "default")
    pods.listen = lambda: Impatient(tmp_path / "pokes", pods.clock)
    assert kubectl("logs service/empty") == Outcome("", "error: timed out waiting for the condition\n", 1)


class Told:
    """Streams in which each pod's log is its name; `then` is done while the first is read."""

    def __init__(self, then: Callable[[], object]) -> None:
        self._then = [then]

    def logs(self, namespace: str, pod: str, request: LogRequest) -> Iterator[bytes]:
        yield f"I am {pod}\n".encode()
        if self._then:
            self._then.pop()()


def start_another(cluster: Cluster) -> None:
    """Start a pod."""
    create_pod(cluster, "later", labels={"app": "x"})
    set_status(cluster, "later")


@pytest.mark.parametrize("words", ["-l app=x", "svc/x --all-pods"])
def test_following_goes_on_with_pods_that_come(pods: Cluster, kubectl: Kubectl, words: str) -> None:
    pods.streams = Told(lambda: start_another(pods))
    lines = sorted(kubectl(f"logs -f {words} -c main --prefix").stdout.splitlines())
    assert lines == [f"[pod/{name}/main] I am {name}" for name in ("later", "three", "two")]


def test_one_pod_of_a_workload_is_followed_alone(pods: Cluster, kubectl: Kubectl) -> None:
    pods.streams = Told(lambda: start_another(pods))
    assert kubectl("logs -f svc/x -c main").stdout.count("I am") == 1


def test_new_pods_are_found_once_they_have_started(pods: Cluster, kubectl: Kubectl) -> None:
    new = NewPods(Factory(pods.connect, clock=pods.clock), "default", "app=x", Choice())
    assert new.find_logs() == [] and not new.waiting
    create_pod(pods, "later", labels={"app": "x"})
    assert new.find_logs() == [] and new.waiting
    set_status(pods, "later")
    assert new.find_logs() == [LogSource("default", "later", "main")]
    assert new.find_logs() == [] and not new.waiting


def test_on_a_terminal_lines_say_whose_they_are(pods: Cluster, kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    pods.streams = Told(lambda: None)
    lines = sorted(kubectl("logs -f -l app=x -c main", terminal=True).stdout.splitlines())
    assert {line.partition("m")[2].replace("\x1b[0m", "") for line in lines} == {
        "[pod/two/main] I am two",
        "[pod/three/main] I am three",
    }
    assert len({line.partition("m")[0] for line in lines}) == 2
    assert "[pod/" not in kubectl("logs -f -l app=x -c main").stdout


def test_following_a_pod_of_the_fake_runtime_ends(cluster: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    directory = Path(os.environ["MINIKUBE_PY_HOME"]) / "test"
    directory.mkdir()
    (directory / "config.json").write_text('{"runtime": "fake", "nodes": ["minikube"]}')
    cluster.streams = PodStreams(directory, cluster.server)
    create_pod(cluster, "web")
    set_status(cluster, "web")
    assert kubectl("logs -f web") == Outcome("", "", 0)
