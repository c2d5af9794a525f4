"""--append-hash: a name that changes with the contents of a ConfigMap or Secret, so that what uses it is rolled out anew."""

from __future__ import annotations

from typing import Any

from minikube_py.cli_runtime.last_applied import encode_go

Object = dict[str, Any]
_NO_VOWELS = str.maketrans("013ae", "ghkmt")  # no words come of it


def append_config_map_hash(config_map: Object) -> None:
    """Put the hash of a ConfigMap's data and name behind its name, in place."""
    hashed = {"data": config_map.get("data") or {}, "kind": "ConfigMap", "name": config_map["metadata"]["name"]}
    if config_map.get("binaryData"):
        hashed["binaryData"] = config_map["binaryData"]
    _append(config_map, hashed)


def append_secret_hash(secret: Object) -> None:
    """Put the hash of a Secret's data, type and name behind its name, in place."""
    name = secret["metadata"]["name"]
    _append(secret, {"data": secret.get("data") or {}, "kind": "Secret", "name": name, "type": secret.get("type", "")})


def _append(obj: Object, hashed: Object) -> None:
    import hashlib

    digest = hashlib.sha256(encode_go(hashed, sort_keys=True).encode()).hexdigest()
    obj["metadata"]["name"] += "-" + digest[:10].translate(_NO_VOWELS)
