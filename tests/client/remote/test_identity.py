"""Credential plugins and auth providers: what they are told, what is made of what they print, and when they are asked again."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client.kubeconfig import ConfigError, Target
from minikube_py.client.remote.dialer import Dialer, read_server
from minikube_py.client.remote.identity import Identity
from minikube_py.client.remote.tls import make_context
from minikube_py.client.request import Request, Unreachable
from minikube_py.client.transport.http import HttpTransport
from minikube_py.component_base.clock import Clock, FakeClock, format_rfc3339
from tests.client.peers import Asked, answering, authority, reply, serving

Object = dict[str, Any]
V1 = "client.authentication.k8s.io/v1"
GETTING = "Unable to connect to the server: getting credentials: "


def make(user: Object, cluster: Object | None = None, clock: Clock | None = None) -> Identity:
    return Identity(Target("c", "default", cluster or {}, user, "ann"), clock or FakeClock())


def credential(version: str = V1, **status: str) -> str:
    return json.dumps({"apiVersion": version, "kind": "ExecCredential", "status": status})


def plugin(printed: str, **more: Any) -> Object:
    """Return the user of a plugin that prints so."""
    program = f"import os; print({printed!r})"
    return {"exec": {"apiVersion": V1, "interactiveMode": "Never", "command": sys.executable, "args": ["-c", program], **more}}


@pytest.fixture
def counting(tmp_path: Path) -> Object:
    """The user of a plugin whose tokens are told apart: one, two, ...; each is good for a minute."""
    expiry = format_rfc3339(FakeClock().now() + 60)
    program = f"""
import json, pathlib
calls = pathlib.Path({str(tmp_path / "calls")!r})
count = len(calls.read_text()) if calls.exists() else 0
calls.write_text("x" * (count + 1))
status = {{"token": ["one", "two", "three"][count], "expirationTimestamp": {expiry!r}}}
print(json.dumps({{"apiVersion": {V1!r}, "kind": "ExecCredential", "status": status}}))
"""
    return {"exec": {"apiVersion": V1, "interactiveMode": "Never", "command": sys.executable, "args": ["-c", program]}}


def test_a_plugins_token_is_shown_and_kept(counting: Object) -> None:
    identity = make(counting)
    assert [identity.headers(), identity.headers()] == [(("Authorization", "Bearer one"),)] * 2


def test_a_token_that_is_over_is_renewed(counting: Object) -> None:
    clock = FakeClock()
    identity = make(counting, clock=clock)
    identity.headers()
    clock.advance(61)
    assert identity.headers() == (("Authorization", "Bearer two"),)


@pytest.mark.parametrize(
    ("answers", "status", "shown"),
    [
        ([reply(401), reply(200, {"kind": "Pod"})], "", ["Bearer one", "Bearer two"]),
        ([reply(401)], "Unauthorized", ["Bearer one", "Bearer two"]),
    ],
    ids=["then it is right", "only once"],
)
def test_a_token_that_is_refused_is_renewed(counting: Object, answers: list[bytes], status: str, shown: list[str]) -> None:
    asked: list[Asked] = []
    with serving(answering(*answers, asked=asked)) as peer:
        dialer = Dialer(read_server(peer.url), lambda: make_context({}, None))
        transport = HttpTransport(dialer, make(counting), "kubectl", lambda seconds: None)
        try:
            reason = ""
            transport.handle(Request("get", "", "v1", "pods", "default", "web"))
        except Exception as error:  # noqa: BLE001 - told apart below
            reason = getattr(error, "reason", repr(error))
        transport.close()
    assert reason == status
    assert [one.headers["authorization"] for one in asked] == shown


def test_a_plugins_certificate_is_shown() -> None:
    own = authority().issue(("ann",))
    status = {"clientCertificateData": own.certificate.decode(), "clientKeyData": own.key.decode()}
    identity = make(plugin(credential(**status)))
    assert identity.headers() == ()
    assert identity.make_tls() is not None


def test_a_plugin_is_told_of_the_cluster() -> None:
    program = f"""
