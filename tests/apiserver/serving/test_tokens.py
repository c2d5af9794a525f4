"""Tokens that are good, and all that are not: each is refused by a server that TLS has been agreed on with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from minikube_py.apiserver.authentication.jwt import TokenKey
from minikube_py.apiserver.authentication.keys import load_or_make
from minikube_py.apiserver.authentication.tokens import ISSUER
from minikube_py.component_base.clock import RealClock
from tests.apiserver.serving.conftest import Api, Object
from tests.apiserver.serving.test_identities import ACCOUNTS, whoami

PODS = "/api/v1/namespaces/default/pods"
Forge = Callable[[Object, Path], str]


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def write_unsigned(claims: Object, **head: str) -> str:
    return f"{encode(json.dumps(head).encode())}.{encode(json.dumps(claims).encode())}"


def sign(claims: Object, pki: Path) -> str:
    return TokenKey(str(pki / "sa.key")).sign(claims)


def sign_with_public_key(claims: Object, pki: Path) -> str:
    """The classical confusion: the public key, which anybody has, as the secret of a symmetric signature."""
    private: Any = serialization.load_pem_private_key((pki / "sa.key").read_bytes(), None)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = private.public_key().public_bytes(serialization.Encoding.PEM, form)
    text = write_unsigned(claims, alg="HS256", typ="JWT")
    return f"{text}.{encode(hmac.new(public, text.encode(), hashlib.sha256).digest())}"


def sign_with_another_key(claims: Object, pki: Path) -> str:
    load_or_make(pki.parent / "other", RealClock().now())
    return sign(claims, pki.parent / "other")


def change(**changes: Any) -> Forge:
    return lambda claims, pki: sign({**claims, **changes}, pki)


def change_private(**changes: Any) -> Forge:
    return lambda claims, pki: sign({**claims, "kubernetes.io": {**claims["kubernetes.io"], **changes}}, pki)


def claims_of(api: Api) -> Object:
    """Return what a good token of the service account `bot` says."""
    metadata = api.read("POST", ACCOUNTS, {"metadata": {"name": "bot"}})[1]["metadata"]
    account = {"name": "bot", "uid": metadata["uid"]}
    now = int(RealClock().now())
    private = {"namespace": "default", "serviceaccount": account}
    return {"aud": [ISSUER], "iss": ISSUER, "iat": now, "nbf": now, "exp": now + 600, "sub": "x", "kubernetes.io": private}


@pytest.mark.parametrize(
    "forge",
    [sign, change(exp=1 << 60), lambda claims, pki: " " + sign(claims, pki) + " "],
    ids=["as it is", "for long", "with spaces"],
)
def test_a_good_token(api: Api, forge: Forge) -> None:
    assert (
        whoami(api, token=forge(claims_of(api), api.folder.path / "pki"))[1]["username"] == "system:serviceaccount:default:bot"
    )


@pytest.mark.parametrize(
    "forge",
    [
        change(exp=1),
        change(exp=0),
        change(nbf=1 << 60),
        change(iss="https://example.com"),
        change(aud=["https://example.com"]),
        change(aud=[]),
        change_private(serviceaccount={"name": "bot", "uid": "another"}),
        change_private(serviceaccount={"name": "nobody", "uid": "x"}),
        change_private(namespace="kube-system"),
        change_private(pod={"name": "gone", "uid": "x"}),
        change_private(secret={"name": "gone", "uid": "x"}),
        change_private(node={"name": "gone", "uid": "x"}),
        sign_with_public_key,
        sign_with_another_key,
        lambda claims, pki: write_unsigned(claims, alg="none") + ".",
        lambda claims, pki: write_unsigned(claims, alg="none"),
        lambda claims, pki: write_unsigned(claims, alg="ES256") + ".",
        lambda claims, pki: write_unsigned(claims, alg="ES256") + "." + encode(b"\0" * 64),
        lambda claims, pki: sign(claims, pki)[:-8],
        lambda claims, pki: sign(claims, pki) + "AAAA",
        lambda claims, pki: sign(claims, pki) + ".x",
        lambda claims, pki: "x." + sign(claims, pki),
        lambda claims, pki: "..",
        lambda claims, pki: encode(b"[" * 30_000) + ".e30." + encode(b"\1" * 64),
        lambda claims, pki: encode(b'["ES256"]') + ".e30." + encode(b"\1" * 64),
        lambda claims, pki: encode(b"\xff") + ".e30.e30",
        lambda claims, pki: "\xe9\xff",
    ],
    ids=[
        "expired", "never good", "not good yet", "another issuer", "another audience", "no audience", "another account", "no account", "another namespace",
        "pod gone", "secret gone", "node gone", "HS256 with the public key", "another key", "alg none", "two parts", "no signature", "zero signature",
        "cut off", "longer", "four parts", "another head", "empty", "deep", "list", "no text", "not ASCII",
    ],
)  # fmt: skip
def test_a_bad_token(api: Api, forge: Forge) -> None:
    assert whoami(api, token=forge(claims_of(api), api.folder.path / "pki")) == (401, "Unauthorized")


def test_a_pods_token_ends_with_the_pod(api: Api) -> None:
    claims = claims_of(api)
    spec = {"serviceAccountName": "bot", "containers": [{"name": "web", "image": "nginx"}]}
    status, pod = api.read("POST", PODS, {"metadata": {"name": "web"}, "spec": spec})
    assert status == 201, pod
    bound = {"kind": "Pod", "apiVersion": "v1", "name": "web", "uid": pod["metadata"]["uid"]}
    status, answer = api.read("POST", f"{ACCOUNTS}/bot/token", {"spec": {"boundObjectRef": bound}})
    assert (status, claims["kubernetes.io"]["serviceaccount"]["name"]) == (201, "bot"), answer
    token = answer["status"]["token"]
    assert whoami(api, token=token)[1]["extra"]["authentication.kubernetes.io/pod-name"] == ["web"]
    assert api.read("DELETE", f"{PODS}/web?gracePeriodSeconds=0")[0] == 200
    assert whoami(api, token=token) == (401, "Unauthorized")


def test_a_token_for_others_is_none_for_us(api: Api) -> None:
    claims_of(api)
    answer = api.read("POST", f"{ACCOUNTS}/bot/token", {"spec": {"audiences": ["vault"]}})[1]
    assert whoami(api, token=answer["status"]["token"]) == (401, "Unauthorized")
