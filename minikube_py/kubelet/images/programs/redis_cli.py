"""redis-cli: sends one command from its arguments, or one a line from standard input."""

from __future__ import annotations

import os
import shlex
import socket
import sys
from typing import Any, NamedTuple

from . import pod, redis_protocol
from .redis_store import RedisError, Simple


class Options(NamedTuple):
    """Where to connect to and what to send."""

    host: str
    port: int
    password: str
    raw: bool
    command: list[str]


def parse_options(arguments: list[str]) -> Options:
    """Read `-h HOST -p PORT -a PASSWORD -n DB --raw` up to the first word that is none."""
    values = {"-h": "127.0.0.1", "-p": "6379", "-a": os.environ.get("REDISCLI_AUTH", "")}
    raw = not sys.stdout.isatty()
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        name = rest.pop(0)
        if name in ("-h", "-p", "-a", "-n", "--pass", "-u") and rest:
            values[{"--pass": "-a"}.get(name, name)] = rest.pop(0)
        elif name == "--raw":
            raw = True
        elif name == "--no-raw":
            raw = False
    return Options(values["-h"], int(values["-p"]), values["-a"], raw, rest)


def main(arguments: list[str]) -> int:
    """Send the command, or every line of standard input."""
    options = parse_options(arguments)
    host = pod.get_local_host(options.host)
    try:
        connection = socket.create_connection((host, options.port), 10)
    except OSError as error:
        text = os.strerror(error.errno) if error.errno else str(error)
        pod.write_error(f"Could not connect to Redis at {options.host}:{options.port}: {text}\n")
        return 1
    with connection:
        reader = redis_protocol.Reader(connection)
        if options.password:
            _send(connection, reader, ["AUTH", options.password])
        if options.command:
            return _show(_send(connection, reader, options.command), options.raw)
        return _converse(connection, reader, options)


def _converse(connection: socket.socket, reader: redis_protocol.Reader, options: Options) -> int:
    asking = sys.stdin.isatty()
    prompt = f"{options.host}:{options.port}> "
    while True:
        if asking:
            pod.write_out(prompt)
        line = sys.stdin.readline()
        try:
            words = shlex.split(line)
        except ValueError:
            pod.write_out("Invalid argument(s)\n")
            continue
        if not line or words[:1] in (["exit"], ["quit"]):
            return 0
        if words:
            _show(_send(connection, reader, words), options.raw)


def _send(connection: socket.socket, reader: redis_protocol.Reader, words: list[str]) -> Any:
    try:
        connection.sendall(redis_protocol.encode([word.encode() for word in words]))
        return reader.read_answer()
    except (EOFError, OSError):
        if words[0].upper() == "SHUTDOWN":
            return Simple("")
        return RedisError("Error: Server closed the connection")


def _show(answer: Any, raw: bool) -> int:
    pod.write_out((format_raw(answer) if raw else format_pretty(answer)) + "\n")
    return 1 if isinstance(answer, RedisError) else 0


def format_raw(answer: Any) -> str:
    """Return an answer as for a pipe."""
    if isinstance(answer, list):
        return "\n".join(format_raw(item) for item in answer)
    if isinstance(answer, Simple):
        return answer.text
    if isinstance(answer, bytes):
        return answer.decode(errors="replace")
    return "" if answer is None else str(answer)


def format_pretty(answer: Any, indent: str = "") -> str:
    """Return an answer as for a terminal."""
    if isinstance(answer, Simple):
        return answer.text
    if isinstance(answer, RedisError):
        return f"(error) {answer}"
    if isinstance(answer, list):
        if not answer:
            return "(empty array)"
        lines = [f"{n}) {format_pretty(item, indent + '   ')}" for n, item in enumerate(answer, 1)]
        return ("\n" + indent).join(lines)
    if isinstance(answer, bytes):
        text = (
            answer.decode(errors="replace").replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r").replace("\n", "\\n")
        )
        return f'"{text}"'
    return "(nil)" if answer is None else f"(integer) {answer}"