import json, os
info = json.loads(os.environ["KUBERNETES_EXEC_INFO"])
token = json.dumps([info, os.environ["WHO"]])
print(json.dumps({{"apiVersion": {V1!r}, "kind": "ExecCredential", "status": {{"token": token}}}}))
"""
    user = plugin("", args=["-c", program], env=[{"name": "WHO", "value": "ann"}], provideClusterInfo=True)
    cluster = {
        "server": "https://a.example",
        "certificate-authority-data": "Y2E=",
        "extensions": [{"name": "client.authentication.k8s.io/exec", "extension": {"audience": "x"}}],
    }
    info, who = json.loads(make(user, cluster).headers()[0][1].removeprefix("Bearer "))
    told = {"server": "https://a.example", "certificate-authority-data": "Y2E=", "config": {"audience": "x"}}
    assert info == {"kind": "ExecCredential", "apiVersion": V1, "spec": {"interactive": False, "cluster": told}}
    assert who == "ann"


MISSING = """exec: executable no-such-program not found

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins"""
OTHER = "client.authentication.k8s.io/v1beta1"


@pytest.mark.parametrize(
    ("user", "why"),
    [
        pytest.param(plugin("", command="no-such-program"), MISSING, id="missing"),
        pytest.param(
            plugin("", command="no-such-program", installHint="get it"), f"{MISSING}\n\nget it", id="missing with a hint"
        ),
        pytest.param(plugin("", command="/no/such"), "exec: fork/exec /no/such: no such file or directory", id="missing path"),
        pytest.param(
            plugin("", args=["-c", "raise SystemExit(3)"]),
            f"exec: executable {sys.executable} failed with exit code 3",
            id="fails",
        ),
        pytest.param(
            plugin("hello"),
            "decoding stdout: couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type "
            'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
            id="no object",
        ),
        pytest.param(
            plugin(credential(OTHER, token="x")),
            f"exec plugin is configured to use API version {V1}, plugin returned version {OTHER}",
            id="another version",
        ),
        pytest.param(
            plugin(json.dumps({"apiVersion": V1, "kind": "Other"})),
            f'decoding stdout: no kind "Other" is registered for version "{V1}" in scheme "pkg/client/auth/exec/exec.go:62"',
            id="another kind",
        ),
        pytest.param(
            plugin("", args=["-c", ""]),
            f"exec plugin is configured to use API version {V1}, plugin returned version client.authentication.k8s.io/__internal",
            id="silent",
        ),
        pytest.param(
            plugin('{"kind":'),
            "decoding stdout: couldn't get version/kind; json parse error: unexpected end of JSON input",
            id="half of it",
        ),
        pytest.param(
            plugin(credential(expirationTimestamp="soon", token="x")),
            'decoding stdout: parsing time "soon" as "2006-01-02T15:04:05Z07:00": cannot parse "soon" as "2006"',
            id="no time",
        ),
        pytest.param(
            plugin(json.dumps({"apiVersion": V1, "kind": "ExecCredential", "status": {"token": 5}})),
            "decoding stdout: json: cannot unmarshal number into Go struct field ExecCredentialStatus.status.token of type string",
            id="a number",
        ),
        pytest.param(
            plugin("", args=["-c", "import os; os.kill(os.getpid(), 9)"]),
            f"exec: executable {sys.executable} failed with exit code -1",
            id="killed",
        ),
        pytest.param(
            plugin(json.dumps({"apiVersion": V1, "kind": "ExecCredential"})),
            "exec plugin didn't return a status field",
            id="bare",
        ),
        pytest.param(plugin(credential()), "exec plugin didn't return a token or cert/key pair", id="nothing"),
        pytest.param(
            plugin(credential(clientCertificateData="x")), "exec plugin returned only certificate or key, not both", id="no key"
        ),
        pytest.param(
            plugin("", interactiveMode="Always"),
            "exec plugin cannot support interactive mode: standard input is not a terminal",
            id="nobody to ask",
        ),
    ],
)
def test_plugins_that_give_nothing(user: Object, why: str) -> None:
    with pytest.raises(Unreachable) as caught:
        make(user).headers()
    assert str(caught.value) == GETTING + why


def test_a_token_of_ones_own_goes_first() -> None:
    assert make({"token": "own", **plugin("", command="no-such-program")}).headers() == (("Authorization", "Bearer own"),)


def jwt(expires: float) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps({'exp': expires}).encode()).decode().rstrip('=')}.x"


def oidc(**config: str) -> Object:
    return {"auth-provider": {"name": "oidc", "config": {"idp-issuer-url": "https://i", "client-id": "mk", **config}}}


def test_a_token_of_openid_connect_is_shown() -> None:
    token = jwt(FakeClock().now() + 60)
    assert make(oidc(**{"id-token": token})).headers() == (("Authorization", f"Bearer {token}"),)


@pytest.mark.parametrize(
    ("user", "why"),
    [
        pytest.param({"auth-provider": {"name": "gcp"}}, "The gcp auth plugin has been removed.", id="gcp"),
        pytest.param({"auth-provider": {"name": "azure"}}, "The azure auth plugin has been removed.", id="azure"),
        pytest.param({"auth-provider": {"name": "foo"}}, 'no Auth Provider found for name "foo"', id="unknown"),
        pytest.param({"auth-provider": {"name": "oidc"}}, "Must provide idp-issuer-url", id="no issuer"),
    ],
)
def test_auth_providers_that_give_nothing(user: Object, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        make(user)
    assert str(caught.value).startswith(why)


@pytest.mark.parametrize(
    ("user", "why"),
    [
        pytest.param(oidc(**{"id-token": "x"}), "ID Token is not a valid JWT", id="no JWT"),
        pytest.param(oidc(**{"id-token": jwt(0)}), "No valid id-token, and cannot refresh without refresh-token", id="over"),
        pytest.param({"token": "a\n"}, 'net/http: invalid header field value for "Authorization"', id="two lines"),
    ],
)
def test_tokens_that_cannot_be_shown(user: Object, why: str) -> None:
    with pytest.raises(Unreachable) as caught:
        make(user).headers()
    assert caught.value.cause == why


def test_a_tokens_file_is_read_again(tmp_path: Path) -> None:
    """It goes before a token, and the last one counts while it cannot be read."""
    path = tmp_path / "token"
    path.write_text("one\n")
    identity = make({"token": "own", "tokenFile": str(path)})
    shown = [identity.headers()]
    path.write_text("two\n")
    shown.append(identity.headers())
    path.unlink()
    shown.append(identity.headers())
    assert [headers[0][1] for headers in shown] == ["Bearer one", "Bearer two", "Bearer one"]


@pytest.mark.parametrize("where", ["data", "file"])
def test_a_plugin_is_told_in_the_form_of_go(where: str, tmp_path: Path) -> None:
    """The authority's certificates, too, if the kubeconfig names their file."""
    (tmp_path / "ca.crt").write_text("ca")
    authority_of = {"data": {"certificate-authority-data": "Y2E="}, "file": {"certificate-authority": str(tmp_path / "ca.crt")}}
    program = f"""
import json, os
token = os.environ["KUBERNETES_EXEC_INFO"].replace("\\n", "~")
print(json.dumps({{"apiVersion": {V1!r}, "kind": "ExecCredential", "status": {{"token": token}}}}))
"""
    user = plugin("", args=["-c", program], provideClusterInfo=True)
    told = make(user, {"server": "https://a", "disable-compression": True, **authority_of[where]}).headers()[0][1]
    cluster = '{"server":"https://a","certificate-authority-data":"Y2E=","disable-compression":true,"config":null}'
    spec = f'{{"cluster":{cluster},"interactive":false}}'
    assert told == f'Bearer {{"kind":"ExecCredential","apiVersion":"{V1}","spec":{spec}}}~'


def test_a_plugins_certificate_may_be_none() -> None:
    with pytest.raises(
        Unreachable, match="getting credentials: failed parsing client key/certificate: tls: failed to find any PEM"
    ):
        make(plugin(credential(clientCertificateData="x", clientKeyData="y"))).headers()
