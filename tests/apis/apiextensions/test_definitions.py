"""Rules for definitions, and the kinds that they make."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.unstructured import deep_copy, set_nested
from minikube_py.apis.apiextensions import crd_validation
from minikube_py.apis.apiextensions.crd import KIND, set_defaults
from minikube_py.apis.apiextensions.custom_resource import make_kind
from minikube_py.apis.apiextensions.deprecation import rank_version, tell_deprecation

Object = dict[str, Any]
LABEL = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with "
    "an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)
SCHEMA: Object = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"n": {"type": "integer"}}}}}
V1: Object = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": SCHEMA}}
CRD: Object = {
    "metadata": {"name": "bars.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "bars", "kind": "Bar"},
        "versions": [V1],
    },
}


def make(**changes: Any) -> Object:
    """Return the definition with `a__b=value` set at spec.a.b, prepared as for storage."""
    crd = deep_copy(CRD)
    for path, value in changes.items():
        set_nested(crd["spec"], value, *path.split("__"))
    set_defaults(crd)
    KIND.prepare_for_create(crd)
    return crd


def with_schema(**properties: Any) -> Object:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": properties}}}
    return make(versions=[{**V1, "schema": {"openAPIV3Schema": schema}}])


def texts(crd: Object) -> list[str]:
    return [str(error) for error in crd_validation.validate(crd)]


def test_a_plain_definition_is_valid() -> None:
    crd = make()
    assert texts(crd) == []
    assert crd["spec"]["names"] == {"plural": "bars", "kind": "Bar", "listKind": "BarList", "singular": "bar"}
    assert crd["status"]["storedVersions"] == ["v1"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"names__plural": "foos"},
            'metadata.name: Invalid value: "bars.example.com": must be spec.names.plural+"."+spec.group',
        ),
        ({"scope": "Galaxy"}, 'spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced"'),
        ({"scope": ""}, "spec.scope: Required value"),
        ({"names__listKind": "Bar"}, 'spec.names.listKind: Invalid value: "Bar": kind and listKind may not be the same'),
        (
            {"preserveUnknownFields": True},
            "spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to "
            "true in spec.versions[*].schema instead",
        ),
        (
            {"conversion": {"strategy": "Magic"}},
            'spec.conversion.strategy: Unsupported value: "Magic": supported values: "None", "Webhook"',
        ),
        (
            {"versions": [{**V1, "additionalPrinterColumns": [{"name": "N", "type": "float", "jsonPath": "spec.n"}]}]},
            'spec.additionalPrinterColumns[0].type: Invalid value: "float": must be one of boolean,date,integer,number,string',
        ),
        (
            {"versions": [{**V1, "subresources": {"scale": {"specReplicasPath": ".x", "statusReplicasPath": ".status.n"}}}]},
            'spec.subresources.scale.specReplicasPath: Invalid value: ".x": should be a json path under .spec',
        ),
        (
            {"versions": [{**V1, "selectableFields": [{"jsonPath": ".spec.q"}]}]},
            'spec.selectableFields[0].jsonPath: Invalid value: ".spec.q": is an invalid path: does not refer to a valid field',
        ),
        (
            {"versions": [{**V1, "deprecationWarning": "old"}]},
            'spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions',
        ),
        (
            {"versions": [{"name": "v1", "storage": True}]},
            "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required",
        ),
        ({"versions": [{**V1, "name": "V1"}]}, f'spec.version: Invalid value: "V1": {LABEL}'),
        (
            {"preserveUnknownFields": True, "versions": [{**V1, "schema": {"openAPIV3Schema": {**SCHEMA, "default": {}}}}]},
            "spec.preserveUnknownFields: Invalid value: true: must be false in order to use defaults in the schema",
        ),
        (
            {"preserveUnknownFields": True, "conversion": {"strategy": "Webhook"}},
            'spec.conversion.strategy: Invalid value: "Webhook": must be None if spec.preserveUnknownFields is true',
        ),
        (
            {"versions": [{**V1, "storage": False}]},
            "spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion{apiextensions."
            'CustomResourceDefinitionVersion{Name:"v1", Served:true, Storage:false, Deprecated:false, '
            "DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), "
            "Subresources:(*apiextensions.CustomResourceSubresources)(nil), "
            "AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil), "
            "SelectableFields:[]apiextensions.SelectableField(nil)}}: must have exactly one version marked as storage version",
        ),
        (
            {"versions": None},
            "spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion(nil): "
            "must have exactly one version marked as storage version",
        ),
    ],
)
def test_rules_of_the_spec(changes: Object, text: str) -> None:
    assert text in texts(make(**changes))


PATH = "spec.validation.openAPIV3Schema.properties[spec].properties[x]"


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({}, f"{PATH}.type: Required value: must not be empty for specified object fields"),
        ({"type": "array"}, f"{PATH}.items: Required value: must be specified"),
        (
            {"type": "text"},
            f'{PATH}.type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"',
        ),
        (
            {"type": "string", "uniqueItems": True},
            f"{PATH}.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        ),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}},
            f"{PATH}.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
        ),
        (
            {"type": "integer", "allOf": [{"type": "integer"}]},
            f"{PATH}.allOf[0].type: Forbidden: must be empty to be structural",
        ),
        (
            {"type": "integer", "default": "a"},
            f'{PATH}.default: Invalid value: "string": {PATH}.default in body must be of type integer: "string"'.replace(
                f"{PATH}.default in body", " in body"
            ),
        ),
        (
            {"type": "object", "default": {"a": 1}},
            f'{PATH}.default: Invalid value: map[string]interface {{}}{{"a":1}}: must not have unknown fields',
        ),
        (
            {"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "map"},
            f"{PATH}.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
        ),
        (
            {"type": "string", "x-kubernetes-validations": [{"rule": " "}]},
            f"{PATH}.x-kubernetes-validations[0].rule: Required value: rule is not specified",
        ),
        (
            {"type": "integer", "x-kubernetes-validations": [{"rule": "self > 1", "optionalOldSelf": True}]},
            f"{PATH}.x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule",
        ),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value.rpartition(": ")[2][:40],
)
def test_rules_of_schemas(schema: Object, text: str) -> None:
    assert text in texts(with_schema(x=schema))


@pytest.mark.parametrize(
    ("first", "second", "fields"),
    [
        pytest.param({"schema": {"type": "text"}}, {"schema": {"type": "text"}}, ["spec.validation"], id="the same twice"),
        pytest.param({}, {"schema": {"type": "text"}}, ["spec.versions[1].schema"], id="in one version"),
        pytest.param({"columns": [{}]}, {"columns": [{}]}, ["spec.additionalPrinterColumns[0]"], id="columns"),
        pytest.param({"columns": []}, {"columns": [{}]}, ["spec.versions[1].additionalPrinterColumns[0]"], id="its columns"),
        pytest.param({"columns": [], "fields": [".x"]}, {"fields": [".x"]}, ["spec.selectableFields[0]"], id="fields"),
        pytest.param(
            {"fields": [".spec.n"]}, {"schema": {}, "fields": [".spec.n"]}, ["spec.selectableFields"], id="fields, two schemas"
        ),
        pytest.param({"fields": [".spec.n"]}, {}, ["spec.versions[0].selectableFields"], id="its fields, one schema"),
    ],
)
def test_what_all_versions_have_alike_stands_in_the_spec(first: Object, second: Object, fields: list[str]) -> None:
    def version(name: str, parts: Object) -> Object:
        properties = {**SCHEMA["properties"], **({"x": parts["schema"] or {"type": "string"}} if "schema" in parts else {})}
        return {
            "name": name,
            "storage": name == "v1",
            "schema": {"openAPIV3Schema": {**SCHEMA, "properties": properties}},
            "additionalPrinterColumns": parts.get("columns"),
            "selectableFields": [{"jsonPath": path} for path in parts.get("fields", ())],
        }

    errors = crd_validation.validate(make(versions=[version("v1", first), version("v2", second)]))
    assert errors
    assert {field for field in fields if any(error.field.startswith(field) for error in errors)} == set(fields)
    assert all(error.field.startswith(tuple(fields)) for error in errors)


def test_unknown_fields_stay_kept_where_they_were() -> None:
    crd = make(preserveUnknownFields=True)
    assert [error.field for error in crd_validation.validate(crd)] == ["spec.preserveUnknownFields"]
    assert crd_validation.validate_update(crd, deep_copy(crd)) == []


def test_a_rule_that_does_not_compile_is_shown_with_its_place() -> None:
    (text,) = texts(with_schema(x={"type": "integer", "x-kubernetes-validations": [{"rule": "other > 1"}]}))
    assert text.startswith(
        f'{PATH}.x-kubernetes-validations[0].rule: Invalid value: apiextensions.ValidationRule{{Rule:"other > 1"'
    )
    assert text.endswith("undeclared reference to 'other' (in container '')\n | other > 1\n | ^")


def test_names_stay_once_established() -> None:
    old = make()
    old["status"]["conditions"] = [{"type": "Established", "status": "True"}]
    new = deep_copy(old)
    new["spec"]["scope"] = "Cluster"
    assert [error.field for error in crd_validation.validate_update(new, old)] == ["spec.scope"]


def test_a_version_that_was_stored_stays() -> None:
    old = make()
    new = deep_copy(old)
    new["spec"]["versions"] = [{**V1, "name": "v2"}]
    KIND.prepare_for_update(new, old)
    (error,) = crd_validation.validate_update(new, old)
    assert (error.field, new["status"]["storedVersions"]) == ("status.storedVersions[0]", ["v1", "v2"])


def test_versions_by_priority() -> None:
    names = ["foo1", "v3alpha1", "v11beta2", "v2", "v10", "v12alpha1", "v1", "foo10"]
    assert sorted(names, key=rank_version, reverse=True) == [
        *("v10", "v2", "v1", "v11beta2", "v12alpha1", "v3alpha1"),
        *("foo1", "foo10"),
    ]


def test_a_deprecated_version_names_a_better_one() -> None:
    old = {"name": "v1beta1", "deprecated": True}
    spec = {"group": "example.com", "names": {"kind": "Bar"}, "versions": [V1, old]}
    assert tell_deprecation(spec, old) == "example.com/v1beta1 Bar is deprecated; use example.com/v1 Bar"


@pytest.mark.parametrize(
    ("type_", "value", "cell"),
    [
        ("string", "a", "a"),
        ("string", {"a": 1}, '{"a":1}'),
        ("string", None, "<no value>"),
        ("integer", 5, 5),
        ("integer", 5.7, 5),
        ("integer", None, None),
        ("integer", "x", None),
        ("boolean", True, True),
        ("number", 2, 2.0),
        ("date", "1970-01-01T00:00:00Z", "90s"),
        ("date", "soon", "<invalid>"),
        ("date", "", "<unknown>"),
        ("date", "null", "<unknown>"),
    ],
)
def test_cells_of_printer_columns(type_: str, value: Any, cell: Any) -> None:
    column = {"name": "X", "type": type_, "jsonPath": ".spec.x"}
    kind = make_kind(make(versions=[{**V1, "additionalPrinterColumns": [column]}]), "v1")
    assert kind.columns[1].cell({"spec": {"x": value}}, 90.0) == cell
    assert kind.columns[1].cell({"spec": {}}, 90.0) is None
