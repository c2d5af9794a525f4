"""What merging asks of single values: whether they are there, of which kind they are, and the directives in a patch."""

from __future__ import annotations

from typing import Any, Final

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.scalars import text_of


class _Sign:
    def __repr__(self) -> str:
        return "<no value>"


MISSING: Final = _Sign()
"""A value that is not there."""
CLEARED: Final = _Sign()
"""A value that a patch takes away."""
DIRECTIVE = "$patch"


def is_absent(value: Any) -> bool:
    """Return whether a value is not there or null."""
    return value is None or value is MISSING


def check_kinds(kind: type | None, *values: Any) -> None:
    """Check that values are all maps, lists, or (None) scalars, as far as they are there. Raises KustomizeError."""
    for value in values:
        found = type(value) if isinstance(value, dict | list) else None
        if not is_absent(value) and found is not kind:
            raise KustomizeError(
                f"wrong node kind: expected {name_kind(kind)} but got {name_kind(found)}: node contents:\n{format_node(value)}"
            )


def name_kind(kind: type | None) -> str:
    """Return `MappingNode`, `SequenceNode` or `ScalarNode`."""
    return "ScalarNode" if kind is None else "SequenceNode" if kind is list else "MappingNode"


def format_node(value: Any) -> str:
    """Return a value as YAML, for messages."""
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    return encode_yaml(value)


def read_directive(patch: Any, *, strict: bool = True) -> str:
    """Return merge, replace or delete, as `$patch` says, and take the directive out. Raises KustomizeError if `strict`."""
    if isinstance(patch, dict):
        found = patch.get(DIRECTIVE)
        place: dict[str, Any] | None = patch if DIRECTIVE in patch else None
    elif isinstance(patch, list):
        place = next((item for item in patch if isinstance(item, dict) and DIRECTIVE in item), None)
        if place is None or len(place) > 1:
            return "merge"
        found = place[DIRECTIVE]
    else:
        return "merge"
    if place is None or found is None:
        return "merge"
    word = text_of(found)
    if word not in ("merge", "replace", "delete"):
        if strict:
            raise KustomizeError(f"unknown patch strategy '{word}'")
        return "merge"
    if isinstance(patch, list):
        patch[:] = [item for item in patch if not (isinstance(item, dict) and item.get(DIRECTIVE) == found)]
    else:
        del patch[DIRECTIVE]
    return word
