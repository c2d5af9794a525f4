"""--overrides: a patch over an object that a verb made out of flags."""

from __future__ import annotations

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.cli_runtime.local_patch import PATCH_TYPES, Object, apply_locally, parse_json_patch
from minikube_py.client.discovery import ResourceInfo
from minikube_py.client.request import JSON_PATCH

OVERRIDE_FLAGS: tuple[Flag, ...] = (
    flag("overrides", help="A patch, JSON, over the object that is made"),
    flag("override-type", default="merge", help="Type of that patch: json, merge or strategic"),
)


def apply_overrides(obj: Object, flags: Parsed, resource: ResourceInfo) -> Object:
    """Return the object with --overrides applied. Raises CliError for what is no JSON, or no such type."""
    text = flags["overrides"]
    if not text:
        return obj
    content_type = PATCH_TYPES.get(flags["override-type"])
    if content_type is None:
        raise CliError(f"invalid override type: {flags['override-type']}")
    patch = parse_json_patch(text)
    if content_type != JSON_PATCH and isinstance(patch, dict):
        patch = {"kind": obj["kind"], "apiVersion": obj["apiVersion"], **patch}
    return apply_locally(resource, obj, patch, content_type)
