"""attach: joining a container's own process."""

from __future__ import annotations

import pytest

from minikube_py.client.streams import STDOUT, End, Output
from minikube_py.kubectl.attaching import Attachment, tell_reattachment
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome
from tests.kubectl.cmd.pods import PlayedStreams, create_pod, set_status

HINT = "If you don't see a command prompt, try pressing enter.\n"


@pytest.fixture
def streams(cluster: Cluster) -> PlayedStreams:
    """Streams that tick; pods `one`, `duo` of two containers, and `done`, which has ended."""
    for name, containers in (("one", ["main"]), ("duo", ["first", "second"]), ("done", ["main"])):
        create_pod(cluster, name, containers)
        set_status(cluster, name, "Failed" if name == "done" else "Running")
    cluster.streams = PlayedStreams(Output(STDOUT, b"tick\n"), End(3))
    return cluster.streams


@pytest.mark.parametrize(
    ("words", "told", "container"),
    [
        ("attach one", HINT, "main"),
        ("attach pod one -q", "", "main"),
        ("attach duo", 'Defaulted container "first" out of: first, second\n' + HINT, "first"),
        ("attach duo -c second", HINT, "second"),
        ("attach one -it", "error: Unable to use a TTY - container main did not allocate one\n" + HINT, "main"),
    ],
)
def test_joins_until_the_container_ends(
    streams: PlayedStreams, kubectl: Kubectl, words: str, told: str, container: str
) -> None:
    assert kubectl(words) == Outcome("tick\n", told, 0)  # attach does not tell the container's exit code
    assert streams.calls[0][2] == container


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("attach", "error: at least 1 argument is required for attach\n"),
        ("attach a b c", "error: expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw 3: [a b c]\n"),
        ("attach one -c nope", "error: cannot attach to the container: container nope not found in pod one\n"),
        ("attach nope", 'Error from server (NotFound): pods "nope" not found\n'),
        ("attach done", "error: cannot attach a container in a completed pod; current phase is Failed\n"),
        ("attach x y", 'error: the server doesn\'t have a resource type "x"\n'),
    ],
)
def test_refuses(streams: PlayedStreams, kubectl: Kubectl, words: str, told: str) -> None:
    assert kubectl(words) == Outcome("", told, 1)


RESUME = "Session ended, resume using 'kubectl attach web -c main -i -t' command when the pod is running"
REJOIN = (
    "Session ended, the ephemeral container will not be restarted but may be reattached using "
    "'kubectl attach web -c dbg -i -t' if it is still running"
)


@pytest.mark.parametrize(
    ("container", "policy", "quiet", "expected"),
    [
        ("main", "Always", False, RESUME),
        ("dbg", "Always", False, REJOIN),
        ("main", "Never", False, ""),
        ("main", "Always", True, ""),
    ],
    ids=["goes on", "ephemeral", "ends", "quiet"],
)
def test_who_leaves_a_terminal_is_told_how_to_come_back(container: str, policy: str, quiet: bool, expected: str) -> None:
    spec = {"containers": [{"name": "main"}], "ephemeralContainers": [{"name": "dbg"}], "restartPolicy": policy}
    pod = {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}
    assert tell_reattachment(Attachment(pod, {"name": container}, True, True, quiet)) == expected
