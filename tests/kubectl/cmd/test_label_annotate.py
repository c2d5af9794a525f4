"""label and annotate: what they set, and what they refuse."""

from __future__ import annotations

import pytest

from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

WANTED = "error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n"


@pytest.fixture
def maps(kubectl: Kubectl) -> Kubectl:
    """The config maps one and two; one has the label color=blue and the annotation owner=ann."""
    for words in ("create cm one --from-literal=a=1", "create cm two", "label cm one color=blue", "annotate cm one owner=ann"):
        assert kubectl(words).code == 0
    return kubectl


@pytest.mark.parametrize(
    ("words", "stdout", "labels"),
    [
        ("label cm one size=big", "configmap/one labeled\n", {"color": "blue", "size": "big"}),
        ("label cm/one cm/two size=big", "configmap/one labeled\nconfigmap/two labeled\n", {"color": "blue", "size": "big"}),
        ("label cm one color=red --overwrite", "configmap/one labeled\n", {"color": "red"}),
        ("label cm one color=blue", "configmap/one not labeled\n", {"color": "blue"}),
        ("label cm one color-", "configmap/one unlabeled\n", None),
        ("label cm one color- a=b", "configmap/one unlabeled\n", {"a": "b"}),
        ("label cm one color- longer=than-before", "configmap/one labeled\n", {"longer": "than-before"}),
        ("label cm one nothere-", 'label "nothere" not found.\nconfigmap/one not labeled\n', {"color": "blue"}),
        ("label cm --all empty=", "configmap/one labeled\nconfigmap/two labeled\n", {"color": "blue", "empty": ""}),
        ("label cm -l color=blue a=b -o name", "configmap/one\n", {"color": "blue", "a": "b"}),
        ("label cm one a=b --dry-run=client", "configmap/one labeled (dry run)\n", {"color": "blue"}),
        ("label cm one a=b --dry-run=server", "configmap/one labeled (server dry run)\n", {"color": "blue"}),
        ("label cm one --list", "color=blue\n", {"color": "blue"}),
        (
            "label cm one two --list",
            "Listing labels for ConfigMap./one:\n color=blue\nListing labels for ConfigMap./two:\n",
            {"color": "blue"},
        ),
    ],
)
def test_label(maps: Kubectl, cluster: Cluster, words: str, stdout: str, labels: object) -> None:
    assert maps(words) == Outcome(stdout, "", 0)
    assert cluster.get("configmaps", "one")["metadata"].get("labels") == labels


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("label cm one color=red", "error: 'color' already has a value (blue), and --overwrite is false\n"),
        ("label cm one", "error: at least one label update is required\n"),
        ("label", WANTED),
        ("label cm a=b one", "error: all resources must be specified before label changes: one\n"),
        ("label cm one a=b=c", "error: invalid label spec: a=b=c\n"),
        ("label cm one a=b a-", "error: can not both modify and remove a label in the same command\n"),
        ("label cm --all a=b --resource-version=1", "error: --resource-version may only be used with a single resource\n"),
        ("label cm nope a=b", 'Error from server (NotFound): configmaps "nope" not found\n'),
        ("annotate cm one", "error: at least one annotation update is required\n"),
        (
            "annotate cm one owner=ben",
            "error: --overwrite is false but found the following declared annotation(s): 'owner' already has a value (ann)\n",
        ),
        (
            "annotate cm one a=b a-",
            "error: can not both modify and remove the following annotation(s) in the same command: a\n",
        ),
        (
            "annotate cm one a=b --resource-version=1",
            'Error from server (Conflict): Operation cannot be fulfilled on configmaps "one": '
            "the object has been modified; please apply your changes to the latest version and try again\n",
        ),
    ],
)
def test_refused(maps: Kubectl, words: str, stderr: str) -> None:
    assert maps(words) == Outcome("", stderr, 1)


@pytest.mark.parametrize(
    ("words", "annotations"),
    [
        ("annotate cm one note='a = b'", {"owner": "ann", "note": "a = b"}),
        ("annotate cm one owner=ben --overwrite", {"owner": "ben"}),
        ("annotate cm one kubernetes.io/change-cause=x", {"owner": "ann", "kubernetes.io/change-cause": "x"}),
        ("annotate cm one owner-", None),
    ],
)
def test_annotate(maps: Kubectl, cluster: Cluster, words: str, annotations: object) -> None:
    assert maps(words) == Outcome("configmap/one annotated\n", "", 0)
    stored = cluster.get("configmaps", "one")
    assert stored["metadata"].get("annotations") == annotations
    assert "kubectl-annotate" in {entry["manager"] for entry in stored["metadata"]["managedFields"]} or annotations is None


def test_local(maps: Kubectl) -> None:
    manifest = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"away"}}'
    assert maps("label -f - --local a=b -o name", manifest) == Outcome("configmap/away\n", "", 0)
    assert maps("get cm away").code == 1
