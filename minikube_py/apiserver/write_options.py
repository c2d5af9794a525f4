"""The parameters of writes over HTTP, and the options in a deletion's body. Upstream: ValidateCreateOptions and its like."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.errors import FieldError
from minikube_py.client.request import APPLY_PATCH, Request

Object = dict[str, Any]
OPTIONS = {"create": "CreateOptions", "update": "UpdateOptions", "patch": "PatchOptions"}
DRY_RUNS = ("All",)
DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"
MANAGER_BYTES = 128
_VALIDATIONS = ("", "Ignore", "Strict", "Warn")


def check_write_options(request: Request, content_type: str) -> None:
    """Refuse parameters of a write that cannot be. Raises Invalid."""
    found, params = list[FieldError](), request.params
    if "force" in params and request.verb == "patch" and content_type != APPLY_PATCH:
        found.append(errors.forbidden("force", "may not be specified for non-apply patch"))
    manager = params.get("fieldManager") or ""
    if len(manager.encode()) > MANAGER_BYTES:
        found.append(errors.too_long("fieldManager", MANAGER_BYTES))
    position = 0
    for character in manager:
        if not character.isprintable():
            why = f"invalid character U+{ord(character):04X} (at position {position})"
            found.append(errors.invalid("fieldManager", manager, why))
        position += len(character.encode())
    validation = params.get("fieldValidation") or ""
    if validation not in _VALIDATIONS:
        found.append(errors.not_supported("fieldValidation", validation, _VALIDATIONS))
    if found:
        raise errors.new_invalid("meta.k8s.io", OPTIONS[request.verb], "", found)


def check_dry_run(verb: str, text: str) -> None:
    """Refuse a dry run, several by commas, that is not of all stages. Raises Invalid."""
    asked = text.split(",")
    if not set(asked) <= set(DRY_RUNS):
        problem = errors.not_supported("dryRun", asked, DRY_RUNS)
        raise errors.new_invalid("meta.k8s.io", OPTIONS.get(verb, "DeleteOptions"), "", [problem])


def decode_delete_options(body: Any) -> Object:
    """Return the DeleteOptions that a deletion's body is. Raises BadRequest."""
    from minikube_py.apimachinery.decode import decode
    from minikube_py.apimachinery.schema import load

    if not isinstance(body, dict):
        raise errors.BadRequest("the object provided is unrecognized (must be of type DeleteOptions)")
    kind = body.get("kind") or "DeleteOptions"
    if kind != "DeleteOptions":
        version = str(body.get("apiVersion") or "v1").rpartition("/")[2]
        raise errors.BadRequest(f'{kind} in version "{version}" cannot be handled as a DeleteOptions')
    return decode(body, load(DELETE_OPTIONS), "DeleteOptions", "v1").object
