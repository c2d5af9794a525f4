"""The events about an object, at the end of its description."""

from __future__ import annotations

from typing import Any

from minikube_py.client.resources import EVENTS
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.times import format_since
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def write_events_of(obj: Object, context: Context) -> None:
    """Write the events about an object, or that there are none; nothing where events are not wanted."""
    if context.show_events:
        metadata = obj["metadata"]
        events = search_events(context, metadata, kind=obj.get("kind", ""), uid=metadata.get("uid", ""))
        write_events(events, context.writer, context.now)


def search_events(context: Context, metadata: Object, *, kind: str = "", uid: str = "") -> list[Object]:
    """Return the events about the object of that name and namespace, and of that kind and uid where given; none on errors."""
    namespace = metadata.get("namespace", "")
    fields = {"name": metadata.get("name", ""), "namespace": namespace}
    fields |= {key: value for key, value in (("kind", kind), ("uid", uid)) if value}
    selector = ",".join(f"involvedObject.{key}={value}" for key, value in fields.items())
    return context.find(EVENTS, namespace, field_selector=selector)


def write_events(events: list[Object], writer: Writer, now: float) -> None:
    """Write events by the time of the last one, with how often and over how long each was seen."""
    if not events:
        writer.field(0, "Events", "<none>")
        return
    writer.flush()
    writer.write(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n")
    writer.write(1, "----\t------\t----\t----\t-------\n")
    for event in sorted(events, key=lambda event: event.get("lastTimestamp") or ""):
        source = (event.get("source") or {}).get("component") or event.get("reportingComponent") or ""
        cells = (event.get("type"), event.get("reason"), _tell_age(event, now), source, (event.get("message") or "").strip())
        writer.write(1, "\t".join(cell or "" for cell in cells) + "\n")


def _tell_age(event: Object, now: float) -> str:
    first = format_since(event.get("eventTime") or event.get("firstTimestamp"), now)
    count = event.get("count") or 0
    if series := event.get("series"):
        last, count = format_since(series.get("lastObservedTime"), now), series.get("count") or 0
    elif count > 1:
        last = format_since(event.get("lastTimestamp"), now)
    else:
        return first
    return f"{last} (x{count} over {first})"
