"""Plugins: which one a command line means, what is told of them, and how they are completed."""

from __future__ import annotations

from pathlib import Path

import pytest

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.verb import find_verb, load_verb
from minikube_py.cmd.mk import run as run_mk
from minikube_py.kubectl.cmd.groups import make_root
from minikube_py.kubectl.completion.plugin_words import complete_plugin
from minikube_py.kubectl.plugins import find_plugin, list_plugins
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome
from tests.kubectl.cmd.conftest import cluster as cluster
from tests.kubectl.cmd.conftest import kubectl as kubectl

NAMES = ("kubectl-foo", "kubectl-foo-bar", "kubectl-foo-bar_baz", "kubectl-create-zap", "kubectl-get")


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of plugins, the only one on PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in NAMES:
        make_program(folder / name)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def make_program(path: Path, text: str = "") -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)


def find(line: str) -> tuple[str, list[str]] | None:
    words = line.split()
    verb, _, _ = find_verb(words, make_root(), load_verb)
    plugin = find_plugin(verb, words)
    return plugin and (Path(plugin.path).name, plugin.words)


@pytest.mark.parametrize(
    ("line", "plugin"),
    [
        ("foo", ("kubectl-foo", [])),
        ("foo a -b", ("kubectl-foo", ["a", "-b"])),
        ("foo --help", ("kubectl-foo", ["--help"])),
        ("foo -x bar", ("kubectl-foo", ["-x", "bar"])),
        ("foo bar", ("kubectl-foo-bar", [])),
        ("foo bar baz", ("kubectl-foo-bar", ["baz"])),
        ("foo bar-baz qux", ("kubectl-foo-bar_baz", ["qux"])),
        ("foo-bar", None),
        ("nope", None),
        ("get", None),
        ("get pods", None),
        ("create zap 1", ("kubectl-create-zap", ["1"])),
        ("create zop", None),
        ("create -f x zap", None),
        ("create deployment zap", None),
        ("", None),
        ("--help", None),
    ],
)
def test_the_longest_name_counts(line: str, plugin: object) -> None:
    assert find(line) == plugin


def test_plugins_below_create_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECTL_ENABLE_CMD_SHADOW", "false")
    assert find("create zap") is None


def test_flags_stand_behind_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CliError) as caught:
        find("-n dev foo")
    assert caught.value.prefix + caught.value.message == "Error: flags cannot be placed before plugin name: -n"
    assert run_mk(["-n", "dev", "foo"]) == 1
    assert capsys.readouterr().err == "Error: flags cannot be placed before plugin name: -n\n"


def test_a_program_that_may_not_be_run_is_no_plugin(programs: Path) -> None:
    (programs / "kubectl-foo").chmod(0o600)
    assert find("foo") is None


def test_list(kubectl: Kubectl, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.mkdir()
    make_program(other / "kubectl-foo")
    (other / "kubectl-text").write_text("")
    monkeypatch.setenv("PATH", f"{programs}:{tmp_path}/nope:{programs}:{other}")
    paths = [*(programs / name for name in sorted(NAMES)), other / "kubectl-foo", other / "kubectl-text"]
    outcome = kubectl("plugin list")
    assert outcome.stdout == "The following compatible plugins are available:\n\n" + "".join(f"{path}\n" for path in paths)
    assert outcome.stderr.splitlines() == [
        f'Unable to read directory "{tmp_path}/nope" from your PATH: open {tmp_path}/nope: no such file or directory. Skipping...',
        '  - warning: kubectl-create-zap overwrites existing command: "kubectl create"',
        '  - warning: kubectl-get overwrites existing command: "kubectl get"',
        f"  - warning: {other}/kubectl-foo is overshadowed by a similarly named plugin: {programs}/kubectl-foo",
        f"  - warning: {other}/kubectl-text identified as a kubectl plugin, but it is not executable",
        "error: 4 plugin warnings were found",
    ]
    assert outcome.code == 1


def test_names_only(kubectl: Kubectl, programs: Path) -> None:
    for name in NAMES[1:]:
        (programs / name).unlink()
    said = "The following compatible plugins are available:\n\nkubectl-foo\n"
    assert kubectl("plugin list --name-only") == Outcome(said, "", 0)


def test_one_warning(kubectl: Kubectl, programs: Path) -> None:
    for name in NAMES[:-1]:
        (programs / name).unlink()
    assert kubectl("plugin list").stderr.endswith("\nerror: one plugin warning was found\n")


def test_none(kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert kubectl("plugin list") == Outcome("", "error: unable to find any kubectl plugins in your PATH\n", 1)
    assert list_plugins().paths == []


def test_names_are_offered(kubectl: Kubectl, cluster: Cluster) -> None:
    offered = kubectl(["__complete", "fo"]).stdout
    assert offered == "foo\tThe command foo is a plugin installed by the user\n:4\n"
    assert kubectl(["__complete", "foo", "b"]).stdout == (
        "bar\tThe command bar is a plugin installed by the user\n"
        "bar-baz\tThe command bar-baz is a plugin installed by the user\n:0\n"
    )


def test_a_plugins_own_completer(programs: Path) -> None:
    make_program(programs / "kubectl_complete-foo-bar_baz", 'printf "%s\\n" "$@" "one\twhat it means" "" :2')
    offer = complete_plugin(["foo", "bar-baz", "-x"], "o")
    assert offer is not None
    assert offer.words == [("-x", ""), ("o", ""), ("one", "what it means")]
    assert offer.directive == 2


@pytest.mark.parametrize(("before", "known"), [(["nope"], False), (["-n", "foo"], False), (["foo"], True), ([], False)])
def test_what_is_no_plugin_is_not_completed(before: list[str], known: bool) -> None:
    assert (complete_plugin(before, "") is not None) is known
