"""What is said of a deprecated version, and the order of versions: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/"""

from __future__ import annotations

import re

from minikube_py.apis.kind import Object

_STAGES = {"": 2, "beta": 1, "alpha": 0}


def rank_version(name: str) -> tuple[int, int, int, int, str]:
    """Return a key that is greater the higher a version's priority: v10, v2, v1, v11beta2, v3alpha1, then any other name."""
    match = re.fullmatch(r"v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?", name)
    if match is None:
        return 0, 0, 0, 0, "".join(chr(0x10FFFF - ord(char)) for char in f"{name}\0")
    return 1, _STAGES[match[2] or ""], int(match[1]), int(match[3] or 0), ""


def tell_deprecation(spec: Object, version: Object) -> str:
    """Return the warning that comes with every answer about a deprecated version, "" for others."""
    if not version.get("deprecated"):
        return ""
    if version.get("deprecationWarning") is not None:
        return str(version["deprecationWarning"])
    group, kind, name = spec["group"], spec["names"]["kind"], version["name"]
    better = [
        other["name"]
        for other in spec["versions"]
        if other.get("served") and not other.get("deprecated") and rank_version(other["name"]) > rank_version(name)
    ]
    text = f"{group}/{name} {kind} is deprecated"
    return f"{text}; use {group}/{max(better, key=rank_version)} {kind}" if better else text
