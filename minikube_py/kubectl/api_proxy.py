"""What `proxy` answers: which paths are the API's and which are files, and whom it refuses.

The host filter is what keeps a web page from reaching the API through a name that leads to 127.0.0.1 (DNS rebinding), and that of
origins keeps it from sending what it needs no answer to. kubectl lets the latter pass.
"""

from __future__ import annotations

import html
import posixpath
import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.http_message import HttpAnswer, HttpRequest
from minikube_py.kubectl.static_files import NOT_FOUND, answer_text, redirect, serve_file

_PORT = re.compile(r":[0-9]*$")
Patterns = tuple[re.Pattern[str], ...]


class Filter(NamedTuple):
    """Which requests are passed on: expressions searched for in path, Host header and method."""

    accept_paths: Patterns
    reject_paths: Patterns
    accept_hosts: Patterns
    reject_methods: Patterns

    def accepts(self, method: str, path: str, host: str) -> bool:
        """Return whether the request may pass."""
        if _matches(path, self.reject_paths) or _matches(method, self.reject_methods):
            return False
        return _matches(path, self.accept_paths) and _matches(host, self.accept_hosts)

    def accepts_origin(self, origin: str) -> bool:
        """Return whether a page of that origin may ask; "" is no page."""
        return not origin or _matches(_PORT.sub("", origin.partition("//")[2]), self.accept_hosts)


class Places(NamedTuple):
    """Where what is served: prefixes with slashes at both ends; `folder` is empty where no files are."""

    api_prefix: str = "/"
    folder: str = ""
    static_prefix: str = "/static/"


def compile_patterns(text: str) -> Patterns:
    """Return the expressions of a list with commas. Raises CliError."""
    try:
        return tuple(re.compile(part) for part in text.split(",")) if text else ()
    except re.error as error:
        raise CliError(f"Error compiling re: error parsing regexp: {error}", 255) from error


def _matches(text: str, patterns: Patterns) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def extract_host(header: str) -> str:
    """Return the host of a Host header: `localhost` of `localhost:8001`, `::1` of `[::1]:8001`, `[::1]` of itself."""
    match = re.fullmatch(r"\[([^\[\]]*)\]:[^:]*|([^:\[\]]*):[^:]*", header)
    return (match[1] if match[1] is not None else match[2]) if match else header


def route(message: HttpRequest, places: Places, allowed: Filter | None) -> HttpRequest | HttpAnswer:
    """Return what the API is to be asked for a request; or the answer itself: a file, a redirection, or a refusal."""
    url = urlsplit(message.target)
    path = unquote(url.path) or "/"
    clean = _clean(path)
    if clean != path:
        return _redirect(clean, url.query, message)
    prefix = _find_prefix(path, places)
    if prefix is None:
        slashed = _find_prefix(path + "/", places)
        if slashed == path + "/":
            return _redirect(slashed, url.query, message)
        return answer_text(404, NOT_FOUND)
    if prefix == places.static_prefix and places.folder:
        return serve_file(places.folder, "/" + url.path.removeprefix(prefix), message)
    target = message.target if prefix.startswith("/api") else "/" + message.target.removeprefix(prefix).lstrip("/")
    inner = unquote(urlsplit(target).path)
    if allowed is not None and not (
        allowed.accepts(message.method, inner, extract_host(message.header("host")))
        and allowed.accepts_origin(message.header("origin"))
    ):
        return answer_text(403, b"Forbidden\n")
    return message._replace(target=target)


def _redirect(path: str, query: str, message: HttpRequest) -> HttpAnswer:
    """Return the answer that sends the caller to another path, with the page that Go's mux gives."""
    where = quote(path) + (f"?{query}" if query else "")
    if message.method not in ("GET", "HEAD"):
        return redirect(where)
    page = f'<a href="{html.escape(where)}">Moved Permanently</a>.\n\n'.encode()
    return HttpAnswer(301, (("Content-Type", "text/html; charset=utf-8"), ("Location", where)), iter((page,)))


def _find_prefix(path: str, places: Places) -> str | None:
    """Return the longest prefix that a path begins with."""
    prefixes = [places.api_prefix, *([places.static_prefix] if places.folder else [])]
    return max((prefix for prefix in prefixes if path.startswith(prefix)), key=len, default=None)


def _clean(path: str) -> str:
    """Return a path without `//`, `.` and `..`, as Go's mux wants it."""
    if "//" not in path and "/." not in path:
        return path
    clean = posixpath.normpath("/" + path.lstrip("/"))
    return clean + "/" if path.endswith("/") and clean != "/" else clean
