from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minikube_py.kubelet.images.programs import nginx_config

Start = Callable[..., Any]
Run = Callable[..., Any]


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_the_access_log_has_nginxs_form(start: Start) -> None:
    server = start("nginx")
    server.get("/", {"User-Agent": "curl/8", "X-Forwarded-For": "10.1.1.1"})
    server.get("/nope", {"Referer": "http://a/"})
    _, out, err = server.end()
    first, second = out.splitlines()
    stamp = r"\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\]"
    assert re.fullmatch(rf'127\.0\.0\.1 - - {stamp} "GET / HTTP/1\.1" 200 \d+ "-" "curl/8" "10\.1\.1\.1"', first)
    assert re.fullmatch(rf'127\.0\.0\.1 - - {stamp} "GET /nope HTTP/1\.1" 404 \d+ "http://a/" ".*" "-"', second)
    assert "start worker processes" in err


def test_version_and_error_page(start: Start) -> None:
    server = start("nginx", NGINX_VERSION="1.25")
    status, headers, text = server.get("/nope")
    assert (status, headers["Server"]) == (404, "nginx/1.25")
    assert "<center><h1>404 Not Found</h1></center>" in text and "<hr><center>nginx/1.25</center>" in text
    assert server.request("POST", "/")[0] == 405


def test_a_mounted_folder_is_served(start: Start, tmp_path: Path) -> None:
    write(tmp_path, "usr/share/nginx/html/index.html", "<b>mine</b>")
    write(tmp_path, "usr/share/nginx/html/a b/data.json", "{}")
    server = start("nginx", MINIKUBE_PY_ROOT=str(tmp_path))
    status, headers, text = server.get("/")
    assert (status, headers["Content-Type"], text) == (200, "text/html", "<b>mine</b>")
    assert server.get("/a%20b/data.json")[1]["Content-Type"] == "application/json"
    assert server.get("/", {"If-None-Match": headers["ETag"]})[0] == 304
    assert server.get("/a%20b/")[0] == 403
    assert server.get("/%2e%2e/%2e%2e/etc/passwd")[0] == 400
    write(tmp_path, "usr/share/nginx/html/index.html", "changed")
    assert server.get("/")[2] == "changed"


def test_an_empty_mounted_folder_is_forbidden(start: Start, tmp_path: Path) -> None:
    (tmp_path / "usr/share/nginx/html").mkdir(parents=True)
    assert start("nginx", MINIKUBE_PY_ROOT=str(tmp_path)).get("/")[0] == 403


CONFIG = """
# a site
server {
    listen 80;
    server_name  example.com;
    location / { root /site; index home.html; add_header X-From "the config"; }
    location = /healthz { default_type text/plain; return 200 'well on ${hostname}\\n'; }
    location /old { return 301 http://$host/new; }
    location /files/ { alias /data/; }
    location /api/ { proxy_pass http://UPSTREAM/v1/; }
    location /gone { proxy_pass http://127.0.0.1:1; }
    fancy_module on;
}
"""


def test_a_mounted_configuration(start: Start, tmp_path: Path) -> None:
    upstream = start("agnhost", "netexec")
    write(tmp_path, "etc/nginx/conf.d/site.conf", CONFIG.replace("UPSTREAM", f"{upstream.host}:{upstream.port}"))
    write(tmp_path, "site/home.html", "home")
    write(tmp_path, "data/x.txt", "x")
    server = start("nginx", MINIKUBE_PY_ROOT=str(tmp_path))
    status, headers, text = server.get("/")
    assert (status, headers["X-From"], text) == (200, "the config", "home")
    assert server.get("/healthz")[::2] == (200, "well on web-0\n")
    assert server.get("/old")[1]["Location"] == "http://127.0.0.1/new"
    assert server.get("/files/x.txt")[2] == "x"
    assert server.get("/gone")[0] == 502
    assert server.get("/api/x")[0] == 404  # the upstream's own: /v1/x
    assert 'directive "fancy_module" has no effect' in server.end()[2]
    assert "GET /v1/x" in upstream.end()[1]


def test_a_wrong_configuration_ends_it(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "etc/nginx/conf.d/default.conf", "server { listen 80 }")
    ended = run("nginx", MINIKUBE_PY_ROOT=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr.startswith('nginx: [emerg] unexpected "}" in ') and ended.stderr.endswith("default.conf\n")


def test_its_other_options(run: Run) -> None:
    assert run("nginx", "-v", NGINX_VERSION="1.27").stderr == "nginx version: nginx/1.27 (minikube_py)\n"
    assert run("nginx", "-t").stderr.endswith("test is successful\n")


def test_parsing_quotes_comments_and_blocks() -> None:
    text = 'http { server { listen 127.0.0.1:8080 default_server; listen 81; return 200 "a;{}#\'\\""; } } # end'
    (server,) = nginx_config.load(text).servers
    assert server.ports == (8080, 81)
    assert server.settings["return"] == ("200", "a;{}#'\"")


@pytest.mark.parametrize("text", ["server {", "}", "server { listen 80;", "listen", "{}", ";", 'a "b', "server { listen x; }"])
def test_mistakes_are_refused(text: str) -> None:
    with pytest.raises(nginx_config.ConfigError):
        nginx_config.load(text)
