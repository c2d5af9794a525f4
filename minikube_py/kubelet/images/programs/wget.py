"""wget as busybox has it, for pods whose localhost is an address of their own. Only http."""

from __future__ import annotations

import os
import socket
from typing import NamedTuple

from . import pod
from .proxy import split_url

_WITH_VALUE = {"-O": "out", "-T": "timeout", "-t": "tries", "-U": "agent", "-P": "folder", "-Y": "proxy"}
_LONG = {
    "--output-document": "-O",
    "--timeout": "-T",
    "--tries": "-t",
    "--user-agent": "-U",
    "--quiet": "-q",
    "--server-response": "-S",
}


class Options(NamedTuple):
    """What to fetch and how. `out` "-" is standard output, "" the URL's last part."""

    url: str
    out: str = ""
    timeout: float = 900.0
    quiet: bool = False
    spider: bool = False
    show_headers: bool = False
    headers: tuple[str, ...] = ()
    body: str | None = None


def parse_options(arguments: list[str]) -> Options:
    """Read the command line. Raises ValueError with busybox's words."""
    values: dict[str, str] = {}
    flags: set[str] = set()
    headers: list[str] = []
    urls: list[str] = []
    rest = [word for argument in arguments for word in _split_word(argument)]
    while rest:
        word = rest.pop(0)
        if word in _WITH_VALUE or word in ("--header", "--post-data"):
            if not rest:
                raise ValueError(f"option requires an argument -- '{word.lstrip('-')}'")
            value = rest.pop(0)
            if word == "--header":
                headers.append(value)
            else:
                values[_WITH_VALUE.get(word, "body")] = value
        elif word.startswith("-"):
            flags.add(word)
        else:
            urls.append(word)
    if len(urls) != 1:
        raise ValueError("missing URL" if not urls else "only one URL at a time")
    return Options(
        urls[0], values.get("out", ""), float(values.get("timeout", "900")), "-q" in flags, "--spider" in flags,
        "-S" in flags, tuple(headers), values.get("body"),
    )  # fmt: skip


def _split_word(word: str) -> list[str]:
    """Return `--name=value` and `-qO-` as separate words."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return [_LONG.get(name, name), *([value] if equals else [])]
    if not word.startswith("-") or len(word) <= 2:
        return [word]
    for at, letter in enumerate(word[1:], 1):
        if "-" + letter in _WITH_VALUE:
            return [*("-" + x for x in word[1 : at + 1]), *([word[at + 1 :]] if word[at + 1 :] else [])]
    return ["-" + x for x in word[1:]]


def main(arguments: list[str]) -> int:
    """Fetch one URL."""
    try:
        options = parse_options(arguments)
    except ValueError as error:
        pod.write_error(f"wget: {error}\n")
        return 1
    if options.url.startswith("https://"):
        pod.write_error("wget: https is not supported by this wget\n")
        return 1
    return fetch(options, options.url, redirects=10)


def fetch(options: Options, url: str, redirects: int) -> int:
    """Fetch and follow redirects; return the exit code."""
    host, port, path = split_url(url)
    pod_host = pod.get_local_host(host)
    try:
        address = str(socket.getaddrinfo(pod_host, port, socket.AF_INET, socket.SOCK_STREAM)[0][4][0])
    except OSError:
        return _fail(f"bad address '{host}'" if port == 80 else f"bad address '{host}:{port}'")
    if not options.quiet:
        pod.write_error(f"Connecting to {host}:{port} ({address}:{port})\n")
    try:
        with socket.create_connection((address, port), options.timeout) as connection:
            connection.sendall(_format_request(options, host, port, path or "/"))
            data = b"".join(iter(lambda: connection.recv(65536), b""))
    except TimeoutError:
        return _fail("download timed out")
    except OSError as error:
        return _fail(f"can't connect to remote host ({address}): {os.strerror(error.errno or 0)}")
    return _handle(options, host, data, path, redirects)


def _format_request(options: Options, host: str, port: int, path: str) -> bytes:
    method = "HEAD" if options.spider else "GET" if options.body is None else "POST"
    lines = [f"{method} {path} HTTP/1.0", f"Host: {host}" + (f":{port}" if port != 80 else "")]
    lines += ["User-Agent: Wget", "Connection: close", *options.headers]
    body = (options.body or "").encode()
    if options.body is not None:
        lines += [f"Content-Length: {len(body)}"]
        if not any(header.lower().startswith("content-type:") for header in options.headers):
            lines.append("Content-Type: application/x-www-form-urlencoded")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _handle(options: Options, host: str, data: bytes, path: str, redirects: int) -> int:
    raw, _, body = data.partition(b"\r\n\r\n")
    first, *lines = raw.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if len(words) < 2 or not words[1].isdigit():
        return _fail("error getting response")
    if options.show_headers:
        pod.write_error("".join(f"  {line}\n" for line in [first, *lines]))
    status = int(words[1])
    location = next((line[9:].strip() for line in lines if line.lower().startswith("location:")), "")
    if 300 <= status < 400 and location:
        if not redirects:
            return _fail("too many redirections")
        return fetch(options, location if "://" in location else f"http://{host}{location}", redirects - 1)
    if status >= 300:
        return _fail(f"server returned error: {first}")
    return 0 if options.spider else _save(options, body, path)


def _save(options: Options, body: bytes, path: str) -> int:
    if options.out == "-":
        view = memoryview(body)
        while view:
            view = view[os.write(1, view) :]
        return 0
    name = options.out or path.partition("?")[0].rpartition("/")[2] or "index.html"
    try:
        with open(name, "wb" if options.out else "xb") as file:
            file.write(body)
    except OSError as error:
        return _fail(f"can't open '{name}': {os.strerror(error.errno or 0)}")
    if not options.quiet:
        pod.write_error(f"saving to '{name}'\n'{name}' saved\n")
    return 0


def _fail(text: str) -> int:
    pod.write_error(f"wget: {text}\n")
    return 1
