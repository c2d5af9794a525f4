"""exec: which container, what is passed on, and how it ends."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery.errors import BadRequest
from minikube_py.client.streams import STDERR, STDOUT, End, NotRunning, Output
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome
from tests.kubectl.cmd.pods import PlayedStreams, create_pod, set_status

UNSUPPORTED = "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n"
HINT = "See 'kubectl exec -h' for help and examples\n"


@pytest.fixture
def streams(cluster: Cluster) -> PlayedStreams:
    """Streams that say something on both channels; pods `one`, `duo` of two containers, and `done`, which has ended."""
    for name, containers in (("one", ["main"]), ("duo", ["first", "second"]), ("done", ["main"])):
        create_pod(cluster, name, containers)
        set_status(cluster, name, "Succeeded" if name == "done" else "Running")
    cluster.streams = PlayedStreams(Output(STDOUT, b"out\n"), Output(STDERR, b"err\n"), End(0))
    return cluster.streams


def test_passes_on_output_and_closes_the_stream(streams: PlayedStreams, kubectl: Kubectl) -> None:
    assert kubectl("exec one -- sh -c 'echo out'") == Outcome("out\n", "err\n", 0)
    assert streams.calls == [("default", "one", "main", ("sh", "-c", "echo out"), False, False)]
    assert streams.opened[0].closed


def test_passes_on_all_input_with_i_only(streams: PlayedStreams, kubectl: Kubectl) -> None:
    text = b"some input\n" * 50_000
    kubectl("exec -i one -- cat", text)
    assert streams.opened[0].received == text
    kubectl("exec one -- cat", text)
    assert streams.opened[1].received == b""


def test_exits_as_the_command_does(cluster: Cluster, streams: PlayedStreams, kubectl: Kubectl) -> None:
    cluster.streams = PlayedStreams(End(7))
    assert kubectl("exec pod/one -- false") == Outcome("", "command terminated with exit code 7\n", 7)


def test_tells_why_a_command_cannot_run(cluster: Cluster, streams: PlayedStreams, kubectl: Kubectl) -> None:
    cluster.streams = PlayedStreams(End(1, "Internal error occurred: no such program"))
    assert kubectl("exec one -- nope") == Outcome("", "error: Internal error occurred: no such program\n", 1)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            BadRequest("container third is not valid for pod duo"),
            "Error from server (BadRequest): container third is not valid for pod duo\n",
        ),
        (NotRunning('container not found ("main")'), 'error: container not found ("main")\n'),
    ],
    ids=["refused", "not-running"],
)
def test_tells_why_there_is_no_stream(
    cluster: Cluster, streams: PlayedStreams, kubectl: Kubectl, error: Exception, told: str
) -> None:
    cluster.streams = PlayedStreams(error=error)
    assert kubectl("exec duo -c third -- ls") == Outcome("", told, 1)


@pytest.mark.parametrize(
    ("words", "container", "told"),
    [
        ("exec duo -- ls", "first", 'Defaulted container "first" out of: first, second\n'),
        ("exec duo -q -- ls", "first", ""),
        ("exec duo -c second -- ls", "second", ""),
    ],
)
def test_chooses_a_container(streams: PlayedStreams, kubectl: Kubectl, words: str, container: str, told: str) -> None:
    assert kubectl(words).stderr == told + "err\n"
    assert streams.calls[0][2] == container


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("exec", "error: pod, type/name or --filename must be specified\n"),
        ("exec -- ls", "error: pod, type/name or --filename must be specified\n"),
        ("exec one", "error: you must specify at least one command for the container\n"),
        ("exec one --", "error: you must specify at least one command for the container\n"),
        ("exec one ls", UNSUPPORTED + HINT),
        ("exec -f foo one", UNSUPPORTED + HINT),
        ("exec one --pod-running-timeout=-1s -- ls", "error: --pod-running-timeout must be higher than zero\n" + HINT),
        ("exec nope -- ls", 'Error from server (NotFound): pods "nope" not found\n'),
        ("exec done -- ls", "error: cannot exec into a container in a completed pod; current phase is Succeeded\n"),
        ("exec namespace/default -- ls", "error: cannot attach to *v1.Namespace: selector for *v1.Namespace not implemented\n"),
    ],
)
def test_refuses(streams: PlayedStreams, kubectl: Kubectl, words: str, told: str) -> None:
    assert kubectl(words) == Outcome("", told, 1)


def test_terminal_needs_a_terminal(streams: PlayedStreams, kubectl: Kubectl) -> None:
    outcome = kubectl("exec -it one -- sh", "typed")
    assert outcome.stderr == "Unable to use a TTY - input is not a terminal or the right kind of file\nerr\n"
    assert streams.calls[0][-2:] == (True, False)


def test_takes_the_most_usable_pod_of_a_service(cluster: Cluster, streams: PlayedStreams, kubectl: Kubectl) -> None:
    for name in ("a", "b", "c"):
        create_pod(cluster, name, labels={"app": "x"})
    set_status(cluster, "c")
    spec = {"selector": {"app": "x"}, "ports": [{"port": 80}]}
    cluster.create("", "services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": spec}, "default")
    kubectl("exec svc/x -- ls")
    assert streams.calls[0][1] == "c"
