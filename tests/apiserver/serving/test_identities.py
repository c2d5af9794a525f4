"""Who is let in over https, and to what."""

from __future__ import annotations

import base64
import json
import ssl
from typing import Any

import pytest

from minikube_py.apiserver.authentication.keys import load_or_make
from minikube_py.apiserver.authentication.own_certificates import ensure_certificates
from minikube_py.apiserver.serving.worker import without_identity
from minikube_py.client.http_message import HttpRequest
from minikube_py.component_base.clock import RealClock
from tests.apiserver.serving.conftest import MAPS, Api, make_map

ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts"
WHOAMI = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
REVIEW = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}


def make_token(api: Api, account: str) -> str:
    api.read("POST", ACCOUNTS, {"metadata": {"name": account}})
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    status, answer = api.read("POST", f"{ACCOUNTS}/{account}/token", body)
    assert status == 201, answer
    return str(answer["status"]["token"])


def whoami(api: Api, **headers: str) -> tuple[int, Any]:
    status, answer = api.read("POST", WHOAMI, REVIEW, **headers)
    return status, answer["status"]["userInfo"] if status == 201 else answer["message"]


def test_the_owners_certificate_is_that_of_an_administrator(api: Api) -> None:
    status, user = whoami(api)
    assert (status, user["username"]) == (201, "kubernetes-admin")
    assert user["groups"] == ["kubeadm:cluster-admins", "system:masters", "system:authenticated"]
    assert user["extra"]["authentication.kubernetes.io/credential-id"][0].startswith("X509SHA256=")


def test_a_service_accounts_token_is_good_while_the_account_is_there(api: Api) -> None:
    token = make_token(api, "bot")
    assert whoami(api, token=token)[1]["username"] == "system:serviceaccount:default:bot"
    assert api.read("GET", MAPS, token=token)[0] == 403
    api.read("DELETE", f"{ACCOUNTS}/bot")
    assert whoami(api, token=token) == (401, "Unauthorized")


def test_a_token_may_come_as_a_websockets_sub_protocol(api: Api) -> None:
    encoded = base64.urlsafe_b64encode(make_token(api, "bot").encode()).decode().rstrip("=")
    protocols = f"v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.{encoded}"
    assert whoami(api, token="", Sec_WebSocket_Protocol=protocols)[1]["username"] == "system:serviceaccount:default:bot"


def test_such_a_token_goes_no_further(api: Api) -> None:
    message = HttpRequest(
        "GET", "/", {"sec-websocket-protocol": "v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.eA, x"}
    )
    assert [word.strip() for word in without_identity(message).header("sec-websocket-protocol").split(",")] == [
        "v5.channel.k8s.io",
        "x",
    ]


@pytest.mark.parametrize("protocol", ["base64url.bearer.authorization.k8s.io.!", "base64url.bearer.authorization.k8s.io.eA"])
def test_a_token_that_is_none_is_no_way_in(api: Api, protocol: str) -> None:
    assert whoami(api, token="", Sec_WebSocket_Protocol=protocol) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/livez", 200),
        ("/readyz", 200),
        ("/version", 200),
        ("/version/", 200),
        ("/", 403),
        ("/api", 403),
        ("/apis/apps/v1", 403),
        ("/metrics", 403),
        ("/nosuch", 403),
        (MAPS, 403),
        (f"{MAPS}?watch=true", 403),
        ("/api/v1/nosuch", 403),
        ("/api/v1/namespaces/default/pods/x/exec?command=ls", 403),
        ("/api/v1/namespaces/default/pods/x/log", 403),
    ],
)
def test_nobody_in_particular_sees_health_and_version_only(api: Api, path: str, status: int) -> None:
    answer = api.ask("GET", path, token="")
    body = answer.read()
    assert answer.status == status
    assert status == 200 or b"system:anonymous" in body


@pytest.mark.parametrize("path", ["/healthz", "/version", MAPS, "/nosuch"])
def test_a_bad_token_is_refused_everywhere(api: Api, path: str) -> None:
    status, answer = api.read("GET", path, token="nonsense")
    assert (status, answer["reason"], answer["message"]) == (401, "Unauthorized", "Unauthorized")


