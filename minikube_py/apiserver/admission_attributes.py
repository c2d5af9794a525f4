"""What admission is told of a write."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apis.kind import Kind
from minikube_py.client.request import User

Object = dict[str, Any]


class Attributes(NamedTuple):
    """What is about to happen. `operation` is CREATE, UPDATE, DELETE or CONNECT; `old` is None for CREATE, `obj` for DELETE.

    With some subresources `obj` is of another kind than `kind`: a Binding, or the options of a connection.
    """

    operation: str
    kind: Kind
    namespace: str
    name: str
    obj: Object | None
    old: Object | None
    user: User
    subresource: str = ""
    dry_run: bool = False
    options: Object | None = None  # CreateOptions, UpdateOptions or DeleteOptions
