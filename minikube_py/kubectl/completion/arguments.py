"""What may stand as an argument of each verb, and as the value of each flag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Source = Callable[["Factory", Sequence[str], str], list[str]]
"""Given the arguments that stand before and the word as far as it is typed, returns candidates."""

FORMATS = ("json", "yaml", "name", "go-template", "go-template-file", "jsonpath", "jsonpath-file", "custom-columns", "wide")


def list_types(factory: Factory) -> list[str]:
    """Return the types of object that can be listed."""
    return sorted({info.plural for info in factory.discovery.list_all() if not info.verbs or "list" in info.verbs})


def list_names(factory: Factory, kind: str) -> list[str]:
    """Return the names of the objects of a type, in the command's namespace."""
    info = factory.discovery.find(kind)
    found = factory.client().list(info.resource, factory.namespace if info.namespaced else "")
    return [item["metadata"]["name"] for item in found["items"]]


def complete_resource(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete `TYPE NAME...` and `TYPE/NAME...`."""
    kind, slash, _ = word.partition("/")
    if slash:
        return [f"{kind}/{name}" for name in list_names(factory, kind)]
    if not before:
        return list_types(factory)
    if "/" in before[0]:
        return [f"{kind}/" for kind in list_types(factory)]
    return [name for name in list_names(factory, before[0]) if name not in before[1:]]


def complete_one_resource(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete `TYPE NAME`, with nothing behind it but what the verb itself takes."""
    return complete_resource(factory, before, word) if len(before) < 2 and not any("/" in b for b in before) else []


def complete_pod(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete one pod, or `TYPE/NAME` of something that has pods."""
    if before:
        return []
    return complete_resource(factory, [], word) if "/" in word else list_names(factory, "pods")


def complete_nodes(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete nodes."""
    return [name for name in list_names(factory, "nodes") if name not in before]


def complete_taint(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete `nodes NAME...`."""
    return complete_nodes(factory, before[1:], word) if before else ["nodes"]


def complete_type(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete one type of object."""
    return [] if before else list_types(factory)


def list_section(section: str) -> Source:
    """Return what completes one name of a kubeconfig's section."""

    def complete(factory: Factory, before: Sequence[str], word: str) -> list[str]:
        return [] if before else [entry["name"] for entry in factory.kubeconfig[section]]

    return complete


def complete_namespace(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete a namespace."""
    return list_names(factory, "namespaces")


def complete_container(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete a container of the pod that stands before."""
    name = before[0].rpartition("/")[2] if before else ""
    info = factory.discovery.find("pods")
    spec = factory.client().get(info.resource, name, factory.namespace)["spec"]
    return [container["name"] for container in [*spec["containers"], *spec.get("initContainers", [])]]


_RESOURCE = ["get", "describe", "delete", "edit", "label", "annotate", "wait"]
_ONE = ["patch", "scale", "expose", "autoscale"]
_ONE += [f"rollout {verb}" for verb in ("history", "pause", "restart", "resume", "status", "undo")]
_ONE += [f"set {verb}" for verb in ("env", "image", "resources", "selector", "serviceaccount", "subject")]
_CONTEXT = ["config use-context", "config delete-context", "config rename-context", "config set-context", "config get-contexts"]

ARGUMENTS: dict[str, Source] = {
    **dict.fromkeys(_RESOURCE, complete_resource),
    **dict.fromkeys(_ONE, complete_one_resource),
    **dict.fromkeys(("logs", "exec", "attach", "port-forward", "cp", "debug"), complete_pod),
    **dict.fromkeys(("cordon", "uncordon", "drain"), complete_nodes),
    **dict.fromkeys(_CONTEXT, list_section("contexts")),
    "config delete-cluster": list_section("clusters"),
    "config set-cluster": list_section("clusters"),
    "config delete-user": list_section("users"),
    "config set-credentials": list_section("users"),
    "taint": complete_taint,
    "explain": complete_type,
    "completion": lambda factory, before, word: [] if before else ["bash", "zsh", "fish", "powershell"],
}
"""By a verb's full name."""

FLAG_VALUES: dict[str, Source] = {
    "namespace": complete_namespace,
    "context": lambda factory, before, word: list_section("contexts")(factory, [], word),
    "cluster": lambda factory, before, word: list_section("clusters")(factory, [], word),
    "user": lambda factory, before, word: list_section("users")(factory, [], word),
    "output": lambda factory, before, word: list(FORMATS),
    "dry-run": lambda factory, before, word: ["none", "client", "server"],
    "container": complete_container,
    "cascade": lambda factory, before, word: ["background", "foreground", "orphan"],
    "validate": lambda factory, before, word: ["strict", "warn", "ignore"],
}
"""By a flag's name."""

FILES = ("filename", "kustomize", "kubeconfig", "certificate-authority", "client-certificate", "client-key", "from-file")
"""Flags whose values the shell completes: names of files."""
