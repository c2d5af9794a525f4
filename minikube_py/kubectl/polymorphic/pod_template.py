"""A pod template in words, as `rollout history --revision` and `rollout undo --dry-run` show it: with tabs as they are."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.pod_template import write_pod_template
from minikube_py.kubectl.describe.writer import INDENT, Writer

Object = dict[str, Any]


class RawWriter(Writer):
    """Collects a description without aligning its columns."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def write(self, level: int, text: str) -> None:
        """Write text after the indent of `level`."""
        self._parts.append(INDENT * level + text.replace("\x1b", "^[").replace("\r", "\\r"))

    def flush(self) -> None:
        """Do nothing: there are no columns."""

    def text(self) -> str:
        """Return what was written."""
        return "".join(self._parts)


def describe_template_text(template: Object) -> str:
    """Return the description of a pod template, beginning with `Pod Template:`."""
    writer = RawWriter()
    write_pod_template(template, writer)
    return writer.text()
