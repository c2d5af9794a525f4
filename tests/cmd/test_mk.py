"""What the command line's main does around every verb: --profile, --warnings-as-errors, help of groups."""

from __future__ import annotations

import json
import os
import pstats
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from minikube_py.cmd.mk import run
from minikube_py.storage.sqlite import Store
from tests.verbs import Listed, list_verbs

ENDPOINTS = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "web"}}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state file, and a kubeconfig that leads to it."""
    home = tmp_path / "home" / "test"
    home.mkdir(parents=True)
    Store(home / "state.db", create=True).close()
    extension = {"name": "minikube-py.dev/state", "extension": {"path": str(home / "state.db")}}
    config = {
        "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1", "extensions": [extension]}}],
        "contexts": [{"name": "c", "context": {"cluster": "c"}}],
    }
    (tmp_path / "config").write_text(json.dumps(config))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("MINIKUBE_PY_HOME", str(tmp_path / "home"))


def test_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "profile"
    assert run(["version", "--client", "--profile=cpu", f"--profile-output={path}"]) == 0
    assert pstats.Stats(str(path)).total_calls > 0  # type: ignore[attr-defined]
    assert run(["version", "--client", "--profile=heap"]) == 0
    assert "--profile=heap measures Go's runtime" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        (["--profile=x"], "error: unknown profile 'x'\n"),
        (["--profile="], "error: unknown profile ''\n"),
        (["--profile=cpu", "--profile-output=/no/x"], "error: open /no/x: no such file or directory\n"),
        (
            ["--vmodule=a=b"],
            'error: invalid argument "a=b" for "--vmodule" flag: syntax error: expect comma-separated list of filename=N\n'
            "See 'kubectl version --help' for usage.\n",
        ),
        (
            ["--log-flush-frequency=5"],
            'error: invalid argument "5" for "--log-flush-frequency" flag: parse error\n'
            "See 'kubectl version --help' for usage.\n",
        ),
    ],
)
def test_wrong_values(flags: list[str], error: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["version", "--client", *flags]) == 1
    assert capsys.readouterr().err == error


@pytest.mark.usefixtures("cluster")
def test_warnings_as_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["get", "endpoints"]) == 0
    warned = capsys.readouterr().err
    assert warned.startswith("Warning: v1 Endpoints is deprecated")
    assert run(["get", "endpoints", "--warnings-as-errors"]) == 1
    assert capsys.readouterr().err == warned + "error: 1 warning received\n"
    assert run(["get", "configmaps", "--warnings-as-errors"]) == 0


@pytest.mark.parametrize(("group", "on_stderr"), [("set", True), ("rollout", False), ("plugin", True)])
def test_a_bare_group_shows_its_help_and_fails(group: str, on_stderr: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([group]) == 1
    out, err = capsys.readouterr()
    assert ("Available Commands" in err, "Available Commands" in out) == (on_stderr, not on_stderr)
    assert run([group, "--help"]) == 0
    assert "Available Commands" in capsys.readouterr().out


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", "rollout", "undo"]) == 0
    by_name = capsys.readouterr().out
    assert run(["rollout", "undo", "--help"]) == 0
    assert capsys.readouterr().out == by_name
    assert run(["help", "nonsense"]) == 0
    assert capsys.readouterr().err.startswith("Unknown help topic [`nonsense`]\n")


@pytest.mark.parametrize(
    ("word", "meant"), [("gt", ["set", "get", "cp"]), ("rol", ["run", "rollout", "top"]), ("nonsense", [])]
)
def test_what_was_meant(word: str, meant: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([word]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f'error: unknown command "{word}" for "kubectl"'
    assert [line.strip() for line in lines[3:]] == meant


@pytest.mark.parametrize("line", ["stop foo", "start foo", "status foo", "cluster list foo", "minikube ip foo"])
def test_verbs_of_clusters_refuse_what_they_do_not_take(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split()) == 1
    path = line.removesuffix(" foo")
    assert capsys.readouterr().err == f"error: Unexpected args: [foo]\nSee 'mk {path} -h' for help and examples\n"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--foo"], "error: unknown flag: --foo\nSee 'kubectl --help' for usage.\n"),
        (["-n"], "error: flag needs an argument: 'n' in -n\nSee 'kubectl --help' for usage.\n"),
        (["rollout", "-x"], "error: unknown shorthand flag: 'x' in -x\nSee 'kubectl rollout --help' for usage.\n"),
        (["config", "--foo", "x"], "error: unknown flag: --foo\nSee 'kubectl config --help' for usage.\n"),
        (["rollout", "stat"], "error: unknown command \"stat\"\nSee 'kubectl rollout -h' for help and examples\n"),
        (["gett"], 'error: unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tset\n\tget\n'),
        (["x", "--help"], 'error: unknown command "x" for "kubectl"\n\nDid you mean this?\n\tcp\n'),
        (["-n", "x", "gett"], "Error: flags cannot be placed before plugin name: -n\n"),
    ],
    ids=" ".join,
)
def test_words_that_lead_nowhere(words: list[str], error: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 1
    assert tuple(capsys.readouterr()) == ("", error)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["certificate"], "Decides about"),
        (["-n", "x"], "mk is a Kubernetes cluster"),
        (["-h", "foo"], "mk is a Kubernetes cluster"),
        (["rollout", "--help"], "mk rollout"),
        (["help", "rollout", "status"], "mk rollout status"),
    ],
    ids=" ".join,
)
def test_help_that_goes_well(words: list[str], shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 0
    out, error = capsys.readouterr()
    assert shown in out
    assert not error


@pytest.mark.parametrize("listed", list_verbs(), ids=lambda listed: str(listed.path))
def test_every_verb_shows_its_page(listed: Listed, capsys: pytest.CaptureFixture[str]) -> None:
    """By --help, by -h and by `mk help VERB`, with every flag that it does not hide."""
    pages = []
    for words in ([*listed.path.split(), "--help"], [*listed.path.split(), "-h"], ["help", *listed.path.split()]):
        assert run(words) == 0
        pages.append(capsys.readouterr().out)
    assert pages[0] == pages[1] == pages[2]
    assert all(f"--{flag.name}" in pages[0] for flag in listed.verb.flags if not flag.hidden)
    assert f"mk {listed.path}" in pages[0]


def test_ends_with_its_reader() -> None:
    """As kubectl does: by the signal, so that `set -o pipefail` sees 141."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run([sys.executable, "-m", "minikube_py.cmd.mk", "completion", "bash"], stdout=writing, check=False)
    finally:
        os.close(writing)
    assert done.returncode == -signal.SIGPIPE
