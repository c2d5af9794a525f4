"""What may stand as an argument of each verb, and as the value of each flag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from minikube_py.apimachinery.errors import StatusError
from minikube_py.client.resources import PODS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Source = Callable[["Factory", Sequence[str], str], list[str]]
"""Given the arguments that stand before and the word as far as it is typed, returns candidates."""

FORMATS: tuple[str, ...] = ("json", "yaml", "name", "go-template", "go-template-file", "template", "templatefile")
FORMATS += ("jsonpath", "jsonpath-as-json", "jsonpath-file")
TABLE_FORMATS = (*FORMATS, "custom-columns", "custom-columns-file", "wide")
WORKLOADS = ("daemonsets", "deployments", "jobs", "pods", "replicasets", "replicationcontrollers", "services", "statefulsets")
"""What has pods, and so logs."""


def list_types(factory: Factory) -> list[str]:
    """Return the types of object that can be listed."""
    return sorted({info.qualified for info in factory.discovery.list_all() if not info.verbs or "list" in info.verbs})


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
        others, comma, _ = word.rpartition(",")
        return [f"{others}{comma}{kind}" for kind in list_types(factory) if kind not in others.split(",")]
    if "/" in before[0]:
        return [f"{kind}/" for kind in list_types(factory)]
    found = dict.fromkeys(name for kind in before[0].split(",") for name in list_names(factory, kind))
    return [name for name in found if name not in before[1:]]


def complete_one_resource(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete `TYPE NAME`, with nothing behind it but what the verb itself takes."""
    return complete_resource(factory, before, word) if len(before) < 2 and not any("/" in b for b in before) else []


def complete_one_of(*kinds: str) -> Source:
    """Return what completes `TYPE NAME` where only some types will do."""

    def complete(factory: Factory, before: Sequence[str], word: str) -> list[str]:
        return complete_one_resource(factory, before, word) if before or "/" in word else list(kinds)

    return complete


def complete_pod(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete one pod, or `TYPE/NAME` of something that has pods."""
    if before:
        return []
    if "/" in word:
        return complete_resource(factory, [], word)
    return [*list_names(factory, "pods"), *(f"{kind}/" for kind in WORKLOADS)]


def complete_log(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete a pod, then one of its containers."""
    return complete_container(factory, before, word) if len(before) == 1 else complete_pod(factory, before, word)


def complete_copy(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete `POD:`, `NAMESPACE/` and `NAMESPACE/POD:`; the shell completes files."""
    namespace, slash, _ = word.partition("/")
    if slash:
        try:
            pods = factory.client().list(PODS, namespace)["items"] if namespace not in ("", ".", "..") else []
        except StatusError:
            return []
        return [f"{namespace}/{pod['metadata']['name']}:" for pod in pods]
    return [*(f"{name}:" for name in list_names(factory, "pods")), *(f"{n}/" for n in list_names(factory, "namespaces"))]


def complete_of(kind: str) -> Source:
    """Return what completes names of one type."""
    return lambda factory, before, word: [name for name in list_names(factory, kind) if name not in before]


def complete_taint(factory: Factory, before: Sequence[str], word: str) -> list[str]:
    """Complete `nodes NAME...`."""
    return complete_of("nodes")(factory, before[1:], word) if before else ["node"]


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
_RESOURCE += ["apply view-last-applied", "apply edit-last-applied"]
_ROLLED = complete_one_of("daemonset", "deployment", "statefulset")
_SCALED = complete_one_of("deployment", "replicaset", "replicationcontroller", "statefulset")
_TEMPLATED = complete_one_of(
    "cronjobs", "daemonsets", "deployments", "pods", "replicasets", "replicationcontrollers", "statefulsets"
)
_CONTEXT = ["config use-context", "config delete-context", "config rename-context", "config set-context", "config get-contexts"]

ARGUMENTS: dict[str, Source] = {
    **dict.fromkeys(_RESOURCE, complete_resource),
    "patch": complete_one_resource,
    "debug": complete_pod,
    **dict.fromkeys((f"rollout {verb}" for verb in ("history", "restart", "status", "undo")), _ROLLED),
    **dict.fromkeys(("rollout pause", "rollout resume"), complete_one_of("deployment")),
    **dict.fromkeys((f"set {verb}" for verb in ("env", "image", "resources", "serviceaccount")), _TEMPLATED),
    "set selector": complete_one_of("service"),
    "set subject": complete_one_of("clusterrolebinding", "rolebinding"),
    **dict.fromkeys(("scale", "autoscale"), _SCALED),
    "expose": complete_one_of("deployment", "pod", "replicaset", "replicationcontroller", "service"),
    "logs": complete_log,
    **dict.fromkeys(("exec", "attach", "port-forward"), complete_pod),
    "cp": complete_copy,
    **dict.fromkeys(("cordon", "uncordon", "drain", "top node"), complete_of("nodes")),
    "top pod": complete_of("pods"),
    "create token": complete_of("serviceaccounts"),
    **dict.fromkeys(("certificate approve", "certificate deny"), complete_of("certificatesigningrequests")),
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

OUTPUTS = {
    "get": TABLE_FORMATS,
    "api-resources": ("json", "name", "wide", "yaml"),
    "version": ("json", "yaml"),
    "status": ("json",),
    "kustomize": (),
    "explain": ("plaintext", "plaintext-openapiv2"),
}
"""By a verb's full name: what -o takes, where it is not what most take."""

FLAG_VALUES: dict[str, Source] = {
    "namespace": complete_namespace,
    "context": lambda factory, before, word: list_section("contexts")(factory, [], word),
    "cluster": lambda factory, before, word: list_section("clusters")(factory, [], word),
    "user": lambda factory, before, word: list_section("users")(factory, [], word),
    "output": lambda factory, before, word: list(OUTPUTS.get(factory.flags.path, FORMATS)),
    "subresource": lambda factory, before, word: ["status", "scale", "resize"],
    "dry-run": lambda factory, before, word: ["none", "client", "server"],
    "container": complete_container,
    "cascade": lambda factory, before, word: ["background", "foreground", "orphan"],
    "validate": lambda factory, before, word: ["strict", "warn", "ignore"],
}
"""By a flag's name."""
