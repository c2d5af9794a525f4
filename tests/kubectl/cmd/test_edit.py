"""edit: the editor is a command that changes the file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from minikube_py.cli_runtime.editor import find_editor, make_command
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

STORED = re.compile(r'"/[^"]*/kubectl-edit-\d+\.(yaml|json)"')


@pytest.fixture
def edit(kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kubectl:
    """Runs a command line whose first word is the editor's script: lines of sed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert kubectl("create cm words --from-literal=a=one").code == 0

    def run(words: str | Sequence[str], stdin: str | bytes = "", *, terminal: bool = False) -> Outcome:
        script, *rest = list(words)
        monkeypatch.setenv("KUBE_EDITOR", f"sed -i '{script}'" if script else "true")
        outcome = kubectl(rest, stdin, terminal=terminal)
        return outcome._replace(stderr=STORED.sub("<file>", outcome.stderr))

    return run


@pytest.mark.parametrize(
    ("script", "words", "outcome"),
    [
        ("s/one/two/", ["cm", "words"], Outcome("configmap/words edited\n", "", 0)),
        (
            "s/one/two/",
            ["cm/words", "-o", "name"],
            Outcome(
                "",
                'error: unable to match a printer suitable for the output format "name", allowed formats are: json,yaml\n',
                1,
            ),
        ),
        ("", ["cm/words"], Outcome("", "Edit cancelled, no changes made.\n", 0)),
        (
            "s/one/two/",
            ["cm/words", "--output-patch"],
            Outcome('Patch: {"data":{"a":"two"}}\nconfigmap/words edited\n', "", 0),
        ),
        (
            "s/^kind:.*/kind: [/",
            ["cm/words"],
            Outcome(
                "",
                'error: configmaps "words" is invalid\nA copy of your changes has been stored to <file>\n'
                "error: Edit cancelled, no valid changes were saved.\n",
                1,
            ),
        ),
        (
            "s/name: words/name: verbs/",
            ["cm/words"],
            Outcome(
                "",
                "A copy of your changes has been stored to <file>\nerror: At least one of apiVersion, kind and name was changed\n",
                1,
            ),
        ),
        ("", ["cm/nope"], Outcome("", 'Error from server (NotFound): configmaps "nope" not found\n', 1)),
    ],
)
def test_edit(edit: Kubectl, cluster: Cluster, script: str, words: list[str], outcome: Outcome) -> None:
    assert edit([script, "edit", *words]) == outcome
    assert cluster.get("configmaps", "words")["data"] == {"a": "two" if outcome.stdout else "one"}


def test_what_the_server_rejects_comes_back_with_its_reasons(edit: Kubectl, tmp_path: Path) -> None:
    outcome = edit(["s/^data:/immutable: true\\ndata:/", "edit", "cm", "words"])
    assert outcome == Outcome("configmap/words edited\n", "", 0)
    outcome = edit(["s/a: one/a: two/", "edit", "cm", "words"])
    assert outcome.stderr.splitlines() == [
        'error: configmaps "words" is invalid',
        "A copy of your changes has been stored to <file>",
        "error: Edit cancelled, no valid changes were saved.",
    ]
    (kept,) = tmp_path.glob("kubectl-edit-*")
    assert '# configmaps "words" was not valid:\n# * data: Forbidden: field is immutable' in kept.read_text()


def test_as_json(edit: Kubectl, cluster: Cluster) -> None:
    outcome = edit(["s/one/three/", "edit", "cm", "words", "-o", "json"])
    assert json.loads(outcome.stdout)["data"] == {"a": "three"}


def test_several_in_one_file(edit: Kubectl) -> None:
    assert edit(["", "create", "cm", "other"]).code == 0
    outcome = edit(["s/a: one/a: four/", "edit", "cm/words", "cm/other"])
    assert outcome.stdout == "configmap/words edited\nconfigmap/other skipped\n"


def test_create_what_was_edited(edit: Kubectl, cluster: Cluster) -> None:
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fresh}\ndata: {a: draft}\n"
    Path("fresh.yaml").write_text(manifest)
    assert edit(["s/draft/final/", "create", "--edit", "-f", "fresh.yaml"]) == Outcome("configmap/fresh created\n", "", 0)
    assert cluster.get("configmaps", "fresh")["data"] == {"a": "final"}


@pytest.mark.parametrize("editor", ["false", "/no/such/editor"])
def test_an_editor_that_fails(kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch, editor: str) -> None:
    assert kubectl("create cm words").code == 0
    monkeypatch.setenv("KUBE_EDITOR", editor)
    assert kubectl("edit cm words") == Outcome("", f'error: there was a problem with the editor "{editor}"\n', 1)


@pytest.mark.parametrize(
    ("editor", "command"),
    [
        ("vi", ["vi", "f"]),
        ("code --wait", ["code", "--wait", "f"]),
        ("sed -i 's/a b/c/'", ["/bin/sh", "-c", "sed -i 's/a b/c/' \"f\""]),
    ],
)
def test_command(editor: str, command: list[str]) -> None:
    assert make_command(editor, "f", "/bin/sh") == command


def test_which_editor() -> None:
    assert find_editor({"EDITOR": "nano", "KUBE_EDITOR": "emacs"}) == "emacs"
    assert find_editor({"EDITOR": "nano"}) == "nano"
