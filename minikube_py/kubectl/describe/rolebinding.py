"""Role bindings and cluster role bindings."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.metadata import write_labels_and_annotations

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write who is given which role."""
    writer, role = context.writer, obj.get("roleRef") or {}
    writer.field(0, "Name", obj["metadata"]["name"])
    write_labels_and_annotations(obj, writer)
    writer.write(0, "Role:\n")
    writer.field(1, "Kind", role.get("kind", ""))
    writer.field(1, "Name", role.get("name", ""))
    writer.write(0, "Subjects:\n")
    writer.write(1, "Kind\tName\tNamespace\n")
    writer.write(1, "----\t----\t---------\n")
    for subject in obj.get("subjects") or ():
        writer.write(1, "\t".join(subject.get(field, "") for field in ("kind", "name", "namespace")) + "\n")
