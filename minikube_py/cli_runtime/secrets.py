"""What the three `create secret` verbs share: a Secret out of keys and values."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import flag
from minikube_py.cli_runtime.generators import Create, make_metadata, make_object
from minikube_py.client.resources import SECRETS

Object = dict[str, Any]

APPEND_HASH_FLAG = flag("append-hash", default=False, help="Add a hash of the contents to the name")
FAILURE = "failed to create secret "


def make_secret(create: Create, type_: str, pairs: Iterable[tuple[str, bytes]], *, append_hash: bool) -> Object:
    """Return the Secret. Raises CliError for a key that is no key, or stands twice."""
    from minikube_py.apimachinery.names import is_config_map_key

    data: dict[str, str] = {}
    for key, value in pairs:
        if problems := is_config_map_key(key):
            raise CliError(f'"{key}" is not valid key name for a Secret {";".join(problems)}')
        if key in data:
            raise CliError(f"cannot add key {key}, another key by that name already exists")
        data[key] = base64.b64encode(value).decode()
    fields = {"data": dict(sorted(data.items())), "type": type_}
    secret = make_object(SECRETS, make_metadata(create), **{key: value for key, value in fields.items() if value})
    if append_hash:
        from minikube_py.cli_runtime.name_hash import append_secret_hash

        append_secret_hash(secret)
    return secret
