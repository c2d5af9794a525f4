"""Requests of every kind to every path, following from a seed."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import yaml

from minikube_py.apimachinery.protobuf.encode import encode_unknown
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.client.http_message import HttpRequest
from tests.fuzz.values import LONG, NAMES, NUMBERS, TEXTS, Values

METHODS = ("GET", "GET", "POST", "POST", "POST", "PUT", "PUT", "PATCH", "PATCH", "PATCH", "PATCH", "DELETE", "DELETE")
ODD_METHODS = ("HEAD", "OPTIONS", "TRACE", "X", "get")
JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
PATCHES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)
ACCEPTED = (
    JSON, JSON, JSON, "*/*", "", YAML, PROTOBUF, "text/html", ";;", ",", "application/json;as=Table;v=v1;g=meta.k8s.io",
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    "application/json;as=Nope;v=v9", f"{PROTOBUF};as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "application/json;stream=watch", "é",
    "application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io", f"{PROTOBUF};as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io",
)  # fmt: skip
SELECTORS = ("a=b", "a", "!a", "a in (b,c)", "a notin ()", "a in", "=", "a==", "a!=b,c", "metadata.name=web", "spec.nodeName=", "status.phase!=Running",
    "a>1", "a<x", "(", "a in (b", ",", "é=1", LONG, f"{LONG}/{LONG}=1", "x.y=z")  # fmt: skip
PARAMETERS: dict[str, tuple[Any, ...]] = {
    "labelSelector": SELECTORS,
    "fieldSelector": SELECTORS,
    "limit": (*NUMBERS, "x", "", "1.5", "0x10"),
    "continue": (*TEXTS, "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0=", "bnVsbA==", "W10=", "e30="),
    "resourceVersion": (*NUMBERS, "x", "", "1.0", " 1", "１"),
    "resourceVersionMatch": ("Exact", "NotOlderThan", "x", ""),
    "timeoutSeconds": (*NUMBERS, "x", ""),
    "watch": ("true", "false", "1", "x", ""),
    "allowWatchBookmarks": ("true", "x"),
    "sendInitialEvents": ("true", "false", "x"),
    "dryRun": ("All", "x", ""),
    "fieldManager": ("me", LONG, "\u0000", ""),
    "fieldValidation": ("Strict", "Warn", "Ignore", "x"),
    "force": ("true", "false", "x"),
    "propagationPolicy": ("Orphan", "Background", "Foreground", "x"),
    "gracePeriodSeconds": (*NUMBERS, "x"),
    "orphanDependents": ("true", "x"),
    "pretty": ("true", "false", "x"),
    "includeObject": ("None", "Metadata", "Object", "x"),
    "container": NAMES,
    "tailLines": (*NUMBERS, "x"),
    "sinceSeconds": (*NUMBERS, "x"),
    "sinceTime": ("2026-01-01T00:00:00Z", "x"),
    "limitBytes": (*NUMBERS, "x"),
    "follow": ("false", "x"),
    "exact": ("true", "x"),
    "export": ("true", "x"),
}
PAGES = (
    "/", "/api", "/apis", "/api/v1", "/apis/apps", "/apis/apps/v1", "/apis/nope", "/version", "/healthz", "/livez/ping", "/readyz?verbose", "/metrics",
    "/openapi/v2", "/openapi/v3", "/openapi/v3/apis/apps/v1", "/openapi/v3/nope", "/nope", "/api/v1/", "/api/v2/pods", "/apis//", "/%", "/%zz", "/%00",
    "/api/v1/namespaces/%e9/pods", "/?%", "/api/v1/pods?%ff=%fe", "/.well-known/openid-configuration", "/openid/v1/jwks", "/healthz/nope", "/logs",
    "/api/v1/namespaces/default", "/api/v1/watch/pods", "/api/v1/watch", "/apis/apps/v1/watch/namespaces/default/deployments/web", "/[::1", "//[",
    "/api/v1/namespaces//pods", "/api/v1/namespaces/default/pods/web/exec?command=ls", "/api/v1/namespaces/default/pods/web/portforward",
    "/api/v1/namespaces/default/pods/web:80/proxy/x", "/api/v1/namespaces/default/services/web:http/proxy/", "/api/v1/nodes/n:10250/proxy/",
)  # fmt: skip
SUBRESOURCES = ("", "", "", "", "", "status", "status", "scale", "log", "eviction", "binding", "token", "ephemeralcontainers", "finalize", "approval",
    "resize", "exec", "attach", "proxy", "nope", "status/x")  # fmt: skip
BODIES_OF = {
    "scale": {"apiVersion": "autoscaling/v1", "kind": "Scale", "spec": {"replicas": 2}},
    "eviction": {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "web"}},
    "binding": {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "web"}, "target": {"kind": "Node", "name": "n"}},
    "token": {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"audiences": ["x"], "expirationSeconds": 600},
    },
}
BROKEN = (
    b"", b"{", b"[]", b"null", b"0", b'""', b"{}", b"\xff\xfe", b"\x00", b"k8s\x00", b"k8s\x00\x0a\xff", b"k8s\x00\x0a\x04\x0a\x02v1", b"- a\n- b",
    b"&a [*a]",
    b"a: &a [*a, *a]", b"!!python/object:os.system x", b"{" * 5000, b"[" * 100_000, b'{"a":' * 900 + b"1" + b"}" * 900, b"a: " * 50, b'{"a":1,"a":2}',
    b'{"metadata":{"name":"a","name":"b"},"metadata":null}', b"1" * 5000, b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":1e999}}',
    b'{"apiVersion":"v1","kind":"ConfigMap","metadata":[]}', b'{"apiVersion":1,"kind":2}', b'{"kind":"List","apiVersion":"v1","items":[{}]}', b"NaN",
    b'{"metadata":{"name":"\\ud800"}}', b'{"metadata":{"labels":' + b'{"a":' * 400 + b"1" + b"}" * 402, b"\xef\xbb\xbf{}", b"--- a\n--- b", b"? [a]\n: b",
    b"k8s\x00\x12\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", b"k8s\x00" + b"\x0a\x02" * 30, b"2026-01-01", b"{2: 3}", b".inf", b"<<: [a]", b"%YAML 9",
)  # fmt: skip


@cache
def list_served() -> tuple[Kind, ...]:
    """Return every kind that is built in, in every version."""
    return tuple(catalog.list_kinds())


def make_request(seed: int) -> HttpRequest:
    """Return a request."""
    rng = random.Random(seed)
    if rng.random() < 0.06:
        return HttpRequest(rng.choice(METHODS), rng.choice(PAGES), make_headers(rng, JSON), rng.choice(BROKEN))
    kind, name, method = rng.choice(list_served()), rng.choice(NAMES), rng.choice(METHODS)
    subresource = rng.choice(SUBRESOURCES if rng.random() < 0.1 else ("", "", "status", *kind.subresources))
    if rng.random() < 0.03:
        name = rng.choice(TEXTS)
    if rng.random() < 0.03:
        method = rng.choice(ODD_METHODS)
    is_named = method in ("PUT", "PATCH") or bool(subresource) or rng.random() < 0.3
    if method == "POST" and not subresource:
        is_named = rng.random() < 0.03
    target = make_path(kind, name if is_named else "", subresource, rng)
    body, content_type = make_body(kind, name, subresource, method, rng)
    return HttpRequest(method, target + make_query(rng), make_headers(rng, content_type), body)


def make_path(kind: Kind, name: str, subresource: str, rng: random.Random) -> str:
    """Return the path of a kind's objects, or of one."""
    root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    namespace = "default" if rng.random() < 0.9 else rng.choice(("nope", "kube-system", "é"))
    inside = f"/namespaces/{quote(namespace)}" if kind.namespaced and (name or rng.random() < 0.9) else ""
    rest = f"/{quote(name, safe='')}" + (f"/{subresource}" if subresource else "") if name else ""
    return f"{root}{inside}/{kind.plural}{rest}"


