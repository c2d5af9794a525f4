"""The pod and the service that `run` makes out of its flags. Fields stand in the order of Go's structs, as -o json shows them."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import BadRequest
from minikube_py.apimachinery.names import is_env_var_name
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed

Object = dict[str, Any]

OVERRIDE_TYPES = ("json", "merge", "strategic")


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


def name_type(changed: Any) -> tuple[str, str]:
    """Return the apiVersion and the kind that an object says it is of. Raises CliError where it does not."""
    import json

    from minikube_py.apimachinery.patch.operations import name_json

    if not isinstance(changed, dict):
        wanted = r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
        why = f"json: cannot unmarshal {name_json(changed)} into Go value of type {wanted}"
        raise CliError(f"couldn't get version/kind; json parse error: {why}")
    if not changed.get("kind"):
        text = json.dumps(dict(sorted(changed.items())), separators=(",", ":"), ensure_ascii=False)
        raise CliError(f"Object 'Kind' is missing in '{text}'")
    return str(changed.get("apiVersion", "")), str(changed["kind"])


def apply_overrides(pod: Object, text: str, how: str) -> Object:
    """Return the pod changed by --overrides, as Go's structs keep it: unknown fields are dropped. Raises CliError."""
    from minikube_py.apimachinery import schema
    from minikube_py.apimachinery.decode import decode
    from minikube_py.cli_runtime.local_patch import PATCH_TYPES, apply_patch, parse_json_patch
    from minikube_py.cli_runtime.selected import UNREGISTERED
    from minikube_py.client.discovery import LocalDiscovery

    resource = LocalDiscovery().find_kind("v1", "Pod")
    changed = apply_patch(resource, pod, parse_json_patch(text), PATCH_TYPES[how])
    version, kind = name_type(changed)
    if (version, kind) != ("v1", "Pod"):
        raise CliError(UNREGISTERED.format(kind, version))
    try:
        clean = decode(changed, schema.load("io.k8s.api.core.v1.Pod"), "Pod", "v1").object
    except BadRequest as error:
        raise CliError(error.message.removeprefix('Pod in version "v1" cannot be handled as a Pod: ')) from None
    clean["metadata"] = {**clean.get("metadata", {}), "creationTimestamp": None}
    for container in clean.get("spec", {}).get("containers") or ():
        container.setdefault("resources", {})
    return {"kind": kind, "apiVersion": version, **clean}
