"""What somebody identifies with, as a kubeconfig and the global flags say it: a token, a certificate, and as whom to act."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.client.kubeconfig import ConfigError
from minikube_py.component_base.os_errors import tell_os_error

Object = dict[str, Any]
Extra = tuple[tuple[str, tuple[str, ...]], ...]
NO_USER = "requesting uid, groups or user-extra for  without impersonating a user"


class Credentials(NamedTuple):
    """Proof of who one is (none: whoever may read the cluster's files), and the user to act as (none: oneself)."""

    token: str = ""
    certificate: bytes = b""  # PEM, with its key
    key: bytes = b""
    password: bool = False  # that one was given; no cluster knows any
    name: str = ""
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: Extra = ()

    @property
    def acts(self) -> bool:
        """Return whether to act as somebody else."""
        return bool(self.name or self.groups or self.uid or self.extra)


def read_credentials(user: Object, name: str = "") -> Credentials | None:
    """Return what a kubeconfig's user entry identifies with, None where it says nothing. Raises ConfigError."""
    extra = tuple(sorted((key, tuple(values)) for key, values in (user.get("as-user-extra") or {}).items()))
    groups, uid = tuple(user.get("as-groups") or ()), user.get("as-uid") or ""
    found = Credentials(
        _read_token(user),
        _read(user, "client-certificate", "client-cert", name),
        _read(user, "client-key", "client-key", name),
        bool(user.get("username") or user.get("password")),
        user.get("as") or "",
        groups,
        uid,
        extra,
    )
    if not found.name and (groups or uid or extra):
        raise ConfigError(NO_USER)
    return found if any(found) else None


def _read_token(user: Object) -> str:
    path, token = user.get("tokenFile"), str(user.get("token") or "")
    return read_token_file(path) or token or _read_file(path).decode().strip() if path else token


def read_token_file(path: str) -> str:
    """Return the token in a file, "" where there is none: it may be replaced at any time, as those of service accounts are."""
    try:
        return _read_file(path).decode().strip() if path else ""
    except (ConfigError, UnicodeDecodeError):
        return ""


def _read(user: Object, field: str, shown: str, name: str) -> bytes:
    if data := user.get(f"{field}-data"):
        import base64

        return base64.b64decode(data)
    path = user.get(field)
    if not path:
        return b""
    try:
        return _read_file(path)
    except ConfigError as error:
        raise ConfigError(f"invalid configuration: unable to read {shown} {path} for {name} due to {error}") from None


def _read_file(path: str) -> bytes:

    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ConfigError(f"open {path}: {tell_os_error(error)}") from None
