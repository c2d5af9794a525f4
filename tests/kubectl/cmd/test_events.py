"""events: listing, choosing, and following."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minikube_py.cli_runtime.factory import Factory, Streams
from minikube_py.cli_runtime.verb import parse_verb
from minikube_py.component_base.poke import Listener
from minikube_py.kubectl.cmd.events import VERB, run
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome, Stdout

TABLE = """\
LAST SEEN           TYPE      REASON   OBJECT    MESSAGE
60s                 Normal    Said     Pod/web   first
20s                 Warning   Broke    Job/job   odd
10s (x3 over 60s)   Normal    Said     Pod/web   many times
"""


def create_event(cluster: Cluster, name: str, namespace: str = "default", **fields: Any) -> None:
    """Create an event about the pod web."""
    about = {"kind": "Pod", "apiVersion": "v1", "name": "web", "namespace": namespace}
    event = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": name, "namespace": namespace}, "involvedObject": about}
    times = {"firstTimestamp": "2023-11-14T22:12:20Z", "lastTimestamp": "2023-11-14T22:12:20Z"}
    cluster.create("", "events", {**event, "type": "Normal", "reason": "Said", "message": name, **times, **fields}, namespace)


@pytest.fixture
def events(cluster: Cluster) -> Cluster:
    """Three events of different times and types; the clock stands at 22:13:20."""
    create_event(cluster, "later", lastTimestamp="2023-11-14T22:13:10Z", count=3, message="many times\n")
    create_event(cluster, "first")
    failed = {"kind": "Job", "apiVersion": "batch/v1", "name": "job", "namespace": "default"}
    create_event(
        cluster, "odd", type="Warning", reason="Broke", involvedObject=failed, eventTime="2023-11-14T22:13:00.000000Z",
        firstTimestamp=None, lastTimestamp=None, reportingComponent="x", reportingInstance="x", action="x",
    )  # fmt: skip
    return cluster


def test_lists_oldest_first(events: Cluster, kubectl: Kubectl) -> None:
    assert kubectl("events").stdout == TABLE


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("events -o name", ["first", "odd", "later"]),
        ("events --types=Warning -o name", ["odd"]),
        ("events --types=normal,WARNING -o name", ["first", "odd", "later"]),
        ("events --for=pod/web -o name", ["first", "later"]),
        ("events --for job.batch/job -o name", ["odd"]),
        ("events --chunk-size=1 -o name", ["first", "odd", "later"]),
    ],
)
def test_chooses(events: Cluster, kubectl: Kubectl, words: str, names: list[str]) -> None:
    assert kubectl(words) == Outcome("".join(f"event/{name}\n" for name in names), "", 0)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("events -n kube-system", Outcome("", "No events found in kube-system namespace.\n", 0)),
        ("events --for=pod/other", Outcome("", "No events found in default namespace.\n", 0)),
        ("events --types=Odd", Outcome("", "error: valid --types are Normal or Warning\n", 1)),
        ("events --for=web", Outcome("", "error: --for must be in resource/name form\n", 1)),
        ("events --for=a/b/c", Outcome("", "error: arguments in resource/name form may not have more than one slash\n", 1)),
        ("events --for=nope/x", Outcome("", 'the server doesn\'t have a resource type "nope"\n', 1)),
    ],
)
def test_tells(events: Cluster, kubectl: Kubectl, words: str, outcome: Outcome) -> None:
    assert kubectl(words) == outcome


def test_all_namespaces_and_no_headers(events: Cluster, kubectl: Kubectl) -> None:
    create_event(events, "elsewhere", "kube-system", lastTimestamp="2023-11-14T22:13:19Z")
    headings, *rows = [line.split() for line in kubectl("events -A").stdout.splitlines()]
    assert headings == ["NAMESPACE", "LAST", "SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    assert [row[0] for row in rows] == ["default", "default", "default", "kube-system"]
    assert [line.split() for line in kubectl("events -A --no-headers").stdout.splitlines()] == rows


class Ending(Listener):
    """Ends a watch at its second look, as Ctrl-C does."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "ending")
        self._looks = 0

    def drain(self) -> bool:
        self._looks += 1
        if self._looks == 2:
            raise KeyboardInterrupt
        return True


def test_watch_shows_what_comes(events: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    def listen() -> Listener:
        listener = Ending(tmp_path / "pokes")
        create_event(events, "new", message="came")
        return listener

    events.listen = listen
    out = Stdout()
    parsed = parse_verb(VERB, ["--for=pod/web", "--watch", "-o", "name"])
    with pytest.raises(KeyboardInterrupt):
        run(parsed, Factory(events.connect, parsed, Streams(Stdout(), out, Stdout()), events.clock))
    assert out.getvalue() == "event/first\nevent/later\nevent/new\n"
