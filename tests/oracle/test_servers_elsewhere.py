"""Servers elsewhere that refuse, lie or are none, and kubeconfigs that lead nowhere: what kubectl says of them, and what we say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client.peers import Connection, Peer, reply, serving
from tests.kubectl.cmd.conftest import Outcome
from tests.oracle.conftest import tidy
from tests.oracle.find_kubectl import find_kubectl

Object = dict[str, Any]
Ask = Callable[[Object, str], tuple[Outcome, Outcome]]

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parent.parent.parent
HTML = b"<html>Sign in</html>"
PLUGIN = "client.authentication.k8s.io/v1"
DISCOVERY: dict[str, Object] = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": {
        "kind": "APIResourceList",
        "groupVersion": "v1",
        "resources": [{"name": "pods", "singularName": "pod", "namespaced": True, "kind": "Pod", "verbs": ["get", "list"]}],
    },
}


def finish(process: subprocess.Popen[str]) -> Outcome:
    out, err = process.communicate(timeout=60)
    return Outcome(out, err, process.returncode)


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run words with a kubeconfig (cluster, user) by the real kubectl and by ours; return both outcomes."""
    program = find_kubectl()
    if program is None:
        pytest.skip("no kubectl 1.33 on PATH")
    config = tmp_path / "config"
    monkeypatch.setenv("KUBECONFIG", str(config))
    monkeypatch.setenv("MINIKUBE_PY_HOME", str(tmp_path / "ours"))
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cm.yaml").write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n")

    def run(entries: Object, words: str) -> tuple[Outcome, Outcome]:
        config.write_text(
            json.dumps(
                {
                    "current-context": "c",
                    "contexts": [{"name": "c", "context": {"cluster": "cl", "user": "me"}}],
                    "clusters": [{"name": "cl", "cluster": entries["cluster"]}],
                    "users": [{"name": "me", "user": entries.get("user") or {}}],
                }
            )
        )
        env = {**os.environ, "HOME": str(tmp_path / "theirs"), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        pipes: Any = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with (
            subprocess.Popen([program, *words.split()], env=env, **pipes) as their_run,
            subprocess.Popen([sys.executable, "-m", "minikube_py.cmd.mk", *words.split()], env=env, **pipes) as our_run,
        ):
            theirs, ours = (finish(one) for one in (their_run, our_run))
        return theirs._replace(stderr=tidy(theirs.stderr)), ours

    return run


def lying(answer: bytes, *, after: bool) -> Callable[[Connection], None]:
    """Return a server that gives one answer to all, or with `after` to all but discovery."""

    def script(connection: Connection) -> None:
        while (request := connection.read()) is not None:
            path = request.line.split()[1].partition("?")[0]
            connection.send(reply(200, DISCOVERY[path]) if after and path in DISCOVERY else answer)

    return script


ANSWERS = {
    "a page": reply(200, HTML, kind="text/html"),
    "a page called JSON": reply(200, HTML),
    "nothing": reply(200, b""),
    "half an object": reply(200, b'{"kind":"PodList","items":['),
    "a list": reply(200, [1]),
    "no kind": reply(200, {"a": 1}),
    "a page of an error": reply(502, HTML, kind="text/html"),
    "unauthorized": reply(401, b"no", kind="text/plain"),
    "forbidden": reply(403, b"keep out", kind="text/plain"),
    "too many": reply(429, b"", kind="text/plain"),
    "unavailable": reply(503, b"", kind="text/plain"),
    "moved nowhere": reply(302, b""),
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
}


BEFORE = ("a page", "nothing", "unauthorized", "forbidden", "unavailable", "no HTTP")
AFTER = (
    "a page",
    "a page called JSON",
    "half an object",
    "a list",
    "no kind",
    "a page of an error",
    "too many",
    "moved nowhere",
)


@pytest.mark.parametrize(("answer", "after"), [*((answer, False) for answer in BEFORE), *((answer, True) for answer in AFTER)])
def test_answers(answer: str, after: bool, ask: Ask) -> None:
    with serving(lying(ANSWERS[answer], after=after)) as peer:
        theirs, ours = ask({"cluster": {"server": peer.url}}, "get pods")
    assert ours == theirs


@pytest.fixture
def closed() -> Iterator[str]:
    """The address of a port that nobody listens on."""
    peer = Peer(lambda connection: None, None)
    peer.stop()
    yield peer.url


VERBS = (
    *("get pods", "describe pods", "logs a", "create cm a", "apply -f cm.yaml", "apply -f cm.yaml --validate=false"),
    *("delete -f cm.yaml", "replace -f cm.yaml", "diff -f cm.yaml", "api-resources", "api-versions", "auth can-i get pods"),
)


@pytest.mark.parametrize("words", VERBS)
def test_a_server_that_refuses(words: str, ask: Ask, closed: str) -> None:
    theirs, ours = ask({"cluster": {"server": closed}}, words)
    assert ours == theirs


def plugin(script: str, **more: object) -> Object:
    return {"exec": {"apiVersion": PLUGIN, "interactiveMode": "Never", "command": "sh", "args": ["-c", script], **more}}


def printing(value: object) -> str:
    return f"printf %s '{json.dumps(value)}'"


def given(**status: object) -> Object:
    return {"apiVersion": PLUGIN, "kind": "ExecCredential", "status": status}


USERS: dict[str, Object] = {
    "nobody": {},
    "a key alone": {"client-key-data": "eA=="},
    "no certificate": {"client-certificate-data": "eA==", "client-key-data": "eA=="},
    "no base64": {"client-certificate-data": "!"},
    "a token in two lines": {"token": "a\n"},
    "oidc without a token": {"auth-provider": {"name": "oidc", "config": {"idp-issuer-url": "https://i", "client-id": "x"}}},
    "silent": plugin("true"),
    "no object": plugin("echo hello"),
    "a list": plugin("echo []"),
    "another kind": plugin(printing({"apiVersion": PLUGIN, "kind": "Pod"})),
    "another version": plugin(printing({"apiVersion": f"{PLUGIN}beta1", "kind": "ExecCredential"})),
    "no status": plugin(printing({"apiVersion": PLUGIN, "kind": "ExecCredential"})),
    "a certificate alone": plugin(printing(given(clientCertificateData="x"))),
    "a wrong certificate": plugin(printing(given(clientCertificateData="x", clientKeyData="y"))),
    "no time": plugin(printing(given(token="x", expirationTimestamp="soon"))),
    "is killed": plugin("kill -9 $$"),
    "nobody to ask": plugin("true", interactiveMode="Always"),
    "old": plugin("true", apiVersion=f"{PLUGIN}alpha1"),
}


@pytest.mark.parametrize("user", USERS)
def test_users(user: str, ask: Ask, closed: str) -> None:
    theirs, ours = ask({"cluster": {"server": closed.replace("http:", "https:")}, "user": USERS[user]}, "get pods")
    assert ours == theirs


CLUSTERS: dict[str, Object] = {
    "a port that is none": {"server": "https://127.0.0.1:abc"},
    "a blank": {"server": "https://a b"},
    "no host": {"server": "https://"},
    "another protocol": {"server": "ftp://127.0.0.1:1"},
    "a wrong authority": {"certificate-authority-data": "eA=="},
    "an authority that is not there": {"certificate-authority": "/no/ca.crt"},
    "an authority and none": {"certificate-authority-data": "eA==", "insecure-skip-tls-verify": True},
    "a proxy that is none": {"proxy-url": "ftp://127.0.0.1:1"},
    "a proxy that refuses": {"proxy-url": "http://127.0.0.1:1"},
    "a proxy over TLS that refuses": {"proxy-url": "https://127.0.0.1:1"},
    "a SOCKS proxy that refuses": {"proxy-url": "socks5://127.0.0.1:1"},
}


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_clusters(cluster: str, ask: Ask, closed: str) -> None:
    entries = {"server": closed.replace("http:", "https:"), **CLUSTERS[cluster]}
    theirs, ours = ask({"cluster": entries, "user": {"token": "x"}}, "get pods")
    assert ours == theirs
