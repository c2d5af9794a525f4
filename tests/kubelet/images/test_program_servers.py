from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minikube_py.kubelet.images.programs import liveness, web

Start = Callable[..., Any]
Run = Callable[..., Any]


def new_request(path: str = "/") -> web.Request:
    return web.Request("GET", path, "HTTP/1.1", {}, b"", ("10.0.0.1", 1), ("10.0.0.2", 80), f"GET {path} HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("program", "arguments", "status", "text"),
    [
        ("nginx", ("-g", "daemon off;"), 200, r"<title>Welcome to nginx!</title>[\s\S]*<h1>Welcome to nginx!</h1>"),
        ("httpd", ("-D", "FOREGROUND"), 200, r"<html><body><h1>It works!</h1></body></html>\n"),
        ("kubia", ("app.js",), 200, r"You've hit web-0\n"),
        ("kubia", ("--version", "v2", "app.js"), 200, r"This is v2 running in pod web-0\n"),
        ("crane", ("--version", "v1.0"), 200, r"You've hit crane v1.0 on web-0\n"),
        ("crane", ("--version", "latest"), 200, r"You've hit crane on web-0\n"),
        ("crane", ("--version", ""), 200, r"You've hit crane on web-0\n"),
        ("http_echo", ("-text=apple",), 200, r"apple\n"),
        ("http_echo", ("-listen=:8080", "-text", "two words"), 200, r"two words\n"),
        ("hello_app", ("--version", "2.0.0"), 200, r"Hello, world!\nVersion: 2.0.0\nHostname: web-0\n"),
        ("node_hello", (), 200, r"Hello Kubernetes!"),
        ("bootcamp", (), 200, r"Hello Kubernetes bootcamp! \| Running on: web-0 \| v=1\n"),
        ("nginx_hello", ("--plain",), 200, r"Server address: 127.0.0.1:\d+\nServer name: web-0\nDate: .*\nURI: /\n"),
        ("nginx_hello", (), 200, r"<title>Hello World</title>[\s\S]*web-0"),
        ("echoserver", (), 200, r"[\s\S]*Hostname: web-0\n[\s\S]*client_address=127.0.0.1[\s\S]*-no body in request-"),
        (
            "echoserver",
            ("--style", "whoami"),
            200,
            r"Hostname: web-0\nIP: 127.0.0.1\nRemoteAddr: 127.0.0.1:\d+\nGET / HTTP/1.1\n",
        ),
        ("echoserver", ("--style", "echo-server"), 200, r"Request served by web-0\n\nGET / HTTP/1.1\n"),
        ("php_apache", (), 200, r"OK!"),
        ("proxy", (), 500, r"This is a proxy server."),
        ("agnhost", ("netexec",), 200, r"NOW: \d{4}-"),
        ("agnhost", ("serve-hostname",), 200, r"web-0"),
        ("liveness", ("/server",), 404, r"404 page not found\n"),
    ],
)
def test_a_server_answers_and_ends_on_sigterm(
    start: Start, program: str, arguments: tuple[str, ...], status: int, text: str
) -> None:
    server = start(program, *arguments)
    got, headers, body = server.get()
    assert got == status and re.search(text, body), body
    assert "Date" in headers and headers["Content-Length"] == str(len(body.encode()))
    before = time.monotonic()
    code, _, _ = server.end()
    assert code == 0 and time.monotonic() - before < 1


