"""Asks who one is where a kubeconfig does not say it of a server that is reached over TLS, as clientcmd does."""

from __future__ import annotations

from typing import Any, TextIO

from minikube_py.client.credentials import read_token_file
from minikube_py.client.kubeconfig import ConfigError, Target

Object = dict[str, Any]

PROOFS = ("username", "client-certificate", "client-certificate-data", "token", "auth-provider", "exec")


def ask_who(target: Target, stdin: TextIO, stdout: TextIO) -> Target:
    """Return the target with a name and password, asked for if nothing else says who one is. Raises ConfigError where nobody answers."""
    if not str(target.cluster.get("server") or "").startswith("https:") or _is_somebody(target.user):
        return target
    name = _ask_name(stdin, stdout)
    return target._replace(user={**target.user, "username": name, "password": _ask_password(stdin, stdout)})


def _is_somebody(user: Object) -> bool:
    return any(user.get(field) for field in PROOFS) or bool(read_token_file(user.get("tokenFile") or ""))


def _ask_name(stdin: TextIO, stdout: TextIO) -> str:
    stdout.write("Please enter Username: ")
    stdout.flush()
    while line := stdin.readline():
        if words := line.split():
            return words[0]
    raise ConfigError("EOF")


def _ask_password(stdin: TextIO, stdout: TextIO) -> str:
    stdout.write("Please enter Password: ")
    stdout.flush()
    if not stdin.isatty():
        raise ConfigError("error reading input for Password")
    from getpass import getpass

    return getpass("", stream=stdout)
