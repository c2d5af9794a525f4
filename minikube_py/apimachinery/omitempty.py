"""Which fields Go leaves out of an object where they are empty: what OpenAPI does not tell.

A field that is no pointer and carries `omitempty` does not survive a typed server when it is "", 0, false, [] or {}.
`kept_fields.json`, drawn from the type declarations of k8s.io/api and apimachinery, lists for each definition the fields
that do: pointers, and those without `omitempty`. Structs, quantities, times and values of free form always survive.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from minikube_py.apimachinery.schema import Schema

_MAY_BE_OMITTED = ("array", "map", "string", "integer", "number", "boolean")


def list_omitted(schema: Schema) -> frozenset[str]:
    """Return the fields of an object that go when they are empty; none for a definition that is not known."""
    kept = _table().get(schema.name.removeprefix("io.k8s."))
    if kept is None:
        return frozenset()
    return frozenset(name for name, field in schema.fields.items() if field.type in _MAY_BE_OMITTED and name not in kept)


@lru_cache(maxsize=1)
def _table() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = json.loads(Path(__file__).with_name("kept_fields.json").read_bytes())
    return loaded
