"""x-kubernetes-validations: rules in the Common Expression Language, judged for each value they are said of.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minikube_py.apimachinery.errors import FieldError

Schema = Mapping[str, Any]


def has_rules(schema: Schema) -> bool:
    """Return whether a schema says rules anywhere."""
    return False


def check_rules(schema: Schema, new: Any, old: Any) -> list[FieldError]:
    """Return which rules a value breaks."""
    return []
