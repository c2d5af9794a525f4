"""Rules for a CustomResourceDefinition. Upstream: pkg/apis/apiextensions/validation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, not_supported, required, too_many
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go
from minikube_py.apimachinery.names import is_dns1035_label, is_dns1123_subdomain
from minikube_py.apimachinery.unstructured import is_condition_true
from minikube_py.apimachinery.validation_meta import validate_immutable_field
from minikube_py.apis.apiextensions.conversion_validation import validate_conversion
from minikube_py.apis.apiextensions.field_paths import PathError, find_field
from minikube_py.apis.apiextensions.group_approval import validate_approval
from minikube_py.apis.apiextensions.hoisting import SCHEMA, hoist
from minikube_py.apis.apiextensions.openapi_schemas import validate_schema
from minikube_py.apis.apiextensions.rule_validation import check_expressions
from minikube_py.apis.apiextensions.rules_present import has_rules
from minikube_py.apis.apiextensions.schema_defaults import has_default, validate_defaults
from minikube_py.apis.apiextensions.structural import validate_structural
from minikube_py.apis.go_structs import show_go
from minikube_py.apis.kind import Object

SCOPES = ("Cluster", "Namespaced")
COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
MAX_SELECTABLE_FIELDS = 8
# what a schema may say at its root beside a status subresource, in Go's names
_AT_ROOT = (
    "Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems "
    "UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations"
)


def validate(crd: Object) -> list[FieldError]:
    """Check a new definition."""
    errors = [*_check_name(crd), *_check_spec(crd["spec"]), *_check_stored_versions(crd), *validate_approval(crd, None)]
    return [*errors, *_check_pruning(crd["spec"], {})]


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Check a changed definition: its names and scope stay once it is established."""
    errors = list(_check_spec(new["spec"]))
    fixed = ["group", "names.plural"]
    if is_condition_true((old.get("status") or {}).get("conditions"), "Established"):
        fixed = ["scope", "names.kind", *fixed]
    for path in fixed:
        errors += validate_immutable_field(_read(new["spec"], path), _read(old["spec"], path), f"spec.{path}")
    errors += [*_check_stored_versions(new), *validate_approval(new, old)]
    return [*errors, *_check_pruning(new["spec"], old["spec"])]


def _check_pruning(spec: Object, old: Object) -> Iterator[FieldError]:
    if spec.get("preserveUnknownFields") and not old.get("preserveUnknownFields"):
        why = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        yield invalid("spec.preserveUnknownFields", True, why)


def _read(spec: Object, path: str) -> Any:
    value: Any = spec
    for name in path.split("."):
        value = (value or {}).get(name)
    return value


def _check_name(crd: Object) -> Iterator[FieldError]:
    name, names = crd["metadata"].get("name", ""), crd["spec"].get("names") or {}
    if name != f"{names.get('plural', '')}.{crd['spec'].get('group', '')}":
        yield invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')


def _check_spec(given: Object) -> Iterator[FieldError]:
    spec = hoist(given)
    versions = spec["versions"]
    yield from _check_group_and_scope(spec)
    yield from _check_presence_of_schemas(spec)
    for number, version in enumerate(versions or ()):
        yield from _check_version(version, spec, f"spec.versions[{number}]")
    yield from _check_version_list(versions)
    for word in ("plural", "singular", "kind", "listKind"):
        if not (spec.get("names") or {}).get(word):
            yield required(f"spec.names.{word}")
    yield from _check_names(spec.get("names") or {}, "spec.names")
    has_status = any(_has_status(holder) for holder in (spec, *(versions or ())))
    yield from _check_contents(spec, "spec", has_status)
    strategy = (spec.get("conversion") or {}).get("strategy") or ""
    if strategy != "None" and spec.get("preserveUnknownFields"):
        yield invalid("spec.conversion.strategy", strategy, "must be None if spec.preserveUnknownFields is true")
    yield from validate_conversion(spec.get("conversion"), "spec.conversion")


def _check_group_and_scope(spec: Object) -> Iterator[FieldError]:
    group, scope = spec.get("group") or "", spec.get("scope") or ""
    if not group:
        yield required("spec.group")
    elif errors := is_dns1123_subdomain(group):
        yield invalid("spec.group", group, ",".join(errors))
    elif "." not in group:
        yield invalid("spec.group", group, "should be a domain with at least one dot")
    if not scope:
        yield required("spec.scope")
    elif scope not in SCOPES:
        yield not_supported("spec.scope", scope, SCOPES)


