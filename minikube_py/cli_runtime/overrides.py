"""--overrides: a patch over an object that a verb made out of flags. k8s.io/kubectl's pkg/cmd/util/override_options.go."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import BadRequest
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.cli_runtime.local_patch import PATCH_TYPES, Object, apply_patch, parse_json_patch
from minikube_py.client.resources import Resource

OVERRIDE_FLAGS: tuple[Flag, ...] = (
    flag("override-type", default="merge", help="How --overrides changes what is made: json, merge or strategic"),
    flag("overrides", help="Changes to what is made, as JSON"),
)


def apply_overrides(obj: Object, flags: Parsed, resource: Resource) -> Object:
    """Return the object changed by --overrides, as Go's structs keep it: unknown fields are dropped. Raises CliError."""
    from minikube_py.apimachinery import schema
    from minikube_py.apimachinery.decode import decode
    from minikube_py.cli_runtime.selected import UNREGISTERED
    from minikube_py.client.discovery import LocalDiscovery

    if not flags["overrides"]:
        return obj
    check_override_type(flags)
    found = LocalDiscovery().find_kind(resource.api_version, resource.kind)
    changed = apply_patch(found, obj, parse_json_patch(flags["overrides"]), PATCH_TYPES[flags["override-type"]])
    version, kind = name_type(changed)
    if (version, kind) != (resource.api_version, resource.kind):
        raise CliError(UNREGISTERED.format(kind, version))
    try:
        clean = decode(changed, schema.load(f"io.k8s.api.core.v1.{kind}"), kind, version).object
    except BadRequest as error:
        raise CliError(error.message.removeprefix(f'{kind} in version "{version}" cannot be handled as a {kind}: ')) from None
    clean["metadata"] = {**clean.get("metadata", {}), "creationTimestamp": None}
    for container in clean.get("spec", {}).get("containers") or ():
        container.setdefault("resources", {})
    return {"kind": kind, "apiVersion": version, **clean}


def check_override_type(flags: Parsed) -> None:
    """Raise CliError for a type of patch that there is not, where there is something to override."""
    if flags["overrides"] and flags["override-type"] not in PATCH_TYPES:
        raise CliError(f"invalid override type: {flags['override-type']}")


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
