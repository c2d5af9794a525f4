"""proxy: which requests pass, where they go, and how files are served."""

from __future__ import annotations

from pathlib import Path

import pytest

from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.http_message import HttpAnswer, HttpRequest, make_answer
from minikube_py.kubectl.api_proxy import Filter, Places, compile_patterns, extract_host, route

HOSTS = r"^localhost$,^127\.0\.0\.1$,^\[::1\]$"
FILTER = Filter(*map(compile_patterns, ("^.*", "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach", HOSTS, "^$")))


ROOT = Places()


def get(target: str, places: Places = ROOT, host: str = "localhost:8001", allowed: Filter | None = FILTER) -> HttpAnswer:
    """Return the answer; that of the API is what it is asked."""
    found = route(HttpRequest("GET", target, {"host": host}), places, allowed)
    return make_answer(200, "text/plain", found.target.encode()) if isinstance(found, HttpRequest) else found


def text_of(found: HttpAnswer) -> str:
    return b"".join(found.parts).decode()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8001", 200),
        ("127.0.0.1:8001", 200),
        ("[::1]", 200),
        ("evil.example:8001", 403),
        ("localhost.evil.example", 403),
        ("", 403),
    ],
)
def test_hosts(host: str, status: int) -> None:
    assert get("/api", host=host).status == status
    assert get("/api", host=host, allowed=None).status == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:8001", 200),
        ("http://127.0.0.1:8001", 200),
        ("http://[::1]:8001", 200),
        ("https://evil.example", 403),
        ("https://evil.example:8001", 403),
        ("https://localhost.evil.example", 403),
        ("null", 403),
    ],
)
def test_pages_of_others_ask_nothing(origin: str, status: int) -> None:
    message = HttpRequest("POST", "/api", {"host": "localhost:8001", "origin": origin})
    found = route(message, ROOT, FILTER)
    assert (found.status if isinstance(found, HttpAnswer) else 200) == status
    assert isinstance(route(message, ROOT, None), HttpRequest)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/api/v1/namespaces/default/pods/x", 200),
        ("/api/v1/namespaces/default/pods/x/exec?command=ls", 403),
        ("/api/v1/namespaces/default/pods/x/%65xec", 403),
        ("/api/v1/namespaces/default/pods/x/attach", 403),
        ("/api/v1/namespaces/default/pods/x/portforward", 200),
    ],
)
def test_rejected_paths(target: str, status: int) -> None:
    assert get(target).status == status


def test_rejected_methods() -> None:
    allowed = FILTER._replace(reject_methods=compile_patterns("POST,PUT"))
    refused = route(HttpRequest("POST", "/api", {"host": "localhost"}), ROOT, allowed)
    assert isinstance(refused, HttpAnswer)
    assert refused.status == 403
    assert get("/api", allowed=allowed).status == 200


@pytest.mark.parametrize(
    ("prefix", "target", "status", "asked"),
    [
        ("/", "/api/v1/pods?limit=1", 200, "/api/v1/pods?limit=1"),
        ("/", "/", 200, "/"),
        ("/custom/", "/custom/api/v1/pods", 200, "/api/v1/pods"),
        ("/custom/", "/api/v1/pods", 404, "404 page not found\n"),
        ("/api/", "/api/v1/pods", 200, "/api/v1/pods"),
        ("/api/", "/apis/apps/v1", 404, "404 page not found\n"),
        ("/custom/", "/custom", 301, '<a href="/custom/">Moved Permanently</a>.\n\n'),
        ("/", "/api//v1?a&b", 301, '<a href="/api/v1?a&amp;b">Moved Permanently</a>.\n\n'),
        ("/", "/api/../version", 301, '<a href="/version">Moved Permanently</a>.\n\n'),
    ],
)
def test_prefixes(prefix: str, target: str, status: int, asked: str) -> None:
    found = get(target, Places(prefix))
    assert (found.status, text_of(found)) == (status, asked)


@pytest.mark.parametrize(
    ("header", "host"),
    [("a:1", "a"), ("a", "a"), ("[::1]:1", "::1"), ("[::1]", "[::1]"), ("a:b:c", "a:b:c"), ("", "")],
)
def test_hosts_of_headers(header: str, host: str) -> None:
    assert extract_host(header) == host


def test_a_bad_expression() -> None:
    with pytest.raises(CliError, match="Error compiling re: error parsing regexp: ") as caught:
        compile_patterns("ok,[")
    assert caught.value.exit_code == 255


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "site" / "sub").mkdir(parents=True)
    (tmp_path / "site" / "home").mkdir()
    (tmp_path / "site" / "home" / "index.html").write_text("home")
    (tmp_path / "site" / "a&b.txt").write_text("text")
    (tmp_path / "site" / "data").write_bytes(b"\0\1")
    (tmp_path / "secret").write_text("secret")
    return Places("/", str(tmp_path / "site"))


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("a%26b.txt", 200, "text"),
        ("home/", 200, "home"),
        ("home", 301, ""),
        ("home/index.html", 301, ""),
        ("a%26b.txt/", 301, ""),
        ("nope", 404, "404 page not found\n"),
        ("..%2fsecret", 301, '<a href="/secret">Moved Permanently</a>.\n\n'),
        ("../secret", 301, '<a href="/secret">Moved Permanently</a>.\n\n'),
    ],
)
def test_files(places: Places, path: str, status: int, text: str) -> None:
    found = get("/static/" + path, places, host="anything")
    assert (found.status, text_of(found)) == (status, text)


def test_a_folder_is_listed(places: Places) -> None:
    page = text_of(get("/static/", places))
    assert '<a href="a%26b.txt">a&amp;b.txt</a>\n<a href="data">data</a>\n<a href="home/">home/</a>\n' in page


def test_types_and_times(places: Places) -> None:
    headers = dict(get("/static/a%26b.txt", places).headers)
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert dict(get("/static/data", places).headers)["Content-Type"] == "application/octet-stream"
    again = HttpRequest("GET", "/static/a%26b.txt", {"host": "x", "if-modified-since": headers["Last-Modified"]})
    unchanged = route(again, places, FILTER)
    assert isinstance(unchanged, HttpAnswer)
    assert unchanged.status == 304
