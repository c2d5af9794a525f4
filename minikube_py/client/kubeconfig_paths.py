"""Files that a kubeconfig names: relative ones are found from the kubeconfig's own folder."""

from __future__ import annotations

import os
from typing import Any

Object = dict[str, Any]

_FIELDS = {"cluster": ("certificate-authority",), "user": ("client-certificate", "client-key", "tokenFile")}


def resolve_paths(config: Object, folder: str) -> Object:
    """Return a file's configuration with absolute paths. A plugin's command is a path where it has a slash, else it is looked for in PATH."""
    resolved = dict(config)
    for section, inner in (("clusters", "cluster"), ("users", "user")):
        if config.get(section):
            resolved[section] = [
                {**one, inner: _resolve(one.get(inner) or {}, _FIELDS[inner], folder)} for one in config[section]
            ]
    return resolved


def _resolve(entry: Object, fields: tuple[str, ...], folder: str) -> Object:
    found: Object = {field: os.path.normpath(os.path.join(folder, entry[field])) for field in fields if entry.get(field)}
    wanted = entry.get("exec")
    if wanted and "/" in (wanted.get("command") or ""):
        found["exec"] = {**wanted, "command": os.path.normpath(os.path.join(folder, wanted["command"]))}
    return {**entry, **found}
