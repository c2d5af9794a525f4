"""What ingresses lead to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Object = dict[str, Any]
CLASS_ANNOTATION = "kubernetes.io/ingress.class"


def iterate_backends(spec: Object) -> Iterator[Object]:
    """Yield every backend of an ingress."""
    if (default := spec.get("defaultBackend")) is not None:
        yield default
    for rule in spec.get("rules") or ():
        for path in (rule.get("http") or {}).get("paths") or ():
            yield path.setdefault("backend", {})
