"""The rules of a network policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Object = dict[str, Any]


def iterate_rules(spec: Object) -> Iterator[tuple[str, str, Object]]:
    """Yield each rule with where it stands (`ingress[0]`) and the field that names its peers."""
    for way, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(way) or ()):
            yield f"{way}[{index}]", peers, rule
