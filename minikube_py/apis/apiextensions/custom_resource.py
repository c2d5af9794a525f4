"""The kind that one version of a CustomResourceDefinition makes: decoding, defaults, validation and columns, by its schema.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apimachinery.schema import Schema
from minikube_py.apimachinery.unstructured import deep_copy, get_nested
from minikube_py.apis.apiextensions import pruning
from minikube_py.apis.apiextensions.deprecation import tell_deprecation
from minikube_py.apis.apiextensions.embedded_resources import check_embedded
from minikube_py.apis.apiextensions.finalizer_warnings import warn_of_finalizers
from minikube_py.apis.apiextensions.openapi_values import MISSING, check_set_or_map, validate_value
from minikube_py.apis.apiextensions.printer_columns import make_columns
from minikube_py.apis.apiextensions.rules_present import has_rules
from minikube_py.apis.apiextensions.scale_paths import ScalePaths, check_scale
from minikube_py.apis.apiextensions.unstructured_literals import invalid_value
from minikube_py.apis.kind import Custom, Kind, Object

_OBJECT_META = {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
_BLOCKING = ("FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid")
_BLOCKED = (
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"
)

VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
"""In the order that discovery tells of custom resources; those of Kubernetes' own are sorted."""


def find_version(crd: Object, name: str) -> Object | None:
    """Return the version of that name, None where there is none."""
    return next((version for version in crd["spec"].get("versions") or () if version["name"] == name), None)


def storage_version(crd: Object) -> str:
    """Return the name of the version in which objects are kept."""
    return next((str(version["name"]) for version in crd["spec"]["versions"] if version.get("storage")), "")


def make_kind(crd: Object, name: str) -> Kind:
    """Return the kind of one version, as its requests see it: `stored_as` names the storage version where that is another."""
    spec, version = crd["spec"], find_version(crd, name)
    assert version is not None
    accepted = (crd.get("status") or {}).get("acceptedNames") or {}
    names = {**spec["names"], **{word: name for word, name in accepted.items() if name}}
    schema = (version.get("schema") or {}).get("openAPIV3Schema") or {}
    subresources = version.get("subresources") or {}
    scale = ScalePaths.of(subresources["scale"]) if subresources.get("scale") is not None else None
    has_status = subresources.get("status") is not None
    rules = _Rules(schema, scale, has_status)
    stored = storage_version(crd)
    kind = Kind(
        group=spec["group"],
        version=name,
        kind=names["kind"],
        plural=names["plural"],
        singular=names.get("singular") or names["kind"].lower(),
        schema=f"{spec['group']}/{name}/{names['kind']}",
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        namespaced=spec["scope"] == "Namespaced",
        subresources=tuple(n for n, on in (("status", has_status), ("scale", scale is not None)) if on),
        status=has_status,
        generation=True,
        unconditional_update=False,
        verbs=VERBS,
        columns=make_columns(version.get("additionalPrinterColumns") or ()),
        selectable=_make_selectable(version.get("selectableFields") or ()),
        set_defaults=partial(pruning.set_defaults, schema=schema),
        prepare_for_create=rules.prepare_for_create,
        validate=rules.validate,
        validate_update=rules.validate_update,
        validate_status_update=rules.validate_status_update,
        warnings=warn_of_finalizers,
        deprecation=tell_deprecation(spec, version),
        custom=Custom(
            schema=make_schema(schema),
            open_api=schema,
            list_kind=names.get("listKind") or names["kind"] + "List",
            decode=partial(decode, schema=schema),
            scale=scale,
            terminating=bool(crd["metadata"].get("deletionTimestamp")),
        ),
    )
    if name == stored:
        return kind
    return kind._replace(stored_as=(spec["group"], stored), from_stored=partial(pruning.show_by, schema=schema))


def make_schema(schema: Mapping[str, Any]) -> Schema:
    """Return the schema by which fields are owned: the definition's, with what every object has."""
    text = {"type": "string"}
    properties = {**(schema.get("properties") or {}), "apiVersion": text, "kind": text, "metadata": _OBJECT_META}
    return Schema({**schema, "type": "object", "properties": properties})


def decode(body: Object, schema: Mapping[str, Any]) -> tuple[Object, list[str]]:
    """Return a clean copy of a request's object, and its unknown fields. Raises ValueError where metadata cannot be read."""
    from minikube_py.apimachinery.decode_errors import StrictDecoder
    from minikube_py.apimachinery.schema import load

    obj = deep_copy(body)
    unknown: list[str] = []
    if "metadata" in obj:
        metadata, wrong = StrictDecoder().decode(obj["metadata"], load("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"))
        obj["metadata"] = metadata or {}
        unknown += [text.replace('unknown field "', 'unknown field "metadata.', 1) for text in wrong]
    unknown += [f'unknown field "{path}"' for path in pruning.prune(obj, schema)]
    pruning.drop_nulls(obj, schema)
    return obj, unknown


def _make_selectable(fields: Any) -> dict[str, Callable[[Object], str]]:
    return {field["jsonPath"].removeprefix("."): partial(_read_field, path=field["jsonPath"]) for field in fields}


def _read_field(obj: Object, path: str) -> str:
    from minikube_py.apimachinery.gosyntax import format_go_value

    value = get_nested(obj, *path.removeprefix(".").split("."))
    return "" if value is None else format_go_value(value)


class _Rules:
    """What is checked of objects of one version."""

    def __init__(self, schema: Mapping[str, Any], scale: ScalePaths | None, has_status: bool) -> None:
        self._schema, self._scale, self._has_status = schema, scale, has_status

    def prepare_for_create(self, obj: Object) -> None:
        """A status is written apart, where there is a subresource for it."""
        if self._has_status:
            obj.pop("status", None)

    def validate(self, obj: Object) -> list[FieldError]:
        """Check a new object."""
        return self._judge(obj, MISSING, [*validate_value(self._schema, obj), *check_scale(self._scale, obj)])

    def validate_update(self, new: Object, old: Object) -> list[FieldError]:
        """Check a changed object; what did not change is not judged again."""
        return self._judge(new, old, [*validate_value(self._schema, new, old=old), *check_scale(self._scale, new)])

    def validate_status_update(self, new: Object, old: Object) -> list[FieldError]:
        """Check the status alone."""
        schema = (self._schema.get("properties") or {}).get("status") or {}
        errors = validate_value(schema, new["status"], "status", old.get("status", MISSING)) if "status" in new else []
        return self._judge(new, old, [*errors, *check_scale(self._scale, new, status_only=True)])

    def _judge(self, new: Object, old: Any, errors: list[FieldError]) -> list[FieldError]:
        errors += check_embedded(new, self._schema)
        if old is MISSING or not list(check_set_or_map(self._schema, old)):
            errors += check_set_or_map(self._schema, new)
        if not has_rules(self._schema):
            return errors
        if any(error.type in _BLOCKING for error in errors):
            return [*errors, invalid_value("<nil>", None, _BLOCKED)]
        from minikube_py.apis.apiextensions.rules import check_rules

        return errors + check_rules(self._schema, new, old)
