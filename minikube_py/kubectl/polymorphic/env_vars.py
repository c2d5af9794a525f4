"""Variables of containers: as they are typed, as they come out of config maps and secrets, and what they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.resources import CONFIG_MAPS, SECRETS
from minikube_py.client.rest import Client
from minikube_py.kubectl.polymorphic.downward_values import read_field, read_resource

Object = dict[str, Any]


def split_arguments(args: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the resource arguments and the changes (`KEY=VALUE`, `KEY-`, `-`) behind them. Raises CliError."""
    resources: list[str] = []
    changes: list[str] = []
    for arg in args:
        if arg.find("=") > 0 or arg.endswith("-"):
            changes.append(arg)
        elif changes:
            raise CliError(f"all resources must be specified before environment changes: {' '.join(args)}")
        else:
            resources.append(arg)
    return resources, changes


def parse_changes(changes: Sequence[str], stdin: TextIO) -> tuple[list[Object], list[str]]:
    """Return the variables to set and the names of those to remove; `-` reads `KEY=VALUE` lines from stdin. Raises CliError."""
    from minikube_py.apimachinery.names import is_env_var_name
    from minikube_py.cli_runtime.printers.go_format import quote

    variables: list[Object] = []
    removed: list[str] = []
    typed: set[str] = set()
    for change in changes:
        name, equals, value = change.partition("=")
        if change == "-":
            variables += read_lines(stdin)
        elif equals:
            if problems := is_env_var_name(name):
                raise CliError(f"{quote(name)} is not a valid key name: {';'.join(problems)}")
            typed.add(name)
            variables.append({"name": name, "value": value})
        elif change.endswith("-"):
            removed.append(change[:-1])
        else:
            raise CliError(f"unknown environment variable: {change}")
    if typed.intersection(removed):
        raise CliError("can not both modify and remove the same environment variable in the same command")
    return variables, removed


def read_lines(lines: Iterable[str]) -> list[Object]:
    """Return the variables that lines `KEY=VALUE` set; what stands behind # is a comment."""
    pairs = (line.rstrip("\n").partition("#")[0].partition("=") for line in lines)
    return [{"name": name, "value": value} for name, equals, value in pairs if equals]


def import_variables(obj: Object, keys: Sequence[str]) -> tuple[list[Object], list[str]]:
    """Return variables that refer to the keys of a config map or secret, and a warning for each name that had to differ.

    `keys` chooses among them, none means all. Raises CliError for another kind of object.
    """
    field = {"Secret": "secretKeyRef", "ConfigMap": "configMapKeyRef"}.get(str(obj.get("kind")))
    if field is None:
        raise CliError("unsupported resource specified in --from")
    variables: list[Object] = []
    warnings: list[str] = []
    for key in sorted(obj.get("data") or {}):
        if keys and key not in keys:
            continue
        name = "".join(char if char.isascii() and (char.isalnum() or char == "_") else "_" for char in key).upper()
        if name != key:
            warnings.append(f"key {key} transferred to {name}")
        variables.append({"name": name, "valueFrom": {field: {"key": key, "name": obj["metadata"]["name"]}}})
    return variables, warnings


def update_variables(existing: Sequence[Object], new: Sequence[Object], removed: Sequence[str]) -> list[Object]:
    """Return the variables after the change: new values in the places of the old ones, others at the end."""
    first: dict[str, Object] = {}
    for variable in new:
        first.setdefault(variable["name"], variable)
    done = set(removed)
    result: list[Object] = []
    for variable in existing:
        name = variable["name"]
        if name in done:
            continue
        if name in first:
            done.add(name)
        result.append(first.get(name, variable))
    return result + [variable for name, variable in first.items() if name not in done]


def format_reference(source: Object) -> str:
    """Return where a variable's value comes from: `configmap settings, key log`."""
    if reference := source.get("configMapKeyRef"):
        return f"configmap {reference.get('name', '')}, key {reference['key']}"
    if reference := source.get("secretKeyRef"):
        return f"secret {reference.get('name', '')}, key {reference['key']}"
    if reference := source.get("fieldRef"):
        return f"field path {reference['fieldPath']}"
    if reference := source.get("resourceFieldRef"):
        container = f"{reference['containerName']}/" if reference.get("containerName") else ""
        return f"resource field {container}{reference['resource']}"
    return "invalid valueFrom"


def resolve(client: Client, namespace: str, source: Object, obj: Object, container: Object) -> str:
    """Return the value that a variable of the object's container would have. Raises CliError where that cannot be told."""
    if reference := source.get("configMapKeyRef"):
        found = _get(client, CONFIG_MAPS, reference, namespace)
        return _pick(found.get("data") or {}, reference, "config map")
    if reference := source.get("secretKeyRef"):
        import base64

        found = _get(client, SECRETS, reference, namespace)
        return base64.b64decode(_pick(found.get("data") or {}, reference, "secret")).decode(errors="replace")
    if reference := source.get("fieldRef"):
        return read_field(obj, reference["fieldPath"])
    if reference := source.get("resourceFieldRef"):
        return read_resource(container, reference)
    raise CliError("invalid valueFrom")


def _get(client: Client, resource: Any, reference: Object, namespace: str) -> Object:
    try:
        return client.get(resource, reference.get("name", ""), namespace)
    except StatusError as error:
        raise CliError(error.message) from error


def _pick(data: Object, reference: Object, kind: str) -> str:
    if reference["key"] not in data:
        raise CliError(f"key {reference['key']} not found in {kind} {reference.get('name', '')}")
    return str(data[reference["key"]])