def test_it_listens_on_the_pods_own_address(start: Start) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("127.0.0.0/8 is local on Linux only")
    one, two = start("kubia", MINIKUBE_PY_BIND="127.77.3.4"), start("kubia", MINIKUBE_PY_BIND="127.77.3.5", HOSTNAME="other")
    assert (one.host, two.host) == ("127.77.3.4", "127.77.3.5")
    assert one.get()[2] == "You've hit web-0\n" and two.get()[2] == "You've hit other\n"


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("nginx", r"nginx: \[emerg\] bind\(\) to 127.0.0.1:\d+ failed \(\d+: Address already in use\)\n"),
        ("httpd", r"AH00072: make_sock: could not bind to address 127.0.0.1"),
        ("kubia", r"Error: listen EADDRINUSE: address already in use"),
        ("hello_app", r"listen tcp :8080: bind: address already in use"),
        ("redis_server", r"Failed listening on port 6379 \(tcp\), aborting."),
    ],
)
def test_a_port_that_is_taken_ends_it_with_1(start: Start, run: Run, program: str, text: str) -> None:
    taken = start("kubia")
    ended = run(program, MINIKUBE_PY_PORT=str(taken.port))
    assert ended.returncode == 1
    assert re.search(text, ended.stderr + ended.stdout)


def test_kubia_logs_its_start_and_its_visitors(start: Start) -> None:
    server = start("kubia")
    server.get()
    assert server.end()[1] == "Kubia server starting...\nReceived request from 127.0.0.1\n"


def test_kubia_unhealthy_falls_ill_after_five_requests(start: Start) -> None:
    server = start("kubia", "--unhealthy")
    assert [server.get()[0] for _ in range(7)] == [200] * 5 + [500] * 2
    assert server.get()[2] == "I'm not well. Please restart me!\n"


def test_liveness_is_well_for_ten_seconds() -> None:
    now = 100.0
    handle = liveness.new_handler(lambda: now)
    now = 110.0
    assert handle(new_request("/healthz")) == web.Response(b"ok")
    now = 110.5
    sick = handle(new_request("/healthz"))
    assert sick.status == 500 and sick.body == b"error: 10.5"


def test_netexec(start: Start) -> None:
    server = start("agnhost", "netexec", "--http-port=80")
    assert server.get("/hostname")[2] == "web-0"
    assert server.get("/echo?msg=hello+you%21&code=418")[::2] == (418, "hello you!")
    assert server.get("/header?key=X-Custom", {"X-Custom": "Awesome"})[2] == "Awesome"
    assert server.get("/nope")[0] == 404


def test_netexec_exits_as_it_is_told(start: Start) -> None:
    server = start("agnhost", "netexec")
    with pytest.raises(ConnectionError):
        server.get("/exit?code=3")
    assert server.process.wait(timeout=10) == 3


def test_echo_servers_show_headers_and_body(start: Start) -> None:
    server = start("echoserver", "--style", "echo-server")
    _, _, text = server.request("POST", "/a?b=c", b"the body", {"X-One": "1"})
    assert "POST /a?b=c HTTP/1.1" in text and "X-One: 1\n" in text and text.endswith("the body\n")


def test_many_requests_over_one_connection(start: Start) -> None:
    import http.client

    server = start("node_hello")
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    connection.request("GET", "/")
    connection.getresponse().read()
    socket = connection.sock
    connection.request("HEAD", "/")
    answer = connection.getresponse()
    assert answer.read() == b"" and answer.headers["Content-Length"] == "17" and connection.sock is socket
    connection.close()


def test_rubbish_is_a_bad_request_and_does_not_end_the_server(start: Start) -> None:
    import socket

    server = start("node_hello")
    with socket.create_connection((server.host, server.port), 10) as connection:
        connection.sendall(b"rubbish\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert server.get()[0] == 200


def test_http_echo_needs_a_text(run: Run) -> None:
    ended = run("http_echo")
    assert ended.returncode == 127 and ended.stderr == "Missing -text option!\n"


def test_httpd_serves_what_is_mounted(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "usr/local/apache2/htdocs/docs"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("mounted")
    server = start("httpd", MINIKUBE_PY_ROOT=str(tmp_path), HTTPD_VERSION="2.4.62")
    assert server.get("/docs/")[2] == "mounted"
    status, headers, text = server.get("/docs")
    assert (status, headers["Location"]) == (301, f"http://127.0.0.1:{server.port}/docs/")
    status, headers, text = server.get("/nope")
    assert status == 404 and headers["Server"] == "Apache/2.4.62 (Unix)" and "<h1>Not Found</h1>" in text
    assert server.get("/")[0] == 403
