"""The pod and the service that `run` makes out of its flags. Fields stand in the order of Go's structs, as -o json shows them."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.names import is_env_var_name
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed

Object = dict[str, Any]


class PodOptions(NamedTuple):
    """What flags say of the pod, parsed. `labels` are those given, `port` is 0 where none was."""

    name: str
    words: tuple[str, ...]
    annotations: dict[str, str]
    env: list[Object]
    labels: dict[str, str]
    port: int | None

    @property
    def pod_labels(self) -> dict[str, str]:
        """The labels of the pod: those given, else run=NAME."""
        return self.labels or {"run": self.name}


def read_pod_options(flags: Parsed) -> PodOptions:
    """Parse the flags that have a form of their own. Raises CliError in kubectl's words and order."""
    name, *words = flags.args
    annotations = dict(_split_annotation(text) for text in flags["annotations"])
    env = [_make_variable(text) for text in flags["env"]]
    labels = parse_labels(flags["labels"])
    return PodOptions(name, tuple(words), annotations, env, labels, _parse_port(flags["port"]))


def _split_annotation(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise CliError(f"invalid annotations format: {text}")
    return name, value


def _make_variable(text: str) -> Object:
    name, equals, value = text.partition("=")
    if not name or not equals or is_env_var_name(name):
        raise CliError(f"invalid env: {text}")
    return {"name": name, "value": value} if value else {"name": name}


def parse_labels(text: str) -> dict[str, str]:
    """Return the labels of `a=b,c=d`. Raises CliError."""
    labels: dict[str, str] = {}
    for spec in text.split(",") if text else ():
        parts = spec.split("=")
        if len(parts) != 2:
            raise CliError(f"unexpected label spec: {spec}")
        if not parts[0]:
            raise CliError("unexpected empty label key")
        labels[parts[0]] = parts[1]
    return labels


def _parse_port(text: str) -> int | None:
    if not text:
        return None
    digits = text[1:] if text[0] in "+-" else text
    if not (digits.isascii() and digits.isdigit()):
        raise CliError(f'strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)


def make_pod(options: PodOptions, flags: Parsed) -> Object:
    """Return the pod."""
    metadata: Object = {"name": options.name, "creationTimestamp": None, "labels": options.pod_labels}
    if options.annotations:
        metadata["annotations"] = options.annotations
    spec = {
        "containers": [_make_container(options, flags)],
        "restartPolicy": flags["restart"] or "Always",
        "dnsPolicy": "ClusterFirst",
    }
    return {"kind": "Pod", "apiVersion": "v1", "metadata": metadata, "spec": spec, "status": {}}


def _make_container(options: PodOptions, flags: Parsed) -> Object:
    container: Object = {"name": options.name, "image": flags["image"]}
    if options.words:
        container["command" if flags["command"] else "args"] = list(options.words)
    if options.port is not None:
        container["ports"] = [{"containerPort": options.port}]
    if options.env:
        container["env"] = options.env
    container["resources"] = {}
    if flags["image-pull-policy"]:
        container["imagePullPolicy"] = flags["image-pull-policy"]
    if flags["privileged"]:
        container["securityContext"] = {"privileged": True}
    switches = {"stdin": flags["stdin"], "stdinOnce": flags["stdin"] and not flags["leave-stdin-open"], "tty": flags["tty"]}
    return {**container, **{name: True for name, on in switches.items() if on}}


def make_service(options: PodOptions) -> Object:
    """Return the service of --expose: the pod's port under the pod's name."""
    metadata: Object = {"name": options.name, "creationTimestamp": None}
    if options.labels:
        metadata["labels"] = options.labels
    port = {"protocol": "TCP", "port": options.port, "targetPort": options.port}
    spec = {"ports": [port], "selector": options.pod_labels}
    return {"kind": "Service", "apiVersion": "v1", "metadata": metadata, "spec": spec, "status": {"loadBalancer": {}}}
