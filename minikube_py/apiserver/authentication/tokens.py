"""TokenRequests: tokens of a service account, for an audience, until they expire, bound to a pod, a secret or a node.

https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apiserver.authentication.jwt import get_token_key
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
GROUP, KIND = "authentication.k8s.io", "TokenRequest"
ISSUER = "https://kubernetes.default.svc.cluster.local"
LEGACY_ISSUER = "kubernetes/serviceaccount"
LEGACY = "kubernetes.io/serviceaccount"
MIN_SECONDS, MAX_SECONDS, DEFAULT_SECONDS = 600, 1 << 32, 3600
WARN_SECONDS = 3607  # what pods ask for by default: such a token is good for a year, for programs that never read it again
EXTENDED_SECONDS = 365 * 24 * 3600
_BOUND_PLURALS = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


def answer_request(server: ApiServer, account: Object, request: Object) -> Object:
    """Return the TokenRequest with a token for `account`. Raises Invalid, NotFound, BadRequest, Conflict, ServiceUnavailable."""
    key = get_token_key(server)
    spec, metadata = request.get("spec") or {}, account["metadata"]
    seconds = spec.get("expirationSeconds")
    seconds = DEFAULT_SECONDS if seconds is None else seconds
    _check_lifetime(seconds)
    now = int(server.now())
    audiences = spec.get("audiences") or [ISSUER]
    name, namespace = metadata["name"], metadata["namespace"]
    private = _private_claims(server, account, spec.get("boundObjectRef"))
    is_extended = seconds == WARN_SECONDS and "pod" in private and audiences == [ISSUER]
    if is_extended:
        private["warnafter"] = now + seconds
    claims = {
        "aud": audiences,
        "exp": now + (EXTENDED_SECONDS if is_extended else seconds),
        "iat": now,
        "iss": ISSUER,
        "jti": server.new_uid(),
        "kubernetes.io": private,
        "nbf": now,
        "sub": f"system:serviceaccount:{namespace}:{name}",
    }
    status = {"token": key.sign(claims), "expirationTimestamp": format_rfc3339(now + seconds)}
    return {
        "kind": KIND,
        "apiVersion": f"{GROUP}/v1",
        "metadata": {"name": name, "namespace": namespace, "creationTimestamp": format_rfc3339(now)},
        "spec": {**spec, "audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": spec.get("boundObjectRef")},
        "status": status,
    }


def make_legacy_token(server: ApiServer, account: Object, secret: str) -> str:
    """Return the token that a secret of type service-account-token holds: it is good as long as both are there."""
    metadata = account["metadata"]
    name, namespace = metadata["name"], metadata["namespace"]
    claims = {
        "iss": LEGACY_ISSUER,
        f"{LEGACY}/namespace": namespace,
        f"{LEGACY}/secret.name": secret,
        f"{LEGACY}/service-account.name": name,
        f"{LEGACY}/service-account.uid": metadata["uid"],
        "sub": f"system:serviceaccount:{namespace}:{name}",
    }
    return get_token_key(server).sign(claims)


def _check_lifetime(seconds: int) -> None:
    if MIN_SECONDS <= seconds <= MAX_SECONDS:
        return
    why = "may not specify a duration less than 10 minutes"
    if seconds > MAX_SECONDS:
        why = "may not specify a duration larger than 2^32 seconds"
    raise errors.new_invalid(GROUP, KIND, "", [errors.invalid("spec.expirationSeconds", seconds, why)])


def _private_claims(server: ApiServer, account: Object, bound: Object | None) -> Object:
    metadata = account["metadata"]
    claims: Object = {"namespace": metadata["namespace"], "serviceaccount": _name(account)}
    if not bound:
        return claims
    kind = bound.get("kind", "")
    found = _find_bound(server, account, bound)
    claims[kind.lower()] = _name(found)
    if kind == "Pod" and (node := found["spec"].get("nodeName")):
        there = server.store.get(Key("nodes", "", node))
        claims["node"] = _name(there) if there is not None else {"name": node}
    return claims


def _name(obj: Object) -> Object:
    return {"name": obj["metadata"]["name"], "uid": obj["metadata"]["uid"]}


def _find_bound(server: ApiServer, account: Object, bound: Object) -> Object:
    version, kind, name, uid = (bound.get(field) or "" for field in ("apiVersion", "kind", "name", "uid"))
    plural = _BOUND_PLURALS.get(kind)
    if plural is None or "/" in version:
        group, _, plain = version.rpartition("/")
        raise errors.BadRequest(f"cannot bind token to object of type {group}/{plain}, Kind={kind}")
    namespace = "" if kind == "Node" else account["metadata"]["namespace"]
    found = server.store.get(Key(plural, namespace, name))
    if found is None:
        raise errors.new_not_found("", plural, name)
    who = account["metadata"]["name"]
    if kind == "Pod" and found["spec"].get("serviceAccountName") != who:
        why = f'cannot bind token for serviceaccount "{who}" to pod running with different serviceaccount name.'
        raise errors.BadRequest(why)
    if uid and uid != found["metadata"]["uid"]:
        why = f"the UID in the bound object reference ({uid}) does not match the UID in record. "
        raise errors.new_conflict("", kind, name, why + "The object might have been deleted and then recreated")
    return found
