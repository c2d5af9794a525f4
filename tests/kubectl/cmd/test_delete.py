"""delete: which objects go, what is printed, and how long it waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from minikube_py.client.request import MERGE_PATCH, Request
from minikube_py.component_base.clock import FakeClock
from minikube_py.component_base.poke import Listener
from tests.kubectl.cmd.conftest import Cluster, Kubectl

MISSING = """error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'
"""


@pytest.fixture
def filled(kubectl: Kubectl) -> Kubectl:
    """Two config maps, of which one is labelled, and a secret."""
    for words in (
        "create configmap one --from-literal=a=1",
        "create configmap two",
        "create secret generic one",
        "label configmap one color=blue",
    ):
        assert kubectl(words).code == 0
    return kubectl


@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        ("delete configmap one", 'configmap "one" deleted\n'),
        ("delete cm one two", 'configmap "one" deleted\nconfigmap "two" deleted\n'),
        ("delete cm/two secret/one", 'configmap "two" deleted\nsecret "one" deleted\n'),
        ("delete cm,secret --all", 'configmap "one" deleted\nconfigmap "two" deleted\nsecret "one" deleted\n'),
        ("delete cm -l color=blue", 'configmap "one" deleted\n'),
        ("delete cm -l color=red", "No resources found\n"),
        ("delete cm --field-selector metadata.name=two", 'configmap "two" deleted\n'),
        ("delete cm one -o name", "configmap/one\n"),
        ("delete cm one --dry-run=client", 'configmap "one" deleted (dry run)\n'),
        ("delete cm one --dry-run=server", 'configmap "one" deleted (server dry run)\n'),
        ("delete cm nope --ignore-not-found", ""),
        ("delete cm --all -A", 'configmap "one" deleted\nconfigmap "two" deleted\n'),
    ],
    ids=lambda value: value if value.startswith("delete") else "",
)
def test_deleted(filled: Kubectl, words: str, stdout: str) -> None:
    outcome = filled(words)
    assert (outcome.stdout, outcome.stderr, outcome.code) == (stdout, "", 0)
    if "dry-run" in words:
        assert filled("get cm one").code == 0
    elif "one" in stdout:
        assert filled("get cm one").code == (0 if 'configmap "one"' not in stdout and "configmap/one" not in stdout else 1)


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("delete", MISSING),
        ("delete cm", "error: resource(s) were provided, but no name was specified\n"),
        ("delete cm nope", 'Error from server (NotFound): configmaps "nope" not found\n'),
        ("delete cm one -l a=b", "error: name cannot be provided when a selector is specified\n"),
        ("delete cm/one --all", "error: selectors and the all flag cannot be used when passing resource/name arguments\n"),
        ("delete cm one -A", "error: a resource cannot be retrieved by name across all namespaces\n"),
        ("delete unicorn x", 'error: the server doesn\'t have a resource type "unicorn"\n'),
        ("delete cm one --cascade=up", 'error: invalid cascade value (up). Must be "background", "foreground", or "orphan"\n'),
        ("delete cm one --now --grace-period=5", "error: --now and --grace-period cannot be specified together\n"),
        ("delete cm one --now --force", "error: --force and --grace-period greater than 0 cannot be specified together\n"),
        ("delete cm one -o yaml", "error: unexpected -o output mode: yaml. We only support '-o name'\n"),
        ("delete -f none.yaml", 'error: the path "none.yaml" does not exist\n'),
        (
            "delete cm -l 'a in b'",
            'Error from server (BadRequest): Unable to find "/v1, Resource=configmaps" that match label selector "a in b", '
            "field selector \"\": unable to parse requirement: found 'b' expected: '('\n",
        ),
    ],
)
def test_refused(filled: Kubectl, words: str, stderr: str) -> None:
    outcome = filled(words)
    assert (outcome.stdout, outcome.stderr, outcome.code) == ("", stderr, 1)


def test_going_on_after_one_that_is_missing(filled: Kubectl) -> None:
    outcome = filled("delete cm nope two neither")
    lines = 'Error from server (NotFound): configmaps "{}" not found\n'
    assert outcome.stdout == 'configmap "two" deleted\n'
    assert outcome.stderr == lines.format("nope") + lines.format("neither")
    assert outcome.code == 1


def test_force(filled: Kubectl) -> None:
    outcome = filled("delete cm one --force")
    assert outcome.stdout == 'configmap "one" force deleted\n'
    assert outcome.stderr.startswith("Warning: Immediate deletion does not wait for confirmation")


def test_cluster_scoped_objects_are_outside_of_the_namespace(kubectl: Kubectl) -> None:
    assert kubectl("create ns demo").code == 0
    outcome = kubectl("delete ns demo -n default --wait=false")
    assert outcome.stdout == 'namespace "demo" deleted\n'
    assert outcome.stderr == "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n"


@pytest.mark.parametrize(("answer", "left"), [("y\n", 1), ("n\n", 0), ("", 0)])
def test_interactive(filled: Kubectl, answer: str, left: int) -> None:
    outcome = filled("delete cm one -i", answer)
    question = "You are about to delete the following 1 resource(s):\nconfigmap/one\nDo you want to continue? (y/n): "
    assert outcome.stdout == question + ('configmap "one" deleted\n' if left else "deletion is cancelled\n")
    assert filled("get cm one").code == left


HOLD = '{"metadata":{"finalizers":["example.com/hold"]}}'


class Impatience(Listener):
    """A wake-up after which more time has passed than anybody waits."""

    clock: FakeClock

    def drain(self) -> bool:
        self.clock.advance(60)
        return super().drain()


def test_waiting_for_what_a_finalizer_holds(filled: Kubectl, cluster: Cluster, tmp_path: Path) -> None:
    assert filled(["patch", "cm", "one", "--type=merge", "-p", HOLD]).code == 0
    Impatience.clock = cluster.clock
    cluster.listen = lambda: Impatience(tmp_path / "pokes", "impatient")
    outcome = filled("delete cm one --timeout=1s")
    assert outcome.stdout == 'configmap "one" deleted\n'
    assert outcome.stderr == "error: timed out waiting for the condition on configmaps/one\n"
    assert filled("delete cm one --wait=false").code == 0


def test_waiting_ends_when_it_is_gone(filled: Kubectl, cluster: Cluster) -> None:
    assert filled(["patch", "cm", "one", "--type=merge", "-p", HOLD]).code == 0
    listen = cluster.listen

    def release() -> Listener:
        release_it = {"metadata": {"finalizers": None}}
        request = Request("patch", "", "v1", "configmaps", "default", "one", body=release_it, content_type=MERGE_PATCH)
        cluster.server.handle(request)
        return listen()

    cluster.listen = release
    assert filled("delete cm one").stdout == 'configmap "one" deleted\n'
    assert filled("get cm one").code == 1


def test_manifests(filled: Kubectl) -> None:
    manifest = '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"%s"}}\n'
    outcome = filled("delete -f -", manifest % "one" + manifest % "nope")
    assert outcome.stdout == 'configmap "one" deleted\n'
    assert outcome.stderr == 'Error from server (NotFound): error when deleting "STDIN": configmaps "nope" not found\n'
