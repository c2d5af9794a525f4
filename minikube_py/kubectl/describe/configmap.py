"""Config maps."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import write_head

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a config map: texts in full, of binary data the size. Keys are sorted; kubectl's own order is by chance."""
    writer = context.writer
    write_head(obj, writer)
    writer.write(0, "\nData\n====\n")
    for key, text in sorted((obj.get("data") or {}).items()):
        writer.write(0, f"{key}:\n----\n")
        writer.write(0, f"{text}\n\n")
    writer.write(0, "\nBinaryData\n====\n")
    for key, data in sorted((obj.get("binaryData") or {}).items()):
        writer.write(0, f"{key}: {len(b64decode(data or ''))} bytes\n")
    writer.write(0, "\n")
    write_events_of(obj, context)
