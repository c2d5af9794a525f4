from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.volume_warnings import warn_of_overlaps


def items(*paths: str) -> dict[str, Any]:
    return {"items": [{"key": "k", "path": path} for path in paths]}


@pytest.mark.parametrize(
    ("volume", "warnings"),
    [
        ({"emptyDir": {}}, []),
        ({"configMap": {"name": "c"}}, []),
        ({"configMap": {"name": "c", **items("a", "b/c", "bc")}}, []),
        ({"configMap": {"name": "c", **items("a", "a")}}, ['(ConfigMap "c"): overlapping paths: "a" with "a"']),
        ({"secret": {"secretName": "s", **items("a/b", "a/")}}, ['(Secret "s"): overlapping paths: "a" with "a/b"']),
        ({"downwardAPI": items("a", "a/b/c")}, ['(DownwardAPI): overlapping paths: "a/b/c" with "a"']),
        (
            {"projected": {"sources": [{"secret": {"name": "s", **items("t")}}, {"serviceAccountToken": {"path": "t"}}]}},
            ['(Projected): overlapping paths: "t" (ServiceAccountToken) with "t" (Secret "s")'],
        ),
        (
            {"projected": {"sources": [{"secret": {"name": "s", **items("t")}}, {"configMap": {"name": "c"}}]}},
            ['(Projected): overlapping paths: "t" (Secret "s") with "t" (Secret "s")'],
        ),
    ],
)
def test_overlapping_paths(volume: dict[str, Any], warnings: list[str]) -> None:
    assert list(warn_of_overlaps([{"name": "v", **volume}])) == [f'volume "v" {text}' for text in warnings]
