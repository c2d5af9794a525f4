"""Bearer tokens as users: whose a token is, as long as it and all it is bound to are good."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minikube_py.apiserver.authentication.jwt import get_token_key
from minikube_py.apiserver.authentication.tokens import ISSUER, LEGACY, LEGACY_ISSUER
from minikube_py.client.request import User
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
INVALID = "invalid bearer token"
EXPIRED = "service account token has expired"
INVALIDATED = "service account token has been invalidated"
ANOTHER = "service account token does not match server's copy"
CREDENTIAL_ID = "authentication.kubernetes.io/credential-id"
_EXTRAS = (("pod", "pods"), ("node", "nodes"))
_BOUND = (("pod", "pods"), ("secret", "secrets"))
EVERYBODY = "system:authenticated"


class BadToken(Exception):
    """A token that is nobody's; the text says why as Kubernetes does."""


def authenticate(server: ApiServer, token: str, audiences: Sequence[str] = (ISSUER,)) -> tuple[User, list[str]]:
    """Return whose a token is, and for which of `audiences` it is meant. Raises BadToken."""
    try:
        claims = get_token_key(server).verify(token)
    except ValueError:
        raise BadToken(INVALID) from None
    if claims.get("iss") == LEGACY_ISSUER:
        return _read_legacy(server, token, claims), [audience for audience in audiences if audience == ISSUER]
    meant = [audience for audience in audiences if audience in (claims.get("aud") or ())]
    if claims.get("iss") != ISSUER or not meant:
        raise BadToken(f"[{INVALID}, {_tell_audiences(claims.get('aud') or (), audiences)}]")
    now = server.now()
    if claims.get("exp", 0) <= now or claims.get("nbf", 0) > now + 60:
        raise BadToken(f"[{INVALID}, {EXPIRED}]")
    return _read_bound(server, claims), meant


def _tell_audiences(meant: Sequence[str], wanted: Sequence[str]) -> str:
    given, asked = (" ".join(f'"{audience}"' for audience in audiences) for audiences in (meant, wanted))
    return f"token audiences [{given}] is invalid for the target audience [{asked}]"


def _read_bound(server: ApiServer, claims: Object) -> User:
    private = claims.get("kubernetes.io") or {}
    namespace, account = private.get("namespace", ""), private.get("serviceaccount") or {}
    _check_there(server, "serviceaccounts", namespace, account)
    for name, plural in _BOUND:
        if name in private:
            _check_there(server, plural, namespace, private[name])
    if "node" in private and "pod" not in private:
        _check_there(server, "nodes", "", private["node"])
    extra = [(CREDENTIAL_ID, (f"JTI={claims['jti']}",))] if claims.get("jti") else []
    for name, _ in _EXTRAS:
        about = private.get(name) or {}
        extra += [(f"authentication.kubernetes.io/{name}-{key}", (about[key],)) for key in ("name", "uid") if about.get(key)]
    return make_account_user(namespace, account["name"], account["uid"], tuple(sorted(extra)))


def _read_legacy(server: ApiServer, token: str, claims: Object) -> User:
    namespace, secret = claims.get(f"{LEGACY}/namespace", ""), claims.get(f"{LEGACY}/secret.name", "")
    account = {"name": claims.get(f"{LEGACY}/service-account.name"), "uid": claims.get(f"{LEGACY}/service-account.uid")}
    _check_there(server, "serviceaccounts", namespace, account)
    kept = _check_there(server, "secrets", namespace, {"name": secret}).get("data") or {}
    if kept.get("token") != base64.b64encode(token.encode()).decode():
        raise BadToken(f"[{INVALID}, {ANOTHER}]")
    return make_account_user(namespace, str(account["name"]), str(account["uid"]))


def _check_there(server: ApiServer, plural: str, namespace: str, wanted: Object) -> Object:
    """Return what a token is bound to. Raises BadToken where it is gone, or another by now."""
    found = server.store.get(Key(plural, namespace, str(wanted.get("name"))))
    if found is None or wanted.get("uid", found["metadata"]["uid"]) != found["metadata"]["uid"]:
        raise BadToken(f"[{INVALID}, {INVALIDATED}]")
    return found


def make_account_user(namespace: str, name: str, uid: str, extra: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> User:
    """Return the user that a service account is."""
    groups = (*account_groups(namespace), EVERYBODY)
    return User(f"system:serviceaccount:{namespace}:{name}", groups, uid, extra)


def account_groups(namespace: str) -> tuple[str, ...]:
    """Return the groups of every service account of a namespace."""
    return "system:serviceaccounts", f"system:serviceaccounts:{namespace}"
