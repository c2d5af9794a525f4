"""nginx: serves /usr/share/nginx/html or its own page, or what a mounted configuration says; logs as nginx does."""

from __future__ import annotations

import _thread
import glob
import os
import signal
import time
from typing import NamedTuple

from . import files, nginx_config, pod, web
from .nginx_config import Config, ConfigError, Location, Server

ROOT = "/usr/share/nginx/html"
DEFAULT = Server((80,), ("localhost",), {"root": (ROOT,)}, ())
CONF_D = "/etc/nginx/conf.d"


class Site(NamedTuple):
    """What one listening port serves."""

    port: int
    servers: tuple[Server, ...]


def get_version() -> str:
    """Return the version that the image's tag names."""
    return os.environ.get("NGINX_VERSION") or "1.29"


def main(arguments: list[str]) -> int:
    """Serve; `-v`, `-V` print the version, `-t` checks the configuration, `-s` has nobody to signal.

    `--listen PORT` is the default server's port, for the image of unprivileged users.
    """
    if "-v" in arguments or "-V" in arguments:
        pod.write_error(f"nginx version: nginx/{get_version()} (minikube_py)\n")
        return 0
    main_file = arguments[arguments.index("-c") + 1] if "-c" in arguments[:-1] else "/etc/nginx/nginx.conf"
    port = int(arguments[arguments.index("--listen") + 1]) if "--listen" in arguments[:-1] else 80
    try:
        servers = load_servers(main_file, DEFAULT._replace(ports=(port,)))
    except ConfigError as error:
        pod.write_error(f"nginx: [emerg] {error}\n")
        return 1
    if "-t" in arguments:
        pod.write_error(f"nginx: the configuration file {main_file} syntax is ok\n")
        pod.write_error(f"nginx: configuration file {main_file} test is successful\n")
        return 0
    if "-s" in arguments:
        pod.write_error('nginx: [error] open() "/run/nginx.pid" failed (2: No such file or directory)\n')
        return 1
    return serve_all(servers)


def load_servers(main_file: str, default: Server = DEFAULT) -> tuple[Server, ...]:
    """Read the configuration files that are mounted; without any, the image's default server. Raises ConfigError."""
    path = pod.find_image_path(main_file)
    servers: tuple[Server, ...] = ()
    patterns: tuple[str, ...] = (f"{CONF_D}/*.conf",)
    if os.path.isfile(path):
        config = _read(path)
        servers, patterns = config.servers, config.includes
    for pattern in patterns:
        folder, _, name = (pattern if pattern.startswith("/") else f"/etc/nginx/{pattern}").rpartition("/")
        inside = pod.find_image_path(folder)
        if folder == CONF_D and not os.path.isdir(inside):
            servers += (default,)
        for file in sorted(glob.glob(f"{glob.escape(inside)}/{name}")):
            servers += () if file.endswith("mime.types") else _read(file).servers
    return servers


def _read(path: str) -> Config:
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    try:
        config = nginx_config.load(text)
    except ConfigError as error:
        raise ConfigError(f"{error} in {path}") from None
    for name in config.unsupported:
        log_error("warn", f'directive "{name}" has no effect in this stand-in for nginx, in {path}')
    return config


def log_error(level: str, text: str) -> None:
    """Write a line as nginx's error log has it."""
    stamp = time.strftime("%Y/%m/%d %H:%M:%S", time.gmtime())
    pod.write_error(f"{stamp} [{level}] {os.getpid()}#{os.getpid()}: {text}\n")


def serve_all(servers: tuple[Server, ...]) -> int:
    """Listen on every port that a server names, and answer until a signal comes."""
    pod.end_on_signals(signal.SIGQUIT)
    sites = [Site(port, tuple(s for s in servers if port in s.ports)) for port in sorted({p for s in servers for p in s.ports})]
    opened = []
    for site in sites:
        try:
            opened.append((pod.listen(site.port), site))
        except OSError as error:
            where = f"{pod.get_bind_address()}:{site.port}"
            pod.write_error(f"nginx: [emerg] bind() to {where} failed ({error.errno}: {os.strerror(error.errno or 0)})\n")
            return 1
    log_error("notice", f"nginx/{get_version()} (minikube_py's stand-in)")
    log_error("notice", "start worker processes")
    if not opened:
        while True:
            signal.pause()
    for socket_, site in opened[1:]:
        _thread.start_new_thread(web.accept_for_ever, (socket_, new_handler(site)))
    first, site = opened[0]
    pod.tell_ready(first)
    web.accept_for_ever(first, new_handler(site))
    return 0