def test_what_somebody_may_not_do_is_refused_before_it_is_read(api: Api) -> None:
    assert api.read("POST", MAPS, b"{nonsense", token="")[0] == 403
    assert api.read("POST", MAPS, b"{nonsense")[0] == 400


@pytest.mark.parametrize(
    ("headers", "status", "text"),
    [
        ({"Impersonate_User": "ann"}, 201, "ann"),
        ({"Impersonate_User": "ann", "Impersonate_Group": "system:masters"}, 201, "ann"),
        ({"Impersonate_Group": "dev"}, 400, "requested impersonation without a user"),
    ],
)
def test_who_may_do_all_acts_as_others(api: Api, headers: dict[str, str], status: int, text: str) -> None:
    got, answer = whoami(api, **headers)
    assert got == status
    assert text in (answer["username"] if status == 201 else answer)


def test_whom_one_acts_as_decides_what_is_allowed(api: Api) -> None:
    status, answer = api.read("GET", MAPS, Impersonate_User="ann")
    assert (status, answer["message"].partition(" cannot")[0]) == (403, 'configmaps is forbidden: User "ann"')
    assert api.read("GET", MAPS, Impersonate_User="ann", Impersonate_Group="system:masters")[0] == 200


@pytest.mark.parametrize("path", [MAPS, "/version"])
def test_who_may_not_act_as_others_is_refused(api: Api, path: str) -> None:
    token = make_token(api, "bot")
    status, answer = api.read("GET", path, token=token, Impersonate_User="kubernetes-admin")
    assert (status, answer["reason"]) == (403, "Forbidden")
    assert 'cannot impersonate resource "users"' in answer["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/healthz/../metrics",
        "/healthz/%2e%2e/metrics",
        "/healthz/%2E%2E%2Fmetrics",
        "//metrics",
        "/api/v1/namespaces/default//pods",
        "/api/v1/namespaces/./default/pods",
        "/version\\..\\metrics",
    ],
)
def test_paths_that_go_elsewhere_are_none(api: Api, path: str) -> None:
    assert api.read("GET", path)[0] == 404
    assert api.read("POST", path, make_map("x"))[0] == 404


def test_a_certificate_of_another_authority_ends_the_handshake(api: Api, tmp_path: Any) -> None:
    now = RealClock().now()
    load_or_make(tmp_path / "other", now)
    ensure_certificates(tmp_path / "other", now, ("127.0.0.1",))
    context = api.make_context("")
    context.load_cert_chain(tmp_path / "other" / "admin.crt", tmp_path / "other" / "admin.key")
    connection = api.connect("")
    connection._context = context  # type: ignore[attr-defined]
    with pytest.raises(ssl.SSLError, match="ALERT_UNKNOWN_CA"):  # it is told why
        connection.request("GET", "/version")
        connection.getresponse()


@pytest.mark.parametrize("days", [-400, 2], ids=["no longer", "not yet"])
def test_a_certificate_that_is_not_good_now_is_nobodys(api: Api, days: int) -> None:
    """As in Kubernetes: the handshake goes on, and the answer is 401."""
    pki = api.folder.path / "pki"
    (pki / "admin.crt").unlink()
    ensure_certificates(pki, RealClock().now() + days * 24 * 3600, ("127.0.0.1",))
    connection = api.connect()
    connection.request("GET", "/version")
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["reason"]) == (401, "Unauthorized")


def test_a_servers_certificate_is_none_of_a_client(api: Api) -> None:
    connection = api.connect("apiserver")
    with pytest.raises(ssl.SSLError, match="ALERT_UNSUPPORTED_CERTIFICATE"):
        connection.request("GET", "/version")
        connection.getresponse()


def test_old_tls_is_not_spoken(api: Api) -> None:
    context = api.make_context()
    with pytest.warns(DeprecationWarning):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.minimum_version = ssl.TLSVersion.TLSv1
    connection = api.connect()
    connection._context = context  # type: ignore[attr-defined]
    with pytest.raises(ssl.SSLError):
        connection.connect()
