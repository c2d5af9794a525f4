"""Server-side apply: an applier's configuration merged into the live object, with ownership of its fields.

See "Server-Side Apply" in Kubernetes' documentation. Defaults and admission come after, and owe nobody anything.
"""

from __future__ import annotations

import json
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.last_applied import get_original, keep_up_to_date
from minikube_py.apimachinery.patch.apply_merge import merge, remove_fields, with_named_fields
from minikube_py.apimachinery.patch.apply_validation import check_config, find_problems
from minikube_py.apimachinery.patch.compare import Comparison, compare, owned_fields
from minikube_py.apimachinery.patch.fieldset import FieldSet, difference, format_path, intersection, paths, union
from minikube_py.apimachinery.patch.managed_fields import (
    Entry,
    ManagerInfo,
    identity_of,
    new_entry,
    release,
    sort_entries,
    update_managed_fields,
    without_fields,
)
from minikube_py.apimachinery.patch.typed import IGNORED, root_type
from minikube_py.apimachinery.schema import Schema

Object = dict[str, Any]

BEFORE_FIRST_APPLY = "before-first-apply"
KUBECTL = "kubectl"
"""The one manager whose applying counts as client-side apply's: it takes over what that set, and keeps its annotation."""


def apply(live: Object | None, config: Object, schema: Schema | None, info: ManagerInfo, force: bool = False) -> Object:
    """Return the object that applying `config` makes of `live` (None: it is created), with its new managedFields.

    What the applier applied before, no longer does, and nobody else owns, goes. `info.operation` is taken to be Apply.
    Raises Conflict where others own fields that would change, unless `force` takes them over; BadRequest or StatusError for a
    configuration that cannot be applied. Where nothing changes the applier's time does not move, and a new applier has none.
    A null in the configuration stays in the result, for decoding to drop.
    """
    info = info._replace(operation="Apply")
    check_config(config, schema, info)
    entries = _entries_of_live(live, schema, info)
    fields = _without(owned_fields(root_type(schema, tracked=False), config) or {}, info.ignored)
    mine = new_entry(info, fields)
    others = [entry for entry in entries if identity_of(entry) != identity_of(mine)]
    last = next((entry for entry in entries if identity_of(entry) == identity_of(mine)), None)
    merged = merge(root_type(schema, tracked=False), live or {}, config)
    if last is not None:
        merged = _prune(merged, last["fieldsV1"], [mine, *others], schema)
    comparison = without_fields(compare(live or {}, merged, schema), info.ignored)
    if not force:
        _check_conflicts(find_conflicts(others, comparison), live or {}, schema, info)
    kept = release(others, comparison)
    tracked = _tracked(fields, schema)
    if tracked:
        time = info.time if live is None or merged != live else (last or {}).get("time", "")
        kept.append(new_entry(info._replace(time=time), tracked))
    result = _with_managed_fields(merged, sort_entries(kept))
    return keep_up_to_date(result, config) if info.manager == KUBECTL else result


def _entries_of_live(live: Object | None, schema: Schema | None, info: ManagerInfo) -> list[Entry]:
    """Return the live object's entries; what was there before anyone was tracked belongs to a manager of its own."""
    if live is None:
        return []
    entries: list[Entry] | None = live["metadata"].get("managedFields")
    if entries:
        return entries
    return update_managed_fields(None, live, schema, info._replace(manager=BEFORE_FIRST_APPLY, operation="Update"))


def _without(fields: FieldSet, names: tuple[str, ...]) -> FieldSet:
    return {element: node for element, node in fields.items() if element[2:] not in names}


