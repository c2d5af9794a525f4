"""Whom credentials stand for, and as whom one may act."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from minikube_py.apimachinery.errors import Forbidden, StatusError, Unauthorized
from minikube_py.apiserver.authentication.bearer import BadToken, authenticate
from minikube_py.apiserver.authentication.certificates import Authority, Order
from minikube_py.apiserver.authentication.keys import load_or_make
from minikube_py.apiserver.authentication.requests import identify
from minikube_py.apiserver.authentication.tokens import ISSUER, make_legacy_token
from minikube_py.client.credentials import Credentials
from minikube_py.client.request import OWNER, Request, User
from minikube_py.component_base.clock import FakeClock
from tests.apiserver.conftest import Cluster
from tests.certificates import make_request

Object = dict[str, Any]
ACCOUNT_GROUPS = ("system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "pki"
    load_or_make(folder, FakeClock().now())
    return folder


@pytest.fixture
def keyed(cluster: Cluster, pki: Path) -> Cluster:
    cluster.server.extensions["pki"] = str(pki)
    return cluster


def ask_token(cluster: Cluster, **spec: Any) -> str:
    request = Request("create", "", "v1", "serviceaccounts", "default", "default", "token", body={"spec": spec})
    token: str = cluster.server.handle(request).object["status"]["token"]
    return token


def find_user(cluster: Cluster, credentials: Credentials) -> User:
    return identify(cluster.server, Request("get", "", "v1", "pods", credentials=credentials)).user


def test_a_token_is_its_service_account(keyed: Cluster) -> None:
    user = find_user(keyed, Credentials(ask_token(keyed)))
    account = keyed.get("serviceaccounts", "default")
    assert user[:3] == ("system:serviceaccount:default:default", ACCOUNT_GROUPS, account["metadata"]["uid"])
    assert user.extra[0][0] == "authentication.kubernetes.io/credential-id"
    assert user.extra[0][1][0].startswith("JTI=")


def test_a_bound_token_tells_of_its_pod_and_ends_with_it(keyed: Cluster) -> None:
    pod = keyed.create("pods", {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}})
    token = ask_token(keyed, boundObjectRef={"kind": "Pod", "apiVersion": "v1", "name": "p"})
    extra = dict(find_user(keyed, Credentials(token)).extra)
    assert extra["authentication.kubernetes.io/pod-name"] == ("p",)
    assert extra["authentication.kubernetes.io/pod-uid"] == (pod["metadata"]["uid"],)
    keyed.delete("pods", "p")
    with pytest.raises(BadToken, match="service account token has been invalidated"):
        authenticate(keyed.server, token)


def test_tokens_end(keyed: Cluster, clock: FakeClock) -> None:
    token = ask_token(keyed, expirationSeconds=600)
    clock.advance(599)
    assert find_user(keyed, Credentials(token))
    clock.advance(1)
    with pytest.raises(BadToken, match="service account token has expired"):
        authenticate(keyed.server, token)
    with pytest.raises(Unauthorized, match=r"^Unauthorized$"):
        find_user(keyed, Credentials(token))


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."])
def test_what_is_no_token_of_ours(keyed: Cluster, token: str) -> None:
    with pytest.raises(BadToken, match=r"^invalid bearer token$"):
        authenticate(keyed.server, token)


def test_a_token_is_good_for_its_audiences_only(keyed: Cluster) -> None:
    token = ask_token(keyed, audiences=["vault"])
    assert authenticate(keyed.server, token, ["vault", "other"])[1] == ["vault"]
    with pytest.raises(BadToken) as refusal:
        authenticate(keyed.server, token)
    told = f'token audiences ["vault"] is invalid for the target audience ["{ISSUER}"]'
    assert str(refusal.value) == f"[invalid bearer token, {told}]"


def test_a_token_in_a_secret_is_good_as_long_as_the_secret(keyed: Cluster) -> None:
    token = make_legacy_token(keyed.server, keyed.get("serviceaccounts", "default"), "s")
    keyed.create("secrets", {"metadata": {"name": "s"}, "stringData": {"token": token}})
    assert find_user(keyed, Credentials(token)).name == "system:serviceaccount:default:default"
    keyed.delete("secrets", "s")
    with pytest.raises(Unauthorized):
        find_user(keyed, Credentials(token))
    keyed.create("secrets", {"metadata": {"name": "s"}, "stringData": {"token": "another"}})
    with pytest.raises(BadToken, match="does not match server's copy"):
        authenticate(keyed.server, token)


@pytest.mark.parametrize(
    ("bound", "text"),
    [
        ({"kind": "Pod", "apiVersion": "v1", "name": "no"}, 'pods "no" not found'),
        ({"kind": "Node", "apiVersion": "v1", "name": "no"}, 'nodes "no" not found'),
        ({"kind": "Job", "apiVersion": "batch/v1", "name": "j"}, "cannot bind token to object of type batch/v1, Kind=Job"),
    ],
)
def test_what_tokens_cannot_be_bound_to(keyed: Cluster, bound: Object, text: str) -> None:
    with pytest.raises(StatusError) as refusal:
        ask_token(keyed, boundObjectRef=bound)
    assert refusal.value.message == text


def sign(pki: Path, clock: FakeClock, name: str, *groups: str, usages: tuple[str, ...] = ("client auth",)) -> Credentials:
    asked = make_request(name, groups)
    order = Order(x509.load_pem_x509_csr(asked.pem), usages, 3600)
    return Credentials(certificate=Authority(pki).sign(order, clock.now()), key=asked.key)


def test_a_certificate_names_a_user_and_groups(keyed: Cluster, pki: Path, clock: FakeClock) -> None:
    shown = sign(pki, clock, "ann", "devs", "ops")
    user = find_user(keyed, shown)
    assert user[:3] == ("ann", ("devs", "ops", "system:authenticated"), "")
    assert user.extra[0][1][0].startswith("X509SHA256=")
    clock.advance(3601)
    with pytest.raises(Unauthorized):
        find_user(keyed, shown)


@pytest.mark.parametrize(
    ("usages", "proves"),
    [((), True), (("any",), True), (("server auth", "client auth"), True), (("server auth",), False)],
    ids=["says nothing", "any", "both", "server only"],
)
def test_a_certificate_for_servers_names_no_user(
    keyed: Cluster, pki: Path, clock: FakeClock, usages: tuple[str, ...], proves: bool
) -> None:
    shown = sign(pki, clock, "ann", usages=usages)
    if proves:
        assert find_user(keyed, shown).name == "ann"
        return
    with pytest.raises(Unauthorized):
        find_user(keyed, shown)


def test_certificates_of_others_and_those_without_their_key_prove_nothing(
    keyed: Cluster, pki: Path, clock: FakeClock, tmp_path: Path
) -> None:
    load_or_make(tmp_path / "other", clock.now())
    with pytest.raises(Unauthorized):
        find_user(keyed, sign(tmp_path / "other", clock, "ann"))
    with pytest.raises(Unauthorized):
        find_user(keyed, sign(pki, clock, "ann")._replace(key=make_request("bob").key))
    with pytest.raises(Unauthorized):
        find_user(keyed, Credentials(certificate=b"x", key=b"y"))
    with pytest.raises(Unauthorized):
        find_user(keyed, Credentials(password=True))


def test_a_certificate_says_what_it_is_for(pki: Path, clock: FakeClock) -> None:
    asked = make_request("web", (), ("web.default.svc",))
    usages = ("digital signature", "key encipherment", "server auth")
    pem = Authority(pki).sign(Order(x509.load_pem_x509_csr(asked.pem), usages), clock.now())
    made = x509.load_pem_x509_certificate(pem)
    made.verify_directly_issued_by(Authority(pki).certificate)
    usage = made.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_encipherment, usage.key_cert_sign) == (True, True, False)
    purposes = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [x509.ExtendedKeyUsageOID.SERVER_AUTH]
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["web.default.svc"]
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert made.not_valid_before_utc.timestamp() == clock.now() - 300


@pytest.mark.parametrize(
    ("wanted", "user"),
    [
        (Credentials(name="ann"), User("ann", ("system:authenticated",))),
        (Credentials(name="ann", groups=("devs",), uid="7"), User("ann", ("devs", "system:authenticated"), "7")),
        (Credentials(name="system:serviceaccount:default:bot"), User("system:serviceaccount:default:bot", ACCOUNT_GROUPS)),
        (Credentials(name="system:anonymous"), User("system:anonymous", ("system:unauthenticated",))),
        (Credentials(name="eve", groups=("system:masters",)), User("eve", ("system:masters", "system:authenticated"))),
    ],
)
def test_the_owner_may_act_as_anybody(cluster: Cluster, wanted: Credentials, user: User) -> None:
    assert find_user(cluster, wanted) == user


def test_others_need_the_right_to_each_part(keyed: Cluster) -> None:
    token = ask_token(keyed)
    for wanted, text in (
        (Credentials(token, name="ann"), 'users "ann" is forbidden'),
        (Credentials(token, name="system:serviceaccount:a:b"), 'serviceaccounts "b" is forbidden'),
    ):
        with pytest.raises(Forbidden) as refusal:
            find_user(keyed, wanted)
        assert refusal.value.message.startswith(f'{text}: User "system:serviceaccount:default:default" cannot impersonate')


def test_without_credentials_a_request_is_whose_it_says() -> None:
    request = Request("get", "", "v1", "pods")
    assert request.user == OWNER
