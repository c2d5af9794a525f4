"""Who a request comes from, by its credentials, and as whom they act. Upstream: apiserver's endpoints/filters.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apimachinery.errors import InternalError, Unauthorized
from minikube_py.apis.rbac.rules import Action
from minikube_py.apiserver.authentication.bearer import EVERYBODY, BadToken, account_groups, authenticate
from minikube_py.apiserver.authorization.requests import check_action
from minikube_py.client.request import Request, User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from minikube_py.apiserver.server import ApiServer
    from minikube_py.client.credentials import Credentials

ANONYMOUS, NOBODY = "system:anonymous", "system:unauthenticated"
AUTHENTICATION = "authentication.k8s.io"
_ACCOUNT = "system:serviceaccount:"


def identify(server: ApiServer, request: Request) -> Request:
    """Return a request with the user that its credentials stand for. Raises Unauthorized, Forbidden."""
    credentials = request.credentials
    if credentials is None:
        return request
    user = find_user(server, credentials) or request.user
    if credentials.acts:
        user = impersonate(server, user, credentials)
    return request._replace(user=user, credentials=None)


def admit_path(server: ApiServer, request: Request, target: str) -> Request:
    """Let somebody ask for a path that is not one of resources; return the request in that user's name. Raises Unauthorized, Forbidden."""
    request = identify(server, request)
    check_action(server.store, request.user, Action(request.verb, path=target.partition("?")[0]))
    return request


def find_user(server: ApiServer, credentials: Credentials) -> User | None:
    """Return whose credentials these are, None where they only say as whom to act. Raises Unauthorized."""
    if credentials.token:
        try:
            return authenticate(server, credentials.token)[0]
        except BadToken:
            raise Unauthorized("Unauthorized") from None
    if credentials.certificate:
        from minikube_py.apiserver.authentication.certificates import BadCertificate, find_subject

        try:
            return find_subject(server, credentials.certificate, credentials.key)
        except BadCertificate:
            raise Unauthorized("Unauthorized") from None
    if credentials.password:
        raise Unauthorized("Unauthorized")  # Kubernetes has no passwords any more
    return None


def impersonate(server: ApiServer, user: User, wanted: Credentials) -> User:
    """Return the user to act as. Raises Forbidden unless `user` may impersonate each part of that."""
    if not wanted.name:
        raise InternalError("Internal error occurred: requested groups without impersonating a user")
    for action in _list_claims(wanted):
        check_action(server.store, user, action)
    groups = list(wanted.groups)
    account = _split_account(wanted.name)
    if not groups and account is not None:
        groups += account_groups(account[0])
    if wanted.name == ANONYMOUS:
        added, known = NOBODY, (NOBODY, EVERYBODY)
    else:
        added, known = EVERYBODY, (EVERYBODY, NOBODY)
    if not set(known) & set(groups):
        groups.append(added)
    return User(wanted.name, tuple(groups), wanted.uid, wanted.extra)


def _list_claims(wanted: Credentials) -> Iterator[Action]:
    account = _split_account(wanted.name)
    if account is not None:
        yield Action("impersonate", "", "serviceaccounts", "", account[1], account[0])
    else:
        yield Action("impersonate", "", "users", "", wanted.name)
    yield from (Action("impersonate", "", "groups", "", group) for group in wanted.groups)
    if wanted.uid:
        yield Action("impersonate", AUTHENTICATION, "uids", "", wanted.uid)
    for key, values in wanted.extra:
        yield from (Action("impersonate", AUTHENTICATION, "userextras", key, value) for value in values)


def _split_account(name: str) -> tuple[str, str] | None:
    parts = name.removeprefix(_ACCOUNT).split(":")
    return (parts[0], parts[1]) if name.startswith(_ACCOUNT) and len(parts) == 2 and all(parts) else None
