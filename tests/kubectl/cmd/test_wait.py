"""wait: conditions, values, creation and deletion, within one timeout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client.request import Request
from minikube_py.kubectl.waiting import parse_condition, split_at_equals
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome
from tests.kubectl.cmd.pods import Impatient, after_listing, create_pod, set_status

MET = "pod/one condition met\n"


@pytest.fixture
def one(cluster: Cluster) -> Cluster:
    """A pod `one` that runs and is ready, and `two`, which is neither."""
    create_pod(cluster, "one", labels={"app": "x"})
    create_pod(cluster, "two", labels={"app": "y"})
    set_status(cluster, "one")
    return cluster


@pytest.mark.parametrize(
    "words",
    [
        "wait --for=condition=Ready pod/one",
        "wait --for condition=ready=TRUE pod one",
        "wait --for=condition=Ready pod -l app=x",
        "wait --for=jsonpath='{.status.phase}'=Running pod/one",
        "wait --for=jsonpath=.status.phase=Running pod/one",
        "wait --for=jsonpath='{.status.phase}' pod/one",
        """wait --for='jsonpath={.status.conditions[?(@.type=="Ready")].status}=True' pod/one""",
        "wait --for=create pod/one",
        "wait --for=condition=Ready pod/one --timeout=0",
    ],
)
def test_what_is_so_already(one: Cluster, kubectl: Kubectl, words: str) -> None:
    assert kubectl(words) == Outcome(MET, "", 0)


def test_output_formats(one: Cluster, kubectl: Kubectl) -> None:
    assert kubectl("wait --for=create pod/one -o name").stdout == "pod/one\n"
    assert kubectl("wait --for=create pod/one -o jsonpath={.status.phase}").stdout == "Running"


def delete(cluster: Cluster, name: str) -> None:
    """Delete a pod at once."""
    options = {"gracePeriodSeconds": 0}
    cluster.server.handle(Request("delete", "", "v1", "pods", "default", name, body=options))


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("wait --for=condition=Ready=false pod/one", lambda c: set_status(c, "one", "Succeeded")),
        ("wait --for=jsonpath={.status.phase}=Failed pod/one", lambda c: set_status(c, "one", "Failed")),
        ("wait --for=delete pod/one", lambda c: delete(c, "one")),
        ("wait --for=delete pod -l app=x", lambda c: delete(c, "one")),
    ],
    ids=["condition", "jsonpath", "delete", "delete-by-label"],
)
def test_what_comes_later(one: Cluster, kubectl: Kubectl, tmp_path: Path, words: str, act: Callable[[Cluster], Any]) -> None:
    after_listing(one, tmp_path, lambda: act(one))
    assert kubectl(words) == Outcome(MET, "", 0)


@pytest.mark.parametrize("words", ["pod/new", "pod new", "pod -l app=new", "pods --all"])
def test_creation_that_comes_later(cluster: Cluster, kubectl: Kubectl, tmp_path: Path, words: str) -> None:
    after_listing(cluster, tmp_path, lambda: create_pod(cluster, "new", labels={"app": "new"}))
    assert kubectl(f"wait --for=create {words}") == Outcome("pod/new condition met\n", "", 0)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("condition=Ready pod/two", Outcome("", "error: timed out waiting for the condition on pods/two\n", 1)),
        ("delete pod/two", Outcome("", "error: timed out waiting for the condition on pods/two\n", 1)),
        ("create pod/nope", Outcome("", "error: timed out waiting for the condition\n", 1)),
        ("condition=Ready pods --all", Outcome(MET, "error: timed out waiting for the condition on pods/two\n", 1)),
        (
            "condition=Ready pod/two pod/one",
            Outcome(
                "", "timed out waiting for the condition on pods/two\ntimed out waiting for the condition on pods/one\n", 1
            ),
        ),
    ],
)
def test_gives_up(one: Cluster, kubectl: Kubectl, tmp_path: Path, words: str, outcome: Outcome) -> None:
    one.listen = lambda: Impatient(tmp_path / "pokes", one.clock)
    assert kubectl(f"wait --for={words}") == outcome


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("wait pod/one", 'error: unrecognized condition: ""\n'),
        ("wait --for=foo pod/one", 'error: unrecognized condition: "foo"\n'),
        ("wait --for=jsonpath= pod/one", "error: jsonpath expression cannot be empty\n"),
        (
            "wait --for=jsonpath={.a}= pod/one",
            "error: jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3\n",
        ),
        (
            "wait --for=jsonpath={.a}=b=c pod/one",
            "error: jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 "
            "or --for=jsonpath='{.status.readyReplicas}'\n",
        ),
        (
            "wait --for=jsonpath={.status}=x pod/one",
            "error: jsonpath leads to a nested object or list which is not supported\n",
        ),
        (
            """wait "--for=jsonpath={.metadata['name','namespace']}=x" pod/one""",
            "error: given jsonpath expression matches more than one value\n",
        ),
        ("wait --for=condition=Ready pod/nope", 'Error from server (NotFound): pods "nope" not found\n'),
        ("wait --for=condition=Ready pods", "error: resource(s) were provided, but no name was specified\n"),
        ("wait --for=condition=Ready pods -l app=nope", "error: no matching resources found\n"),
        ("wait --for=condition=Ready pod/two --timeout=0", "error: condition not met for pods/two\n"),
        ("wait --for=delete pod/two --timeout=0", "error: condition not met for pods/two\n"),
    ],
)
def test_refuses(one: Cluster, kubectl: Kubectl, words: str, told: str) -> None:
    assert kubectl(words) == Outcome("", told, 1)


@pytest.mark.parametrize("words", ["pod/nope", "pods -l app=nope"])
def test_what_is_not_there_is_deleted(one: Cluster, kubectl: Kubectl, words: str) -> None:
    assert kubectl(f"wait --for=delete {words}") == Outcome("", "", 0)


@pytest.mark.parametrize(
    ("observed", "expected"), [({}, True), ({"observedGeneration": 2}, True), ({"observedGeneration": 1}, False)]
)
def test_status_older_than_the_spec_does_not_count(observed: dict[str, int], expected: bool) -> None:
    status = {"conditions": [{"type": "Available", "status": "True"}], **observed}
    obj = {"metadata": {"generation": 2}, "status": status}
    assert parse_condition("condition=available").is_met(obj) is expected


def test_double_equals_signs_belong_to_the_path() -> None:
    assert split_at_equals('{.a[?(@.b=="c")]}=d') == ['{.a[?(@.b=="c")]}', "d"]
