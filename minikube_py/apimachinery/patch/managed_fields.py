"""metadata.managedFields: who set which field, kept at each write as the API server keeps it.

See "Field management" under Server-Side Apply in Kubernetes' documentation.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from minikube_py.apimachinery.patch.compare import Comparison, compare
from minikube_py.apimachinery.patch.errors import PatchError
from minikube_py.apimachinery.patch.fieldset import FieldSet, difference, from_fields_v1, union
from minikube_py.apimachinery.schema import Schema

Object = dict[str, Any]
Entry = dict[str, Any]

MAX_UPDATE_MANAGERS = 10
ANCIENT_CHANGES = "ancient-changes"


class ManagerInfo(NamedTuple):
    """Who writes, how and when. `time` is RFC 3339.

    `reset_fields` are top fields that this write cannot change, whatever it says: by default the status where no subresource
    is written, and the spec where the status is. A kind without a status subresource passes ().
    """

    manager: str
    api_version: str
    time: str
    operation: str = "Update"
    subresource: str = ""
    reset_fields: tuple[str, ...] | None = None

    @property
    def ignored(self) -> tuple[str, ...]:
        """The top fields that are left out."""
        if self.reset_fields is not None:
            return self.reset_fields
        return {"": ("status",), "status": ("spec",)}.get(self.subresource, ())


def update_managed_fields(old: Object | None, new: Object, schema: Schema | None, info: ManagerInfo) -> list[Entry]:
    """Return the managedFields that `new`, as it will be stored, gets when it replaces `old` (None: it is created).

    What differs becomes the writer's and nobody else's; what is gone, nobody's. Entries left empty go. A writer's time moves
    only if it changed something. An object that has no managedFields when it is updated gets none. The entries may share
    parts with those given and must not be changed.
    """
    entries = _entries_before(old, new, info)
    if old is not None and not entries:
        return []
    comparison = without_fields(compare(old or {}, new, schema), info.ignored)
    if not comparison.changed and not comparison.removed:
        return entries
    kept = release(entries, comparison)
    if comparison.changed:
        kept = _give(kept, comparison.changed, info)
    return sort_entries(_cap_managers(kept))


def _entries_before(old: Object | None, new: Object, info: ManagerInfo) -> list[Entry]:
    """Return the entries to go on from: those the request brings, else those stored. [] or [{}] in the request resets them."""
    stored: list[Entry] = ((old or {}).get("metadata") or {}).get("managedFields") or []
    if info.subresource:
        return stored
    sent = (new.get("metadata") or {}).get("managedFields")
    if sent is None or sent is stored or sent == stored:
        return stored
    if sent in ([], [{}]):
        return []
    try:
        return [_check_entry(entry) for entry in sent]
    except PatchError:
        return stored


def _check_entry(entry: Any) -> Entry:
    if not isinstance(entry, dict) or entry.get("operation") not in ("Apply", "Update") or not entry.get("apiVersion"):
        raise PatchError("operation must be `Apply` or `Update`")
    if entry.get("fieldsType") != "FieldsV1":
        raise PatchError(f"invalid fieldsType {entry.get('fieldsType', '')} in managed fields entry")
    return {**entry, "fieldsV1": from_fields_v1(entry.get("fieldsV1") or {})}


def without_fields(comparison: Comparison, names: tuple[str, ...]) -> Comparison:
    """Return a comparison that leaves out some top fields."""
    for name in names:
        element = "f:" + name
        if element in comparison.changed or element in comparison.removed:
            comparison = Comparison(*({e: n for e, n in fields.items() if e != element} for fields in comparison))
    return comparison


def release(entries: list[Entry], comparison: Comparison) -> list[Entry]:
    """Return the entries without the fields that changed or are gone."""
    kept: list[Entry] = []
    for entry in entries:
        before = entry["fieldsV1"]
        fields = difference(difference(before, comparison.changed), comparison.removed)
        if fields:
            kept.append(entry if fields is before else {**entry, "fieldsV1": fields})
    return kept


def _give(entries: list[Entry], changed: FieldSet, info: ManagerInfo) -> list[Entry]:
    entry = new_entry(info, changed)
    mine = identity_of(entry)
    result = []
    for other in entries:
        if other.get("manager", "") == entry["manager"] and identity_of(other) == mine:
            entry = new_entry(info, union(other["fieldsV1"], changed))
        else:
            result.append(other)
    return [*result, entry]


def new_entry(info: ManagerInfo, fields: FieldSet) -> Entry:
    """Return an entry of managedFields, keys in Kubernetes' order."""
    entry: Entry = {"manager": info.manager or "unknown", "operation": info.operation, "apiVersion": info.api_version}
    if info.time:
        entry["time"] = info.time
    entry["fieldsType"] = "FieldsV1"
    entry["fieldsV1"] = fields
    if info.subresource:
        entry["subresource"] = info.subresource
    return entry


def identity_of(entry: Entry) -> str:
    """Return what tells one manager from another, as JSON; appliers are the same in every version."""
    identity = {"manager": entry.get("manager", ""), "operation": entry["operation"]}
    if entry["operation"] != "Apply":
        identity["apiVersion"] = entry["apiVersion"]
    if entry.get("subresource"):
        identity["subresource"] = entry["subresource"]
    return json.dumps(identity, separators=(",", ":"), ensure_ascii=False)


def sort_entries(entries: list[Entry]) -> list[Entry]:
    """Return entries as Kubernetes lists them: appliers first, then by time, manager, version and subresource."""
    if len(entries) < 2:
        return entries
    return sorted(entries, key=_order_of)


def _order_of(entry: Entry) -> tuple[str, str, str, str, str]:
    return (
        entry["operation"],
        entry.get("time") or "",
        entry.get("manager", ""),
        entry["apiVersion"],
        entry.get("subresource") or "",
    )


def _cap_managers(entries: list[Entry]) -> list[Entry]:
    """Merge the oldest updaters of each version into one entry while there are more than ten."""
    updaters = [entry for entry in entries if entry["operation"] == "Update"]
    excess = len(updaters) - MAX_UPDATE_MANAGERS
    if excess <= 0:
        return entries
    result = [entry for entry in entries if entry["operation"] != "Update"]
    oldest: dict[str, Entry] = {}
    updaters.sort(key=lambda entry: (entry.get("time") or "", identity_of(entry)))
    for entry in updaters:
        bucket = oldest.get(entry["apiVersion"])
        if bucket is None or excess <= 0:
            oldest.setdefault(entry["apiVersion"], entry)
            result.append(entry)
            continue
        fields = union(bucket["fieldsV1"], entry["fieldsV1"])
        info = ManagerInfo(ANCIENT_CHANGES, entry["apiVersion"], entry.get("time", ""))
        result = [other for other in result if other is not bucket]
        oldest[entry["apiVersion"]] = new_entry(info, fields)
        result.append(oldest[entry["apiVersion"]])
        excess -= 1
    return result
