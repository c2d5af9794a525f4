"""The cluster's keys and the tokens signed with them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from minikube_py.apimachinery import errors
from minikube_py.apiserver.authentication.keys import Keys, load_or_make
from minikube_py.apiserver.authentication.tokens import ISSUER
from minikube_py.client.request import Request
from minikube_py.component_base.clock import FakeClock, parse_rfc3339
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return load_or_make(tmp_path_factory.mktemp("home") / "pki", FakeClock().now())


def decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verify(token: str, key: Path) -> Object:
    """Return a token's claims if its signature is good; raises InvalidSignature."""
    head, claims, signature = token.split(".")
    raw = decode(signature)
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    encoded = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    private.public_key().verify(encoded, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(decode(head))["alg"] == "ES256"
    found: Object = json.loads(decode(claims))
    return found


def ask(cluster: Cluster, keys: Keys, clock: FakeClock, **spec: Any) -> Object:
    """Request a token of the service account `default`."""
    cluster.server.extensions["pki"] = str(keys.service_account_key.parent)
    body = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "spec": spec}
    request = Request("create", "", "v1", "serviceaccounts", "default", "default", "token", body=body)
    answer: Object = cluster.server.handle(request).object
    return answer


def test_keys_are_made_once_and_private(keys: Keys) -> None:
    folder = keys.ca_key.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert sorted(file.name for file in folder.iterdir()) == ["ca.crt", "ca.key", "sa.key"]
    before = {file: file.read_bytes() for file in folder.iterdir()}
    assert load_or_make(folder, FakeClock().now() + 60) == keys
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_the_certificate_is_a_ca_of_its_own_key(keys: Keys) -> None:
    certificate = x509.load_pem_x509_certificate(keys.ca_certificate.encode())
    certificate.verify_directly_issued_by(certificate)
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    private = serialization.load_pem_private_key(keys.ca_key.read_bytes(), None)
    assert certificate.public_key() == private.public_key()
    assert certificate.not_valid_before_utc.timestamp() == FakeClock().now() - 3600


def test_a_token_says_who_for_whom_and_until_when(cluster: Cluster, keys: Keys, clock: FakeClock) -> None:
    pod = cluster.create("pods", {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}})
    bound = {"kind": "Pod", "apiVersion": "v1", "name": "p", "uid": pod["metadata"]["uid"]}
    answer = ask(cluster, keys, clock, audiences=["vault"], expirationSeconds=1200, boundObjectRef=bound)
    claims = verify(answer["status"]["token"], keys.service_account_key)
    account = cluster.get("serviceaccounts", "default")["metadata"]
    assert (claims["iss"], claims["aud"], claims["sub"]) == (ISSUER, ["vault"], "system:serviceaccount:default:default")
    assert claims["kubernetes.io"] == {
        "namespace": "default",
        "serviceaccount": {"name": "default", "uid": account["uid"]},
        "pod": {"name": "p", "uid": pod["metadata"]["uid"]},
    }
    assert (claims["iat"], claims["nbf"], claims["exp"]) == (clock.now(), clock.now(), clock.now() + 1200)
    assert parse_rfc3339(answer["status"]["expirationTimestamp"]) == claims["exp"]


@pytest.mark.parametrize(
    ("fields", "seconds", "warns"),
    [
        pytest.param({}, 365 * 86400, True, id="what a pod asks for by default"),
        pytest.param({"audiences": ["vault"]}, 3607, False, id="for somebody else"),
        pytest.param({"expirationSeconds": 3608}, 3608, False, id="for a time of its own"),
        pytest.param({"boundObjectRef": None}, 3607, False, id="for no pod"),
    ],
)
def test_tokens_of_pods_outlive_what_they_say(
    cluster: Cluster, keys: Keys, clock: FakeClock, fields: Object, seconds: int, warns: bool
) -> None:
    cluster.create("pods", {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}})
    asked = {"expirationSeconds": 3607, "boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "p"}, **fields}
    answer = ask(cluster, keys, clock, **asked)
    claims = verify(answer["status"]["token"], keys.service_account_key)
    assert claims["exp"] - claims["iat"] == seconds
    assert claims["kubernetes.io"].get("warnafter") == (clock.now() + 3607 if warns else None)
    assert parse_rfc3339(answer["status"]["expirationTimestamp"]) == clock.now() + asked["expirationSeconds"]


def test_a_token_lives_an_hour_for_the_cluster_by_default(cluster: Cluster, keys: Keys, clock: FakeClock) -> None:
    answer = ask(cluster, keys, clock)
    claims = verify(answer["status"]["token"], keys.service_account_key)
    assert (claims["exp"] - claims["iat"], claims["aud"]) == (3600, [ISSUER])
    assert answer["spec"]["expirationSeconds"] == 3600


def test_tokens_differ_and_forged_ones_do_not_verify(cluster: Cluster, keys: Keys, clock: FakeClock) -> None:
    one, two = (ask(cluster, keys, clock)["status"]["token"] for _ in range(2))
    assert one != two
    head, _, signature = one.split(".")
    forged = base64.urlsafe_b64encode(b'{"sub":"system:admin"}').decode().rstrip("=")
    with pytest.raises(InvalidSignature):
        verify(f"{head}.{forged}.{signature}", keys.service_account_key)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (599, "may not specify a duration less than 10 minutes"),
        (1 << 33, "may not specify a duration larger than 2^32 seconds"),
    ],
)
def test_lifetimes_out_of_bounds_are_refused(cluster: Cluster, keys: Keys, clock: FakeClock, seconds: int, text: str) -> None:
    with pytest.raises(errors.Invalid) as refusal:
        ask(cluster, keys, clock, expirationSeconds=seconds)
    assert text in refusal.value.message


def test_without_a_key_nothing_is_signed(cluster: Cluster) -> None:
    with pytest.raises(errors.ServiceUnavailable):
        cluster.server.handle(Request("create", "", "v1", "serviceaccounts", "default", "default", "token", body={}))
