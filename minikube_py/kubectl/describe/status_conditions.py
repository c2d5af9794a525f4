"""Conditions with the time of their last change."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.times import format_time
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def write_dated_conditions(conditions: list[Object], writer: Writer) -> None:
    """Write a table of conditions."""
    writer.write(0, "Conditions:\n")
    writer.write(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage\n")
    writer.write(1, "----\t------\t------------------\t------\t-------\n")
    for condition in conditions:
        what = [condition.get(field, "") for field in ("type", "status")]
        why = [condition.get(field, "") for field in ("reason", "message")]
        writer.write(1, "\t".join([*what, format_time(condition.get("lastTransitionTime")), *why]) + "\n")
