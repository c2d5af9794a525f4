"""The parameters of writes over HTTP, and the options in a deletion's body. Upstream: ValidateCreateOptions and its like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.errors import FieldError
from minikube_py.apiserver.list_options import parse_switch, read_integer
from minikube_py.client.request import APPLY_PATCH, Request

Object = dict[str, Any]
OPTIONS = {"create": "CreateOptions", "update": "UpdateOptions", "patch": "PatchOptions"}
DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"
POLICIES = ("Foreground", "Background", "Orphan")
MANAGER_BYTES = 128
_VALIDATIONS = ("", "Ignore", "Strict", "Warn")


def check_write_options(request: Request, content_type: str) -> None:
    """Refuse parameters of a write that cannot be. Raises Invalid."""
    found, params = list[FieldError](), request.params
    applies = content_type == APPLY_PATCH
    manager = params.get("fieldManager") or ""
    if request.verb == "patch" and applies and not manager:
        found.append(errors.required("fieldManager", "is required for apply patch"))
    if "force" in params and request.verb == "patch" and not applies:
        found.append(errors.forbidden("force", "may not be specified for non-apply patch"))
    if len(manager.encode()) > MANAGER_BYTES:
        found.append(errors.too_long("fieldManager", MANAGER_BYTES))
    position = 0
    for character in manager:
        if not character.isprintable():
            why = f"invalid character U+{ord(character):04X} (at position {position})"
            found.append(errors.invalid("fieldManager", manager, why))
        position += len(character.encode())
    if "dryRun" in params:
        found += _check_dry_run(params["dryRun"].split(","))
    validation = params.get("fieldValidation") or ""
    if validation not in _VALIDATIONS:
        found.append(errors.not_supported("fieldValidation", validation, _VALIDATIONS))
    if found:
        raise errors.new_invalid("meta.k8s.io", OPTIONS[request.verb], "", found)


def _check_dry_run(values: list[str]) -> list[FieldError]:
    if all(value == "All" for value in values):
        return []
    from minikube_py.apimachinery.gosyntax import format_go_strings
    from minikube_py.apis.field_checks import GoValueError

    return [GoValueError("FieldValueNotSupported", "dryRun", format_go_strings(values), 'supported values: "All"')]


def decode_delete_options(body: Any) -> Object:
    """Return the DeleteOptions that a deletion's body is. Raises BadRequest."""
    from minikube_py.apimachinery.decode import decode
    from minikube_py.apimachinery.schema import load

    kind = body.get("kind") or "DeleteOptions"
    if kind != "DeleteOptions":
        version = str(body.get("apiVersion") or "v1").rpartition("/")[2]
        raise errors.BadRequest(f'{kind} in version "{version}" cannot be handled as a DeleteOptions')
    return decode(body, load(DELETE_OPTIONS), "DeleteOptions", "v1").object


def read_delete_options(request: Request) -> Object:
    """Return the DeleteOptions of a deletion: its body, or its parameters where it has none. Raises Invalid, BadRequest."""
    options = dict(request.body or _read_parameters(request.params))
    check_delete_options(options)
    return options


def check_delete_options(options: Object) -> None:
    """Refuse DeleteOptions that cannot be. Raises Invalid."""
    found, policy = list[FieldError](), options.get("propagationPolicy")
    if policy is not None and options.get("orphanDependents") is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        found.append(errors.invalid("propagationPolicy", policy, why))
    if policy not in (None, *POLICIES):
        found.append(errors.not_supported("propagationPolicy", policy, (*POLICIES, "nil")))
    found += _check_dry_run(options.get("dryRun") or [])
    if found:
        raise errors.new_invalid("meta.k8s.io", "DeleteOptions", "", found)


def _read_parameters(params: Mapping[str, str]) -> Object:
    options: Object = {}
    if "gracePeriodSeconds" in params:
        options["gracePeriodSeconds"] = read_integer(params, "gracePeriodSeconds")
    if (orphans := parse_switch(params, "orphanDependents")) is not None:
        options["orphanDependents"] = orphans
    if "propagationPolicy" in params:
        options["propagationPolicy"] = params["propagationPolicy"]
    if "dryRun" in params:
        options["dryRun"] = params["dryRun"].split(",")
    return options