def _prune(merged: Object, last: FieldSet, entries: list[Entry], schema: Schema | None) -> Object:
    """Return the merged object without what was applied last time and has no owner now.

    Taking a list's item or a map out takes all in it. So what goes first is everything applied last time with all it holds;
    what has an owner comes back; and so does what was never applied, unless what holds it went.
    """
    root = root_type(schema, tracked=False)
    applied = with_named_fields(root, last)
    owned: FieldSet = {}
    for entry in entries:
        owned = union(owned, with_named_fields(root, entry["fieldsV1"]))
    everything = with_named_fields(root, owned_fields(root, merged) or {})

    def fields_left(without: FieldSet) -> FieldSet:
        return with_named_fields(root, owned_fields(root, remove_fields(root, merged, without) or {}) or {})

    kept = union(fields_left(applied), owned)
    kept = fields_left(difference(everything, kept))
    pruned: Object = remove_fields(root, merged, intersection(difference(everything, kept), applied)) or {}
    return pruned


def _tracked(fields: FieldSet, schema: Schema | None) -> FieldSet:
    """Return the set without what nobody manages."""
    metadata = root_type(schema).field("metadata")
    result = {element: node for element, node in fields.items() if element not in ("f:apiVersion", "f:kind", "f:metadata")}
    inner = {e: n for e, n in fields.get("f:metadata", {}).items() if e != "." and metadata.field(e[2:]).kind != IGNORED}
    return {**({"f:metadata": inner} if inner else {}), **result}


_Conflict = tuple[Entry, FieldSet]


def find_conflicts(others: list[Entry], comparison: Comparison) -> list[_Conflict]:
    """Return the entries, sorted, that own fields which would change, with those fields."""
    taken = [(entry, intersection(entry["fieldsV1"], comparison.changed)) for entry in sorted(others, key=identity_of)]
    return [(entry, fields) for entry, fields in taken if fields]


def _check_conflicts(conflicts: list[_Conflict], live: Object, schema: Schema | None, info: ManagerInfo) -> None:
    """Raise Conflict, but not for what kubectl applied itself on the client and nobody changed since."""
    if conflicts and info.manager == KUBECTL:
        mine = _fields_applied_last(live, schema, info)
        conflicts = [(entry, difference(fields, mine)) for entry, fields in conflicts]
    found = [(entry, format_path(path)) for entry, fields in conflicts for path in paths(fields)]
    if found:
        causes = [
            {"reason": "FieldManagerConflict", "message": f"conflict with {_describe(entry)}", "field": field}
            for entry, field in found
        ]
        raise errors.Conflict(_conflict_message(found), {"causes": causes})


def _fields_applied_last(live: Object, schema: Schema | None, info: ManagerInfo) -> FieldSet:
    """Return the fields of the last-applied annotation that the live object still has as they were; {} without annotation."""
    try:
        last = json.loads(get_original(live) or "null")
    except ValueError:
        return {}
    if not isinstance(last, dict) or last.get("apiVersion") != info.api_version or any(find_problems(schema, last, "")):
        return {}
    comparison = compare(last, live, schema)
    fields = owned_fields(root_type(schema, tracked=False), last) or {}
    return difference(difference(fields, comparison.changed), comparison.removed)


def _conflict_message(conflicts: list[tuple[Entry, str]]) -> str:
    if len(conflicts) == 1:
        entry, field = conflicts[0]
        return f"Apply failed with 1 conflict: conflict with {_describe(entry)}: {field}"
    by_manager: dict[str, list[str]] = {}
    for entry, field in conflicts:
        by_manager.setdefault(_describe(entry), []).append(field)
    lines = [
        line for manager, fields in by_manager.items() for line in (f"conflicts with {manager}:", *(f"- {f}" for f in fields))
    ]
    return f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)


def _describe(entry: Entry) -> str:
    text = json.dumps(entry.get("manager", ""), ensure_ascii=False)
    if entry.get("subresource"):
        text += f" with subresource {json.dumps(entry['subresource'])}"
    return f"{text} using {entry['apiVersion']}" if entry["operation"] == "Update" else text


def _with_managed_fields(obj: Object, entries: list[Entry]) -> Object:
    metadata = {key: value for key, value in (obj.get("metadata") or {}).items() if key != "managedFields"}
    if entries:
        metadata["managedFields"] = entries
    return {**obj, "metadata": metadata}
