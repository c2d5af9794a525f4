"""diff: what it compares, what it hides, and how it ends."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from minikube_py.kubectl.diff_folders import make_command
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

# prints each file of both folders, how they may be read, and ends as a diff program does that found differences
SHOW = f"""#!{sys.executable}
import os, sys
for folder in sys.argv[1:3]:
    print("==", os.path.basename(folder).partition("-")[0], oct(os.stat(folder).st_mode & 0o777), sys.argv[3:])
    for name in sorted(os.listdir(folder)):
        print(name)
        print(open(os.path.join(folder, name)).read(), end="")
sys.exit(1)
"""


def box(**data: str) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "box"}, "data": data})


def secret(**data: str) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "hush"}, "data": data})


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that TMPDIR names, and a diff program that shows what it is given."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    program = tmp_path / "show"
    program.write_text(SHOW)
    program.chmod(0o700)
    monkeypatch.setenv("KUBECTL_EXTERNAL_DIFF", str(program))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def data_of(text: str) -> list[str]:
    """Return the lines of `data` in what the program printed, version by version."""
    return [line.strip() for line in text.splitlines() if line.startswith("  ") and "***" in line]


def test_nothing_differs(kubectl: Kubectl) -> None:
    kubectl("apply -f -", box(a="1"))
    assert kubectl("diff -f -", box(a="1")) == Outcome("", "", 0)


def test_something_differs(kubectl: Kubectl, cluster: Cluster) -> None:
    kubectl("apply -f -", box(a="1"))
    before = cluster.get("configmaps", "box")
    outcome = kubectl("diff -f -", box(a="2"))
    assert outcome.code == 1
    assert '-  a: "1"\n+  a: "2"\n' in outcome.stdout
    assert "resourceVersion" not in "".join(line for line in outcome.stdout.splitlines() if line.startswith(("-", "+")))
    assert cluster.get("configmaps", "box") == before


def test_the_folders(kubectl: Kubectl, temporary: Path) -> None:
    outcome = kubectl("diff -f -", box(a="1"))
    live, merged = outcome.stdout.split("== MERGED")
    assert live == "== LIVE 0o700 []\nv1.ConfigMap.default.box\n"
    assert merged.startswith(' 0o700 []\nv1.ConfigMap.default.box\napiVersion: v1\ndata:\n  a: "1"\nkind: ConfigMap\n')
    assert "managedFields" not in merged
    assert outcome.code == 1
    assert list(temporary.iterdir()) == []


def test_the_folders_go_after_an_error_too(kubectl: Kubectl, temporary: Path) -> None:
    assert kubectl("diff -f -", box(**{"no/key": "1"})).code == 2
    assert list(temporary.iterdir()) == []


def test_files_are_private(kubectl: Kubectl, tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept"
    program = tmp_path / "show"
    program.write_text(f'#!/bin/sh\ncp -Rp "$2" {kept}\n')
    assert kubectl("diff -f -", box(a="1")).code == 0
    (file,) = kept.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize(
    ("now", "live", "merged"),
    [
        ({"k": "b25l"}, ["k: '***'"], ["k: '***'"]),
        ({"k": "dHdv"}, ["k: '*** (before)'"], ["k: '*** (after)'"]),
        ({"k": "b25l", "more": "b25l"}, ["k: '***'"], ["k: '***'", "more: '***'"]),
    ],
    ids=["same", "changed", "more"],
)
def test_secrets_are_hidden(kubectl: Kubectl, temporary: Path, now: dict[str, str], live: list[str], merged: list[str]) -> None:
    kubectl("create -f -", secret(k="b25l"))
    shown = kubectl("diff -f -", secret(**now)).stdout.split("== MERGED")
    assert [data_of(version) for version in shown] == [live, merged]
    assert "b25l" not in "".join(shown)


def test_a_secret_that_is_not_there_is_null(kubectl: Kubectl, temporary: Path) -> None:
    assert "v1.Secret.default.hush\nnull\n== MERGED" in kubectl("diff -f -", secret(k="b25l")).stdout


def test_show_managed_fields(kubectl: Kubectl, temporary: Path) -> None:
    assert "manager: me" in kubectl("diff -f - --show-managed-fields --field-manager me", box(a="1")).stdout


def test_prune_shows_what_would_go(kubectl: Kubectl) -> None:
    kubectl("apply -f -", box(a="1"))
    other = box(a="1").replace("box", "other")
    outcome = kubectl("diff -f - --prune --prune-allowlist core/v1/ConfigMap", other)
    assert "LIVE" in outcome.stdout
    assert "-  name: box\n" in outcome.stdout
    assert "+  name: other\n" in outcome.stdout


def test_server_side_conflicts(kubectl: Kubectl) -> None:
    kubectl("apply --server-side -f -", box(a="1"))
    refused = kubectl("diff --server-side --field-manager other -f -", box(a="2"))
    assert 'Error from server (Conflict): Apply failed with 1 conflict: conflict with "kubectl"' in refused.stderr
    assert refused.code == 2
    assert kubectl("diff --server-side --force-conflicts --field-manager other -f -", box(a="2")).code == 1


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("diff", "error: must specify one of -f and -k\n"),
        ("diff a b", "error: Unexpected args: [a b]\nSee 'kubectl diff -h' for help and examples\n"),
        ("diff --nope", "error: unknown flag: --nope\nSee 'kubectl diff -h' for help and examples\n"),
        ("diff -f x.yaml", 'error: the path "x.yaml" does not exist\n'),
        ("diff -f x.yaml --force-conflicts", "error: --force-conflicts only works with --server-side\n"),
    ],
)
def test_errors_exit_with_2(kubectl: Kubectl, words: str, error: str) -> None:
    assert kubectl(words) == Outcome("", error, 2)


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("no-such-diff", 'error: failed to run "no-such-diff": exec: "no-such-diff": executable file not found in $PATH\n'),
        ("diff --nope", 'error: failed to run "diff": exit status 2\n'),
    ],
)
def test_a_program_that_fails(kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch, program: str, error: str) -> None:
    monkeypatch.setenv("KUBECTL_EXTERNAL_DIFF", program)
    outcome = kubectl("diff -f -", box(a="1"))
    assert outcome.stderr.endswith(error)
    assert outcome.code == 2


@pytest.mark.parametrize(
    ("external", "command"),
    [
        ("", ["diff", "-u", "-N", "l", "m"]),
        ("colordiff", ["colordiff", "l", "m"]),
        ("colordiff -N -u --width=80", ["colordiff", "l", "m", "-N", "-u", "--width=80"]),
        ("diff ;rm $HOME a|b -q", ["diff", "l", "m", "-q"]),
    ],
    ids=["default", "alone", "options", "no shell"],
)
def test_commands(external: str, command: list[str]) -> None:
    assert make_command(external, "l", "m") == command
