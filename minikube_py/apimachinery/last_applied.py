"""The annotation in which client-side apply keeps what was applied last, and JSON as Go writes it there.

https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes
"""

from __future__ import annotations

import json
from typing import Any

Object = dict[str, Any]

ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
HTML_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
MAX_ANNOTATIONS_BYTES = 256 * 1024


def get_original(obj: Object) -> str | None:
    """Return the configuration that was applied last, as JSON text, or None."""
    text: str | None = ((obj.get("metadata") or {}).get("annotations") or {}).get(ANNOTATION)
    return text


def encode_go(value: Any, *, sort_keys: bool = False) -> str:
    """Return compact JSON as Go's encoder writes it, with HTML characters escaped."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=sort_keys).translate(HTML_ESCAPES)


def encode_configuration(config: Object) -> str:
    """Return the annotation's text for a configuration, which is written without the annotation itself."""
    metadata = dict(config.get("metadata") or {})
    annotations = metadata.pop("annotations", None)
    if annotations is not None:
        metadata["annotations"] = {key: value for key, value in annotations.items() if key != ANNOTATION}
    config = {**config, "metadata": metadata}
    return encode_go(config, sort_keys=True) + "\n"


def keep_up_to_date(obj: Object, config: Object) -> Object:
    """Return an object whose annotation, where it has one, says `config`; without it where annotations would grow too large."""
    if get_original(obj) is None:
        return obj
    annotations = {**obj["metadata"]["annotations"], ANNOTATION: encode_configuration(config)}
    if sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items()) > MAX_ANNOTATIONS_BYTES:
        del annotations[ANNOTATION]
    return {**obj, "metadata": {**obj["metadata"], "annotations": annotations}}
