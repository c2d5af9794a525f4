"""--record: the command line that made a change, kept with the object for `rollout history`."""

from __future__ import annotations

from typing import Any

from minikube_py.cli_runtime.flags import Parsed, flag

Object = dict[str, Any]

CHANGE_CAUSE = "kubernetes.io/change-cause"
RECORD_FLAG = flag("record", default=False, deprecated="--record will be removed in the future")


def with_cause(flags: Parsed, obj: Object) -> Object:
    """Return the object with the command line in its annotations, where --record asks for it; else as it is."""
    if not flags["record"]:
        return obj
    metadata = obj.get("metadata") or {}
    annotations = {**(metadata.get("annotations") or {}), CHANGE_CAUSE: format_command(flags)}
    return {**obj, "metadata": {**metadata, "annotations": annotations}}


def make_cause_patch(flags: Parsed, obj: Object) -> Object:
    """Return the merge patch that records the command line; {} without --record, and where it is there already."""
    cause = format_command(flags)
    if not flags["record"] or (obj["metadata"].get("annotations") or {}).get(CHANGE_CAUSE) == cause:
        return {}
    return {"metadata": {"annotations": {CHANGE_CAUSE: cause}}}


def format_command(flags: Parsed) -> str:
    """Return the command line: its words first, then the flags, each with its value."""
    words = (flags.path, *flags.args, *(f"--{name}={text}" for name, text in flags.typed))
    return " ".join(["kubectl", *words])
