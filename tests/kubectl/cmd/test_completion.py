"""completion: the words that may stand somewhere, and the shells' scripts."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import minikube_py
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

Object = dict[str, Any]


@pytest.fixture(autouse=True)
def objects(cluster: Cluster) -> None:
    """Two pods, one in another namespace, and a node."""
    containers = [{"name": "main", "image": "nginx"}, {"name": "side", "image": "nginx"}]
    for name, namespace in (("web-1", "default"), ("web-2", "default"), ("dns", "kube-system")):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": containers}}
        cluster.create("", "pods", pod, namespace)
    cluster.create("", "nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}})


def ask(kubectl: Kubectl, *words: str) -> list[str]:
    """Return the words offered, without their meanings and the number at the end."""
    lines = kubectl(["__complete", *words]).stdout.splitlines()
    assert lines[-1].startswith(":")
    return [line.partition("\t")[0] for line in lines[:-1]]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["roll"], ["rollout"]),
        (["__comp"], []),
        (["rollout", "re"], ["restart", "resume"]),
        (["get", "configm"], ["configmaps"]),
        (["get", "pods", ""], ["web-1", "web-2"]),
        (["get", "pods", "web-1", "web"], ["web-2"]),
        (["get", "po/w"], ["po/web-1", "po/web-2"]),
        (["-n", "kube-system", "get", "pods", ""], ["dns"]),
        (["get", "pods", "-n", "kube-system", ""], ["dns"]),
        (["get", "pods", "--namespace=kube-system", ""], ["dns"]),
        (["logs", "web"], ["web-1", "web-2"]),
        (["logs", "web-1", ""], ["main", "side"]),
        (["exec", "dep"], ["deployments/"]),
        (["get", "pods,nodes", ""], ["web-1", "web-2", "n1"]),
        (["get", "pods,nod"], ["pods,nodes"]),
        (["get", "deploy"], ["deployments.apps"]),
        (["get", "pods", "-o", "js"], ["json", "jsonpath", "jsonpath-as-json", "jsonpath-file"]),
        (["get", "pods", "-o", "wi"], ["wide"]),
        (["label", "pods", "-o", "wi"], []),
        (["version", "-o", ""], ["json", "yaml"]),
        (["get", "--subresource", ""], ["status", "scale", "resize"]),
        (["cp", "web-1"], ["web-1:"]),
        (["cp", "kube-system/"], ["kube-system/dns:"]),
        (["cp", "./"], []),
        (["scale", ""], ["deployment", "replicaset", "replicationcontroller", "statefulset"]),
        (["rollout", "restart", "de"], ["deployment"]),
        (["set", "image", "pod"], ["pods"]),
        (["top", "node", ""], ["n1"]),
        (["create", "token", ""], ["default"]),
        (["help", "rollout", "re"], ["restart", "resume"]),
        (["zzz", ""], []),
        (["get", "--hel"], ["--help"]),
        (["logs", "web-1", "-c", ""], ["main", "side"]),
        (["drain", ""], ["n1"]),
        (["taint", "nodes", ""], ["n1"]),
        (["get", "-n", "kube"], ["kube-system"]),
        (["get", "--namespace=def"], ["--namespace=default"]),
        (["get", "--watch-o"], ["--watch-only"]),
        (["get", "pods", "--output-", "--output-watch"], ["--output-watch-events"]),
        (["config", "use-context", ""], ["test"]),
        (["config", "use-context", "test", ""], []),
        (["completion", "f"], ["fish"]),
        (["get", "nonsense", ""], []),
        (["get", "pods", "--nonsense", ""], ["web-1", "web-2"]),
    ],
    ids=" ".join,
)
def test_words(kubectl: Kubectl, words: list[str], offered: list[str]) -> None:
    assert ask(kubectl, *words) == offered


def test_flags_that_were_given_are_not_offered_again(kubectl: Kubectl) -> None:
    assert "--watch" in ask(kubectl, "get", "pods", "--w")
    assert "--watch" not in ask(kubectl, "get", "pods", "--watch", "--w")


def test_help_is_only_a_word(kubectl: Kubectl) -> None:
    assert ask(kubectl, "get", "--help", "configm") == ["configmaps"]


@pytest.mark.parametrize(
    ("words", "directive"),
    [
        (["get", "-f", ""], ":0"),
        (["create", "cm", "x", "--from-env-file", ""], ":0"),
        (["exec", "web-1", "--", ""], ":0"),
        (["cp", ""], ":2"),
        (["get", "pods", ""], ":4"),
    ],
    ids=["manifests", "files", "command", "copies", "names"],
)
def test_where_files_are_offered(kubectl: Kubectl, words: list[str], directive: str) -> None:
    assert kubectl(["__complete", *words]).stdout.splitlines()[-1] == directive


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("completion", "Shell not specified."),
        ("completion tcsh", 'Unsupported shell type "tcsh".'),
        ("completion bash zsh", "Too many arguments. Expected only the shell type."),
    ],
)
def test_completion_refuses(kubectl: Kubectl, words: str, message: str) -> None:
    usage = "\nSee 'kubectl completion -h' for help and examples\n"
    assert kubectl(words) == Outcome("", f"error: {message}{usage}", 1)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one(kubectl: Kubectl, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    script = kubectl(f"completion {shell}").stdout
    assert "PROGRAM" not in script
    assert subprocess.run([shell, "-n"], input=script, text=True, capture_output=True, check=False).stderr == ""


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        (["rollout", "res"], "restart resume"),
        (["get", "--output", "=", "ya"], "yaml"),
        (["get", "-o", "jso"], "json jsonpath jsonpath-as-json jsonpath-file"),
    ],
    ids=["verb", "assigned", "value"],
)
def test_bash_completes(kubectl: Kubectl, words: list[str], reply: str) -> None:
    if shutil.which("bash") is None:
        pytest.skip("no bash here")
    line = " ".join(f"'{word}'" for word in ["mk", *words])
    script = kubectl("completion bash").stdout
    script += f'\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; __start_kubectl; echo "${{COMPREPLY[*]}}"\n'
    environment = {**os.environ, "PYTHONPATH": str(Path(minikube_py.__file__).parents[1])}
    outcome = subprocess.run(["bash"], input=script, text=True, capture_output=True, check=False, env=environment)
    assert outcome.stdout == reply + "\n"


def test_every_script_keeps_to_the_protocol(kubectl: Kubectl) -> None:
    """Words are handed to __complete, the one being typed last, even when it is empty; the line `:N` is no word."""
    scripts = {shell: kubectl(f"completion {shell}").stdout for shell in ("bash", "zsh", "fish", "powershell")}
    assert all("__complete" in script and "kubectl" in script for script in scripts.values())
    assert "& 4" in scripts["bash"]
    assert '"$current"' in scripts["fish"]
    assert "Register-ArgumentCompleter -Native -CommandName mk, kubectl" in scripts["powershell"]
    assert "if ($wordToComplete -eq '') { $words += '\"\"' }" in scripts["powershell"]