def _check_presence_of_schemas(spec: Object) -> Iterator[FieldError]:
    holders = [spec.get(SCHEMA), *(version.get("schema") for version in spec["versions"] or ())]
    schemas = [(holder or {}).get("openAPIV3Schema") for holder in holders]
    if not schemas[0]:
        for number, schema in enumerate(schemas[1:]):
            if not schema:
                yield required(f"spec.versions[{number}].schema.openAPIV3Schema", "schemas are required")
    if spec.get("preserveUnknownFields") and any(schema and has_default(schema) for schema in schemas):
        yield invalid("spec.preserveUnknownFields", True, "must be false in order to use defaults in the schema")


def _check_version_list(versions: list[Object] | None) -> Iterator[FieldError]:
    names = [version.get("name") or "" for version in versions or ()]
    shown = show_go("[]apiextensions.CustomResourceDefinitionVersion", versions)
    if len(set(names)) != len(names):
        yield invalid_go("spec.versions", shown, "must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions or ()) != 1:
        yield invalid_go("spec.versions", shown, "must have exactly one version marked as storage version")
    if names and names[0] and (errors := is_dns1035_label(names[0])):
        yield invalid("spec.version", names[0], ",".join(errors))


def _check_version(version: Object, spec: Object, path: str) -> Iterator[FieldError]:
    name = version.get("name") or ""
    if errors := is_dns1035_label(name):
        yield invalid(f"{path}.name", name, ",".join(errors))
    warning = version.get("deprecationWarning")
    if warning is not None:
        if not version.get("deprecated"):
            yield invalid(f"{path}.deprecationWarning", warning, "can only be set for deprecated versions")
        else:
            yield from (invalid(f"{path}.deprecationWarning", warning, why) for why in _check_warning(warning))
    yield from _check_contents(version, path, _has_status(version) or _has_status(spec))


def _has_status(holder: Object) -> bool:
    return (holder.get("subresources") or {}).get("status") is not None


def _check_contents(holder: Object, path: str, has_status: bool) -> Iterator[FieldError]:
    """Check the parts that stand either in each version or, where all versions have the same, once in the spec."""
    at_top = SCHEMA in holder
    word = SCHEMA if at_top else "schema"
    schema = (holder.get(word) or {}).get("openAPIV3Schema")
    if schema:
        yield from _check_schema(schema, f"{path}.{word}.openAPIV3Schema", has_status)
    yield from _check_scale((holder.get("subresources") or {}).get("scale"), f"{path}.subresources")
    for number, column in enumerate(holder.get("additionalPrinterColumns") or ()):
        yield from _check_column(column, f"{path}.additionalPrinterColumns[{number}]")
    fields = holder.get("selectableFields") or []
    if fields and not schema:
        why = "validations.schema is included" if at_top else "version.schema.openAPIV3Schema is not included"
        yield invalid(f"{path}.selectableFields", "", f"selectableFields may only be set when {why}")
    else:
        yield from _check_selectable(fields, schema or {}, f"{path}.selectableFields")


def _check_warning(text: str) -> Iterator[str]:
    if len(text) > 256:
        yield "must be <= 256 characters long"
    if not text:
        yield "must not be an empty string"
    for number, char in enumerate(text):
        if not char.isprintable():
            place = len(text[:number].encode())
            yield f"must only contain printable UTF-8 characters; non-printable character found at index {place}"
            return


def _check_schema(schema: Mapping[str, Any], path: str, has_status: bool) -> Iterator[FieldError]:
    if has_status:
        yield from _check_root(schema, path)
    if schema.get("nullable"):
        yield forbidden(f"{path}.nullable", "nullable cannot be true at the root")
    errors = validate_structural(schema, path) or list(validate_defaults(schema, path))
    errors += validate_schema(schema, path)
    yield from errors
    if not errors and has_rules(schema):
        yield from check_expressions(schema, path)


def _check_root(schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    if schema.get("type") not in (None, "", "object"):
        why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
        yield invalid(f"{path}.type", schema["type"], why)
        return
    for name, value in schema.items():
        go_name = (
            "X" + "".join(w.capitalize() for w in name.split("-")[2:]) if name.startswith("x-") else name[:1].upper() + name[1:]
        )
        if value and go_name not in _AT_ROOT.split():
            why = f"only [{_AT_ROOT}] fields are allowed at the root of the schema if the status subresource is enabled"
            yield invalid_go(path, "apiextensions.JSONSchemaProps{}", why)
            return


def _check_simple_path(text: str, path: str) -> list[FieldError]:
    return [] if text.startswith(".") else [invalid(path, text, "must be a simple json path starting with .")]


def _check_scale(scale: Object | None, path: str) -> Iterator[FieldError]:
    if scale is None:
        return
    for name, prefix in (("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")):
        text, where = scale.get(name) or "", f"{path}.scale.{name}"
        if not text:
            yield required(where)
        elif errors := _check_simple_path(text, where):
            yield from errors
        elif not text.startswith(f"{prefix}."):
            yield invalid(where, text, f"should be a json path under {prefix}")
    if text := scale.get("labelSelectorPath") or "":
        where = f"{path}.scale.labelSelectorPath"
        if errors := _check_simple_path(text, where):
            yield from errors
        elif not text.startswith((".spec.", ".status.")):
            yield invalid(where, text, "should be a json path under either .spec or .status")


def _check_column(column: Object, path: str) -> Iterator[FieldError]:
    name, kind, shape, text = (column.get(key) or "" for key in ("name", "type", "format", "jsonPath"))
    if not name:
        yield required(f"{path}.name")
    if not kind:
        yield required(f"{path}.type", f"must be one of {','.join(COLUMN_TYPES)}")
    elif kind not in COLUMN_TYPES:
        yield invalid(f"{path}.type", kind, f"must be one of {','.join(COLUMN_TYPES)}")
    if shape and shape not in COLUMN_FORMATS:
        yield invalid(f"{path}.format", shape, f"must be one of {','.join(COLUMN_FORMATS)}")
    if not text:
        yield required(f"{path}.JSONPath")
    else:
        yield from _check_simple_path(text, f"{path}.JSONPath")


def _check_selectable(fields: list[Object], schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    seen = set()
    for number, field in enumerate(fields):
        text, where = field.get("jsonPath") or "", f"{path}[{number}].jsonPath"
        if not text:
            yield required(where)
            continue
        try:
            found = find_field(schema, text, allow_keys=False)
        except PathError as error:
            yield invalid(where, text, f"is an invalid path: {error}")
            continue
        if text.startswith(".metadata"):
            yield invalid(where, text, "must not point to fields in metadata")
        if found.get("type") not in ("string", "boolean", "integer"):
            why = "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."
            yield invalid(where, text, why)
        if text in seen:
            yield duplicate(where, text)
        seen.add(text)
    if len(seen) > MAX_SELECTABLE_FIELDS:
        yield too_many(path, len(seen), MAX_SELECTABLE_FIELDS)


def _check_names(names: Object, path: str) -> Iterator[FieldError]:
    for word in ("plural", "singular"):
        if (name := names.get(word) or "") and (errors := is_dns1035_label(name)):
            yield invalid(f"{path}.{word}", name, ",".join(errors))
    for word in ("kind", "listKind"):
        if (name := names.get(word) or "") and (errors := is_dns1035_label(name.lower())):
            yield invalid(f"{path}.{word}", name, "may have mixed case, but should otherwise match: " + ",".join(errors))
    for number, name in enumerate(names.get("shortNames") or ()):
        if errors := is_dns1035_label(name):
            yield invalid(f"{path}.shortNames[{number}]", name, ",".join(errors))
    if names.get("kind") and names["kind"] == names.get("listKind"):
        yield invalid(f"{path}.listKind", names["listKind"], "kind and listKind may not be the same")
    for number, name in enumerate(names.get("categories") or ()):
        if errors := is_dns1035_label(name):
            yield invalid(f"{path}.categories[{number}]", name, ",".join(errors))


def _check_stored_versions(crd: Object) -> Iterator[FieldError]:
    stored: list[str] = (crd.get("status") or {}).get("storedVersions") or []
    path = "status.storedVersions"
    if not stored:
        yield invalid_go(path, format_go_strings(None), "must have at least one stored version")
        return
    names = [version.get("name") for version in crd["spec"].get("versions") or ()]
    for version in crd["spec"].get("versions") or ():
        if version.get("storage") and version.get("name") not in stored:
            yield invalid_go(path, format_go_strings(stored), f"must have the storage version {version.get('name')}")
    for number, name in enumerate(stored):
        if name not in names:
            why = (
                f"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a "
                f"storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions"
            )
            yield invalid(f"{path}[{number}]", name, why)


def validate_status_update(new: Object, old: Object) -> list[FieldError]:
    """Check a changed status."""
    return list(_check_names((new.get("status") or {}).get("acceptedNames") or {}, "status.acceptedNames"))