def new_handler(site: Site) -> web.Handler:
    """Return the handler of one port."""

    def handle(request: web.Request) -> web.Response:
        server = choose_server(site, request)
        response = finish(answer(server, request))
        write_log(request, response)
        return response

    return handle


def choose_server(site: Site, request: web.Request) -> Server:
    """Return the server with the request's host name, else the port's first."""
    host = request.headers.get("host", "").partition(":")[0]
    return next((s for s in site.servers if host in s.names), site.servers[0])


def choose_location(server: Server, path: str) -> Location | None:
    """Return an exact location, else the longest prefix."""
    exact = next((x for x in server.locations if x.exact and x.path == path), None)
    prefixes = [x for x in server.locations if not x.exact and path.startswith(x.path)]
    return exact or max(prefixes, key=lambda x: len(x.path), default=None)


def answer(server: Server, request: web.Request) -> web.Response:
    """Return what the configuration gives for the request."""
    path = web.unquote(request.path)
    location = choose_location(server, path)
    settings = {**server.settings, **(location.settings if location else {})}
    response = _answer_by(settings, location, request, path)
    added = settings.get("add_header", ())
    if len(added) >= 2 and response.status < 400:
        response = response._replace(headers=(*response.headers, (added[0], expand(added[1], request))))
    return response


def _answer_by(
    settings: dict[str, tuple[str, ...]], location: Location | None, request: web.Request, path: str
) -> web.Response:
    if "return" in settings:
        return _return(settings["return"], settings, request)
    if "proxy_pass" in settings:
        from .proxy import forward

        return forward(settings["proxy_pass"][0], location.path if location else "/", request)
    if request.method not in ("GET", "HEAD"):
        return web.Response(status=405)
    if location is not None and "alias" in location.settings:
        root, path = location.settings["alias"][0], "/" + path[len(location.path) :].lstrip("/")
    else:
        root = settings.get("root", (ROOT,))[0]
    folder = pod.find_image_path(root) if root == ROOT else pod.find_path(root)
    if root == ROOT and not os.path.isdir(folder):
        found = path in ("/", "/index.html")
        return web.Response(pod.read_page("nginx.html"), content_type="text/html") if found else web.Response(status=404)
    return files.get_file(request, folder, path, settings.get("index", ("index.html", "index.htm")))


def _return(words: tuple[str, ...], settings: dict[str, tuple[str, ...]], request: web.Request) -> web.Response:
    """Do `return CODE [text or URL]` or `return URL`."""
    code, text = (int(words[0]), " ".join(words[1:])) if words[0].isdigit() else (302, words[0])
    text = expand(text, request)
    if code in (301, 302, 303, 307, 308):
        return web.Response(status=code, headers=(("Location", text),))
    kind = settings.get("default_type", ("application/octet-stream",))[0]
    return web.Response(text.encode(), code, kind)


def expand(text: str, request: web.Request) -> str:
    """Return the text with nginx's variables that concern a request."""
    if "$" not in text:
        return text
    values = {
        "hostname": pod.get_hostname(),
        "request_uri": request.target,
        "remote_addr": request.client[0],
        "server_addr": request.local[0],
        "server_port": str(request.local[1]),
        "request_method": request.method,
        "args": request.target.partition("?")[2],
        "host": request.headers.get("host", "").partition(":")[0],
        "uri": request.path,
        "scheme": "http",
    }
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value).replace(f"${name}", value)
    return text


def finish(response: web.Response) -> web.Response:
    """Add the server's header, and its page to an answer that has none."""
    name = f"nginx/{get_version()}"
    headers = (("Server", name), *response.headers)
    if response.body or response.status in (200, 204, 304):
        return response._replace(headers=headers)
    title = f"{response.status} {web.STATUS.get(response.status, '')}".strip()
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        f"<hr><center>{name}</center>\r\n</body>\r\n</html>\r\n"
    )
    return response._replace(body=page.encode(), content_type="text/html", headers=headers)


def write_log(request: web.Request, response: web.Response) -> None:
    """Write the access log's line, in the image's `main` format."""
    stamp = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
    get = request.headers.get
    size = 0 if request.method == "HEAD" else len(response.body)
    pod.write_out(
        f'{request.client[0]} - - [{stamp}] "{request.line}" {response.status} {size} '
        f'"{get("referer", "-")}" "{get("user-agent", "-")}" "{get("x-forwarded-for", "-")}"\n'
    )
