"""The form in which the API server keeps a CustomResourceDefinition in memory, which decides where errors say that something stands.

What all versions have alike is there once, in the spec, under the names of apiextensions.k8s.io/v1beta1: the schema of a definition
of one version is `spec.validation`. Upstream: k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/conversion.go.
"""

from __future__ import annotations

from minikube_py.apis.kind import Object

SCHEMA = "validation"  # the name of a schema in the spec; in a version it is `schema`
_PARTS = (
    ("subresources", "subresources"),
    ("schema", SCHEMA),
    ("additionalPrinterColumns", "additionalPrinterColumns"),
    ("selectableFields", "selectableFields"),
)
_LISTS = ("additionalPrinterColumns", "selectableFields")


def hoist(spec: Object) -> Object:
    """Return the spec with what its versions have alike moved up; `versions` and `validation` always stand. `spec` is not changed."""
    versions = spec.get("versions")
    hoisted = {**spec, "versions": None if versions is None else [dict(version) for version in versions], SCHEMA: None}
    for part, name in _PARTS:
        values = [_read(version, part) for version in versions or ()]
        if values and all(value == values[0] for value in values):
            hoisted[name] = values[0]
            for version in hoisted["versions"]:
                version.pop(part, None)
    return hoisted


def _read(version: Object, part: str) -> object:
    value = version.get(part)
    return value or None if part in _LISTS else value