def make_query(rng: random.Random) -> str:
    """Return the parameters of a request, mostly none."""
    if rng.random() < 0.5:
        return ""
    chosen = rng.sample(sorted(PARAMETERS), rng.choice((1, 1, 2, 3)))
    return "?" + urlencode({name: str(rng.choice(PARAMETERS[name])) for name in chosen})


def make_headers(rng: random.Random, content_type: str) -> dict[str, str]:
    """Return headers."""
    headers = {
        "host": "x",
        "accept": rng.choice(ACCEPTED) if rng.random() < 0.3 else JSON,
        "content-type": content_type,
        "user-agent": rng.choice(("fuzz/1", "", "curl/8", LONG)),
    }
    if rng.random() < 0.05:
        headers["content-type"] = rng.choice((*ACCEPTED, "text/plain"))
    if rng.random() < 0.03:
        headers["impersonate-user"] = rng.choice(("ann", "system:serviceaccount:default:x", "system:serviceaccount::", "é"))
        headers["impersonate-extra-%zz"] = "x"
    if rng.random() < 0.03:
        headers["accept-encoding"] = rng.choice(("gzip", "gzip;q=0", ";", "gzip;q=x"))
    return headers


def make_body(kind: Kind, name: str, subresource: str, method: str, rng: random.Random) -> tuple[bytes, str]:
    """Return a body and its content type."""
    values = Values(rng, rng.choice((0.0, 0.0, 0.1, 0.5)))
    if rng.random() < 0.08:
        return rng.choice(BROKEN), rng.choice((JSON, YAML, PROTOBUF, *PATCHES))
    if method in ("GET", "HEAD", "OPTIONS"):
        return b"", JSON
    if method == "DELETE":
        options = values.make(_load("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"), 0) if rng.random() < 0.5 else None
        return (b"" if options is None else write_json(options)), JSON
    obj = make_asked(values, kind, name, subresource)
    if method == "PATCH":
        content_type = rng.choice(PATCHES)
        if content_type == PATCHES[0]:
            return write_json(values.make_patch(kind)), content_type
        if content_type == PATCHES[2] and rng.random() < 0.3:
            obj["$patch"] = rng.choice(("replace", "delete", "merge", "x", 1))
        return write_json(obj), content_type
    if (choice := rng.random()) < 0.1:
        return yaml.safe_dump(obj, allow_unicode=True).encode(errors="replace"), YAML
    if choice < 0.2:
        try:
            return encode_unknown(obj), PROTOBUF
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
            pass  # it cannot be said in protobuf
    return write_json(obj), JSON


def make_asked(values: Values, kind: Kind, name: str, subresource: str) -> Any:
    """Return what stands in a body: an object of the kind, or of that of the subresource."""
    if subresource not in BODIES_OF or values.rng.random() < 0.1:
        return values.make_object(kind, name)
    obj = deep_copy(BODIES_OF[subresource])
    for _ in range(values.rng.choice((0, 1, 2))):
        values.spoil(obj)
    return obj


def _load(name: str) -> Any:
    from minikube_py.apimachinery.schema import load

    return load(name)


def write_json(value: Any) -> bytes:
    """Return JSON."""
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")
