"""OpenID Connect: a token that is over is replaced by the refresh token's, and what issuers say who give none."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client.kubeconfig import Target, read_file
from minikube_py.client.remote.auth_providers import find_provider
from minikube_py.client.remote.open_id import NOTHING_GIVEN, OpenIdConnect
from minikube_py.client.request import Unreachable
from minikube_py.component_base.clock import FakeClock
from tests.client.peers import Asked, Connection, Peer, Script, answering, authority, make_server_tls, reply, serving

Object = dict[str, Any]


def jwt(expires: float) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps({'exp': expires}).encode()).decode().rstrip('=')}.x"


OVER, GOOD = jwt(0), jwt(FakeClock().now() + 60)


def issuing(*answers: bytes, asked: list[Asked]) -> Script:
    """Return an issuer whose document names itself, and that gives these answers to who asks for a token."""
    left = list(answers)

    def script(connection: Connection) -> None:
        request = connection.read()
        assert request is not None
        asked.append(request)
        if request.line.startswith("GET "):
            connection.send(reply(200, {"token_endpoint": f"http://{request.headers['host']}/token"}, "Connection: close"))
        else:
            connection.send(left.pop(0))

    return script


def provider(issuer: str, kept: list[Object], **config: str) -> OpenIdConnect:
    base = {"idp-issuer-url": issuer, "client-id": "mk", "client-secret": "a b", "id-token": OVER, "refresh-token": "r"}
    return OpenIdConnect({**base, **config}, FakeClock(), kept.append)


GIVEN = reply(200, {"id_token": GOOD, "refresh_token": "r2"}, "Connection: close")
REFUSED = reply(401, {"error": "invalid_client"}, "Connection: close")


@pytest.mark.parametrize("answers", [(GIVEN,), (REFUSED, GIVEN)], ids=["in the header", "in the body"])
def test_a_token_that_is_over_is_replaced(answers: tuple[bytes, ...]) -> None:
    asked: list[Asked] = []
    kept: list[Object] = []
    with serving(issuing(*answers, asked=asked)) as peer:
        one = provider(f"{peer.url}/realm/", kept)
        assert [one.get(), one.get()] == [GOOD, GOOD]
    assert asked[0].line == "GET /realm/.well-known/openid-configuration HTTP/1.1"
    assert asked[1].headers["authorization"] == "Basic bWs6YSti"
    assert asked[1].body == b"grant_type=refresh_token&refresh_token=r"
    if len(asked) == 3:
        assert asked[2].body == b"grant_type=refresh_token&refresh_token=r&client_id=mk&client_secret=a+b"
    assert [(config["id-token"], config["refresh-token"]) for config in kept] == [(GOOD, "r2")]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply(200, {"refresh_token": "r2"}, "Connection: close"), NOTHING_GIVEN),
        (
            reply(400, b"no", "Connection: close"),
            "failed to refresh token: oauth2: cannot fetch token: 400 X\nResponse: no",
        ),
    ],
    ids=["no id token", "refused"],
)
def test_an_issuer_that_gives_none(answer: bytes, why: str) -> None:
    with serving(issuing(answer, answer, asked=[])) as peer, pytest.raises(Unreachable) as caught:
        provider(peer.url, []).get()
    assert caught.value.cause == why


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply(404, b"gone", "Connection: close"), 'oidc: failed to query metadata endpoint 404 X: "gone"'),
        (reply(200, {}, "Connection: close"), "oidc: discovery object doesn't contain a token_endpoint"),
        (
            reply(200, b"<html>", "Connection: close"),
            "oidc: failed to decode provider discovery object: invalid character '<' looking for beginning of value",
        ),
    ],
    ids=["not there", "no address", "a page"],
)
def test_an_issuer_that_is_none(answer: bytes, why: str) -> None:
    with serving(answering(answer)) as peer, pytest.raises(Unreachable) as caught:
        provider(peer.url, []).get()
    assert caught.value.cause == why


def test_an_issuer_that_nobody_is() -> None:
    peer = Peer(lambda connection: None, None)
    peer.stop()
    with pytest.raises(Unreachable) as caught:
        provider(peer.url, []).get()
    url = f"{peer.url}/.well-known/openid-configuration"
    assert caught.value.cause == f'Get "{url}": dial tcp 127.0.0.1:{peer.port}: connect: connection refused'


def test_an_issuer_may_have_an_authority_of_its_own(tmp_path: Path) -> None:
    with serving(answering(reply(404, b"gone")), make_server_tls(tmp_path, authority().issue())) as peer:
        with pytest.raises(Unreachable, match="x509: certificate signed by unknown authority"):
            provider(peer.url, []).get()
        data = base64.b64encode(authority().pem).decode()
        with pytest.raises(Unreachable, match="failed to query metadata endpoint 404"):
            provider(peer.url, [], **{"idp-certificate-authority-data": data}).get()


def test_new_tokens_are_kept_in_the_kubeconfig_of_the_user(tmp_path: Path) -> None:
    path = tmp_path / "config"
    with serving(issuing(GIVEN, asked=[])) as peer:
        config = {"idp-issuer-url": peer.url, "client-id": "mk", "id-token": OVER, "refresh-token": "r"}
        user = {"auth-provider": {"name": "oidc", "config": config}}
        path.write_text(json.dumps({"users": [{"name": "bob", "user": {}}, {"name": "ann", "user": user}]}))
        found = find_provider(Target("c", "default", {}, user, "ann", kubeconfig=str(path)), FakeClock())
        assert found is not None
        assert found.get() == GOOD
    ann = read_file(path)["users"][1]["user"]["auth-provider"]
    assert ann == {"name": "oidc", "config": {**config, "id-token": GOOD, "refresh-token": "r2"}}
