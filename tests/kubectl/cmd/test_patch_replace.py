"""patch and replace."""

from __future__ import annotations

import json

import pytest

from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

STORE = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"store"},"data":{"a":"1","b":"2"}}'


@pytest.fixture
def store(kubectl: Kubectl) -> Kubectl:
    """The config map store with a=1 and b=2."""
    assert kubectl("create -f -", STORE).code == 0
    return kubectl


@pytest.mark.parametrize(
    ("words", "operation", "data"),
    [
        (["-p", '{"data":{"c":"3"}}'], "patched", {"a": "1", "b": "2", "c": "3"}),
        (["-p", "data: {a: null}"], "patched", {"b": "2"}),
        (["--type=merge", "-p", '{"data":{"b":null}}'], "patched", {"a": "1"}),
        (["--type=json", "-p", '[{"op":"remove","path":"/data/a"}]'], "patched", {"b": "2"}),
        (["-p", '{"data":{"a":"1"}}'], "patched (no change)", {"a": "1", "b": "2"}),
        (["-p", '{"data":{"a":"9"}}', "--dry-run=server"], "patched", {"a": "1", "b": "2"}),
        (["-p", '{"data":{"a":"9"}}', "--dry-run=client"], "patched", {"a": "1", "b": "2"}),
    ],
)
def test_patch(store: Kubectl, cluster: Cluster, words: list[str], operation: str, data: object) -> None:
    assert store(["patch", "cm", "store", *words]) == Outcome(f"configmap/store {operation}\n", "", 0)
    assert cluster.get("configmaps", "store")["data"] == data


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        (["patch", "cm", "store"], "error: must specify --patch or --patch-file containing the contents of the patch\n"),
        (
            ["patch", "cm", "store", "-p", "{}", "--type=odd"],
            'error: --type must be one of [json merge strategic], not "odd"\n',
        ),
        (["patch", "cm", "nope", "-p", "{}"], 'Error from server (NotFound): configmaps "nope" not found\n'),
        (
            ["patch", "cm", "store", "--type=json", "-p", '[{"op":"remove","path":"/data/z"}]'],
            "The request is invalid: the server rejected our request due to an error in our request\n",
        ),
        (
            ["patch", "cm", "store", "--patch-file=none"],
            "error: unable to read patch file: open none: no such file or directory\n",
        ),
    ],
)
def test_patch_refused(store: Kubectl, words: list[str], stderr: str) -> None:
    assert store(words) == Outcome("", stderr, 1)


def test_replace(store: Kubectl, cluster: Cluster) -> None:
    before = cluster.get("configmaps", "store")["metadata"]["uid"]
    changed = json.dumps({**json.loads(STORE), "data": {"only": "this"}})
    assert store("replace -f -", changed) == Outcome("configmap/store replaced\n", "", 0)
    stored = cluster.get("configmaps", "store")
    assert (stored["data"], stored["metadata"]["uid"]) == ({"only": "this"}, before)


def test_replace_by_force_makes_it_anew(store: Kubectl, cluster: Cluster) -> None:
    before = cluster.get("configmaps", "store")["metadata"]["uid"]
    assert store("replace --force -f -", STORE) == Outcome('configmap "store" deleted\nconfigmap/store replaced\n', "", 0)
    assert cluster.get("configmaps", "store")["metadata"]["uid"] != before


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("replace", "error: must specify one of -f and -k\n"),
        ("replace -f - --grace-period=3", "error: --grace-period must have --force specified\n"),
        ("replace -f - --force --dry-run=server", "error: --dry-run can not be used when --force is set\n"),
        ("replace -f -", 'Error from server (NotFound): error when replacing "STDIN": configmaps "new" not found\n'),
    ],
)
def test_replace_refused(kubectl: Kubectl, words: str, stderr: str) -> None:
    assert kubectl(words, STORE.replace("store", "new")) == Outcome("", stderr, 1)


def test_an_old_version_is_not_replaced(store: Kubectl, cluster: Cluster) -> None:
    old = cluster.get("configmaps", "store")
    assert store("label cm store touched=yes").code == 0
    outcome = store("replace -f -", json.dumps(old))
    assert outcome.stderr.startswith(
        'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled'
    )
