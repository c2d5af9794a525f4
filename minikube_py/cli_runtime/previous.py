"""What was current before the last switch, for `mk ctx -` and `mk ns -`: a small file in the clusters' home."""

from __future__ import annotations

import json

from minikube_py.client import kubeconfig

FILE = "previous.json"


def read_previous(what: str) -> str:
    """Return what was remembered under that name, "" if nothing was."""
    try:
        found = json.loads((kubeconfig.home() / FILE).read_text())
    except (FileNotFoundError, ValueError):
        return ""
    return str(found.get(what, "")) if isinstance(found, dict) else ""


def remember_previous(what: str, value: str) -> None:
    """Remember a value under a name."""
    path = kubeconfig.home() / FILE
    try:
        known = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        known = {}
    kubeconfig.write_private(path, json.dumps({**(known if isinstance(known, dict) else {}), what: value}))
