"""kopf: handlers of creation, change and deletion, timers, daemons, events, indices, filters, and admission webhooks."""

from __future__ import annotations

import datetime
import ipaddress
import threading
from contextlib import contextmanager

import kopf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from minikube_py.apimachinery.errors import StatusError

PATIENCE = 20
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"kind": "Widget", "plural": "widgets", "singular": "widget", "shortNames": ["wd"]},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


def make_widget(**spec):
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "small"}, "spec": spec}


@contextmanager
def running(registry):
    """Run an operator until the end; its thread is gone then."""
    kopf.on.login(registry=registry)(lambda **kwargs: kopf.login_with_kubeconfig(**kwargs))

    @kopf.on.startup(registry=registry)
    def be_quick(settings, **_):
        settings.background.cancellation_polling = 0.1  # or it looks after a minute whether a timer has ended

    ready, stop = threading.Event(), threading.Event()
    options = {"registry": registry, "clusterwide": True, "standalone": True, "ready_flag": ready, "stop_flag": stop}
    thread = threading.Thread(target=kopf.run, kwargs=options)
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def registry(cluster, kubeconfig):
    cluster.apply(DEFINITION)
    cluster.wait("crd/widgets.example.com", "Established")
    return kopf.OperatorRegistry()


def test_creation_change_and_deletion_are_handled(cluster, registry):
    seen = []

    @kopf.on.create("example.com", "v1", "widgets", id="create", registry=registry)
    def create(spec, **_):
        seen.append("create")
        return {"size": spec["size"]}

    @kopf.on.update("example.com", "v1", "widgets", field="spec.size", registry=registry)
    def update(old, new, patch, **_):
        seen.append(f"{old} to {new}")
        patch.status["size"] = new

    @kopf.on.delete("example.com", "v1", "widgets", registry=registry)
    def delete(**_):
        seen.append("delete")

    with running(registry):
        cluster.apply(make_widget(size=1))
        created = cluster.wait("widget/small", "jsonpath={.status.create.size}=1")
        assert created["metadata"]["finalizers"] == ["kopf.zalando.org/KopfFinalizerMarker"]
        cluster.apply(make_widget(size=2))
        cluster.wait("widget/small", "jsonpath={.status.size}=2")
        cluster.delete("widget/small")
        cluster.wait("widget/small", "delete")
    assert seen == ["create", "1 to 2", "delete"]


def test_what_fails_is_tried_again_and_told_of(cluster, registry):
    tries = []

    @kopf.on.create("example.com", "v1", "widgets", id="create", backoff=0.1, registry=registry)
    def create(retry, **_):
        tries.append(retry)
        if retry < 2:
            raise kopf.TemporaryError("not yet", delay=0.1)
        return "done"

    with running(registry):
        cluster.apply(make_widget())
        cluster.wait("widget/small", "jsonpath={.status.create}=done")
    assert tries == [0, 1, 2]


def test_pods_are_watched_and_daemons_run(cluster, registry):
    pods, daemon = threading.Event(), threading.Event()

    @kopf.on.event("pods", registry=registry)
    def see(body, **_):
        if body.status.get("phase") == "Running":
            pods.set()

    @kopf.daemon("example.com", "v1", "widgets", registry=registry)
    async def stay(stopped, **_):
        daemon.set()
        await stopped.wait(PATIENCE)

    spec = {"containers": [{"name": "web", "image": "nginx"}]}
    with running(registry):
        cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec})
        cluster.apply(make_widget())
        assert pods.wait(PATIENCE)
        assert daemon.wait(PATIENCE)
        cluster.delete("widget/small")
        cluster.wait("widget/small", "delete")


def test_timers_indices_and_children(cluster, registry):
    @kopf.index("pods", id="by_phase", registry=registry)
    def by_phase(name, status, **_):
        return {status.get("phase"): name}

    @kopf.on.create("example.com", "v1", "widgets", registry=registry)
    def create(body, **_):
        pod = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
        kopf.adopt(pod, owner=body)
        kopf.label(pod, {"of": "widget"})
        cluster.apply(pod)

    @kopf.timer("example.com", "v1", "widgets", interval=0.1, registry=registry)
    def count(by_phase, patch, **_):
        patch.status["running"] = len(by_phase.get("Running", []))

    with running(registry):
        cluster.apply(make_widget())
        cluster.wait("widget/small", "jsonpath={.status.running}=1")
        (pod,) = cluster.list("pods", labelSelector="of=widget")
        assert pod["metadata"]["ownerReferences"][0]["kind"] == "Widget"
        cluster.delete("widget/small")
        cluster.wait(f"pod/{pod['metadata']['name']}", "delete")


def test_only_what_fits_a_filter_is_handled(cluster, registry):
    @kopf.on.create("example.com", "v1", "widgets", labels={"team": kopf.PRESENT}, id="mine", registry=registry)
    @kopf.on.create("example.com", "v1", "widgets", when=lambda spec, **_: spec.get("size", 0) > 9, id="big", registry=registry)
    def create(**_):
        return "handled"

    with running(registry):
        for name, labels, size in (("plain", {}, 1), ("mine", {"team": "a"}, 1), ("big", {}, 10)):
            cluster.apply({**make_widget(size=size), "metadata": {"name": name, "labels": labels}})
        cluster.wait("widget/mine", "jsonpath={.status.mine}=handled")
        cluster.wait("widget/big", "jsonpath={.status.big}=handled")
    assert "status" not in cluster.get("widget/plain")


def make_certificate(folder):
    """Write a certificate for 127.0.0.1 that signs itself, and its key; return their paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    days = datetime.timedelta(days=1)
    today = datetime.datetime.combine(datetime.date.today(), datetime.time(), datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), today - days, today + 2 * days)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for file, text in (("tls.crt", made.public_bytes(Encoding.PEM)), ("tls.key", private)):
        (folder / file).write_bytes(text)
    return str(folder / "tls.crt"), str(folder / "tls.key")


def test_admission_is_decided_by_the_operator(cluster, registry, tmp_path):
    certificate, key = make_certificate(tmp_path)

    @kopf.on.startup(registry=registry)
    def configure(settings, **_):
        settings.admission.server = kopf.WebhookServer(
            addr="127.0.0.1", host="127.0.0.1", certfile=certificate, pkeyfile=key, cafile=certificate
        )
        settings.admission.managed = "widgets.example.com"

    @kopf.on.validate("example.com", "v1", "widgets", id="judge", registry=registry)
    def validate(spec, warnings, **_):
        warnings.append("seen")
        if spec.get("size", 0) > 9:
            raise kopf.AdmissionError("too large", code=400)

    @kopf.on.mutate("example.com", "v1", "widgets", registry=registry)
    def mutate(patch, **_):
        patch.spec["colour"] = "red"

    with running(registry):
        cluster.wait("validatingwebhookconfiguration/widgets.example.com", lambda found: found["webhooks"])
        cluster.wait("mutatingwebhookconfiguration/widgets.example.com", lambda found: found["webhooks"])
        (small,) = cluster.apply(make_widget(size=1))
        assert small["spec"] == {"size": 1, "colour": "red"}
        with pytest.raises(StatusError, match="denied the request: too large") as refusal:
            cluster.apply(make_widget(size=10))
        assert str(refusal.value).startswith('admission webhook "judge.widgets.example.com" denied')
