"""--overrides: a patch over an object that a verb made out of flags. k8s.io/kubectl's pkg/cmd/util/override_options.go."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import BadRequest, StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.client.resources import Resource

Object = dict[str, Any]

OVERRIDE_FLAGS: tuple[Flag, ...] = (
    flag("override-type", default="merge", help="How --overrides changes what is made: json, merge or strategic"),
    flag("overrides", help="Changes to what is made, as JSON"),
)
OVERRIDE_TYPES = ("json", "merge", "strategic")

_ARRAY = (
    "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type "
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
)
_GO_KINDS = {dict: "object", str: "string", bool: "bool", int: "number", float: "number"}


def apply_overrides(obj: Object, flags: Parsed, resource: Resource) -> Object:
    """Return the object changed by --overrides, as Go's structs keep it: unknown fields are dropped. Raises CliError."""
    from minikube_py.apimachinery import schema
    from minikube_py.apimachinery.decode import decode

    if not flags["overrides"]:
        return obj
    check_override_type(flags)
    fields = schema.load(f"io.k8s.api.core.v1.{resource.kind}")
    changed = _PATCHES[flags["override-type"]](obj, flags["overrides"], fields)
    version, kind = changed.get("apiVersion"), changed.get("kind")
    if (version, kind) != (resource.api_version, resource.kind):
        raise CliError(f'no kind "{kind}" is registered for version "{version}" in scheme "pkg/scheme/scheme.go:28"')
    try:
        clean = decode(changed, fields, resource.kind, resource.api_version).object
    except BadRequest as error:
        raise CliError(error.message.removeprefix(f'{kind} in version "{version}" cannot be handled as a {kind}: ')) from None
    clean["metadata"] = {**clean.get("metadata", {}), "creationTimestamp": None}
    for container in clean.get("spec", {}).get("containers") or ():
        container.setdefault("resources", {})
    return {"kind": kind, "apiVersion": version, **clean}


def check_override_type(flags: Parsed) -> None:
    """Raise CliError for a type of patch that there is not, where there is something to override."""
    if flags["overrides"] and flags["override-type"] not in OVERRIDE_TYPES:
        raise CliError(f"invalid override type: {flags['override-type']}")


def _parse(text: str, failure: str) -> Any:
    import json

    try:
        return json.loads(text)
    except ValueError:
        raise CliError(failure) from None


def _merge(obj: Object, text: str, fields: Any) -> Object:
    from minikube_py.apimachinery.patch.merge import apply_merge_patch

    patch = _parse(text, "Invalid JSON Patch")
    if not isinstance(patch, dict):
        raise CliError(_ARRAY if isinstance(patch, list) else "Invalid JSON Patch")
    merged: Object = apply_merge_patch(obj, patch)
    return merged


def _merge_strategically(obj: Object, text: str, fields: Any) -> Object:
    from minikube_py.apimachinery.patch.errors import PatchError
    from minikube_py.apimachinery.patch.strategic import apply_strategic_merge_patch

    patch = _parse(text, "invalid JSON document")
    if not isinstance(patch, dict):
        raise CliError("invalid JSON document")
    try:
        return apply_strategic_merge_patch(obj, patch, fields)
    except PatchError as error:
        raise CliError(str(error)) from None


def _apply_operations(obj: Object, text: str, fields: Any) -> Object:
    from minikube_py.apimachinery.patch.json import apply_json_patch
    from minikube_py.apis.core.go_json import find_json_error

    patch = _parse(text, find_json_error(text.encode()))
    if type(patch) in _GO_KINDS:
        raise CliError(f"json: cannot unmarshal {_GO_KINDS[type(patch)]} into Go value of type jsonpatch.Patch")
    try:
        changed: Object = apply_json_patch(obj, patch)
    except StatusError as error:
        raise CliError(str(error.__cause__ or error.message)) from None
    return changed


_PATCHES = {"merge": _merge, "strategic": _merge_strategically, "json": _apply_operations}
