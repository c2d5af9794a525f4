"""Walk-through 8: labels: shown, set, changed, chosen by, and mistyped."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import REAL_KUBECTL
from tests.e2e.shell import Shell, read_table

SERVER_SAYS = 'Error from server (BadRequest): error when creating "{file}": Pod in version "v1" cannot be handled as a Pod: strict decoding error: '


@pytest.fixture(scope="module", autouse=True)
def pods(cluster: Shell) -> None:
    """Three pods: `plain`, `tmp-nginx` with one label, and the manifest's."""
    cluster.out("kubectl run tmp-nginx --image=nginx --labels=app=crane")
    cluster.out("kubectl run plain --image=nginx")
    assert cluster.out("kubectl create -f crane-labels.yaml") == "pod/crane-manual-v2 created\n"
    assert cluster.out("kubectl label po tmp-nginx env=local") == "pod/tmp-nginx labeled\n"


def test_all_labels_of_each(cluster: Shell) -> None:
    rows = {row["NAME"]: row["LABELS"] for row in read_table(cluster.out("kubectl get po --show-labels"))}
    assert rows == {
        "crane-manual-v2": "created_method=manual,env=prod",
        "plain": "run=plain",
        "tmp-nginx": "app=crane,env=local",
    }


def test_some_labels_as_columns(cluster: Shell) -> None:
    rows = read_table(cluster.out("kubectl get po -L created_method,env"))
    shown = {row["NAME"]: (row["CREATED_METHOD"], row["ENV"]) for row in rows}
    assert shown == {"crane-manual-v2": ("manual", "prod"), "plain": ("", ""), "tmp-nginx": ("", "local")}


def test_a_label_is_changed_only_on_purpose(cluster: Shell) -> None:
    refused = "error: 'env' already has a value (prod), and --overwrite is false\n"
    assert cluster.fail("kubectl label po crane-manual-v2 env=debug") == refused
    assert cluster.out("kubectl label po crane-manual-v2 env=debug --overwrite") == "pod/crane-manual-v2 labeled\n"
    assert cluster.out("kubectl get po crane-manual-v2 -o jsonpath={.metadata.labels.env}") == "debug"
    assert cluster.out("kubectl label po crane-manual-v2 env=prod --overwrite") == "pod/crane-manual-v2 labeled\n"


@pytest.mark.parametrize(
    "selector, names",
    [
        ("created_method=manual", "crane-manual-v2"),
        ("env", "crane-manual-v2 tmp-nginx"),
        ("!env", "plain"),
        ("created_method!=manual", "plain tmp-nginx"),
        ("env in (prod,debug)", "crane-manual-v2"),
        ("env notin (prod,debug)", "plain tmp-nginx"),
        ("app=crane,env=local", "tmp-nginx"),
    ],
)
def test_pods_are_chosen_by_label(cluster: Shell, selector: str, names: str) -> None:
    assert [row["NAME"] for row in read_table(cluster.out(f"kubectl get po -l '{selector}'"))] == names.split()


def test_nothing_chosen(cluster: Shell) -> None:
    outcome = cluster.run("kubectl get po -l app=crane,env=debug")
    assert (outcome.stdout, outcome.stderr, outcome.code) == ("", "No resources found in default namespace.\n", 0)


MISTAKES = [
    (
        "crane-typos.yaml",
        "error: error parsing crane-typos.yaml: error converting YAML to JSON: yaml: line 12: mapping values are not allowed in this context\n",
        'line 11: did you mean "- image"?\n',
    ),
    (
        "crane-typos-2.yaml",
        SERVER_SAYS.format(file="crane-typos-2.yaml") + 'unknown field "metadata.lables", unknown field "sepc"\n',
        'did you mean "labels"?\ndid you mean "spec"?\n',
    ),
    (
        "crane-typos-3.yaml",
        SERVER_SAYS.format(file="crane-typos-3.yaml") + 'unknown field "spec.-image"\n',
        'did you mean "- image"?\n',
    ),
]


@pytest.mark.parametrize("file, error, hint", MISTAKES, ids=["no YAML", "two fields", "a dash without space"])
def test_slips_of_the_pen(cluster: Shell, file: str, error: str, hint: str) -> None:
    assert cluster.fail(f"kubectl create -f {file}") == error
    shown = cluster.on_terminal(f"kubectl create -f {file}")
    assert (shown.stdout, shown.code) == (error + ("" if REAL_KUBECTL else hint), 1)  # the hints are ours


def test_a_verb_that_is_none(cluster: Shell) -> None:
    said = 'error: unknown command "labels" for "kubectl"\n\nDid you mean this?\n\tlabel\n'
    assert cluster.fail("kubectl labels po plain env=prod") == said
