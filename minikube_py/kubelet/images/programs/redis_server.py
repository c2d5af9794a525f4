"""redis-server: keeps keys in memory and speaks RESP on 6379. No replication, no persistence, no scripts, no pub/sub."""

from __future__ import annotations

import _thread
import os
import socket
import time
from typing import Any, NamedTuple

from . import pod, redis_protocol
from .redis_store import OK, RedisError, Simple, Store

_UNITS = {"b": 1, "k": 1000, "kb": 1 << 10, "m": 10**6, "mb": 1 << 20, "g": 10**9, "gb": 1 << 30}
_DEFAULTS = {
    "port": "6379",
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
    "requirepass": "",
    "save": "",
    "appendonly": "no",
}


def parse_memory(text: str) -> str:
    """Return bytes, as digits, of `2mb`. Raises ValueError."""
    digits = text.rstrip("bkmgBKMG")
    return str(int(digits) * _UNITS[text[len(digits) :].lower() or "b"])


def read_config(arguments: list[str]) -> dict[str, str]:
    """Return the settings of a file (first argument) and of `--name value` options. Raises OSError, ValueError."""
    config = dict(_DEFAULTS)
    lines: list[list[str]] = []
    rest = list(arguments)
    if rest and not rest[0].startswith("-"):
        with open(pod.find_path(rest.pop(0)), encoding="utf-8") as file:
            lines += [line.split() for line in file if line.strip() and not line.lstrip().startswith("#")]
    for word in rest:
        if word.startswith("--"):
            lines.append([word[2:]])
        elif lines:
            lines[-1].append(word)
    for name, *values in lines:
        text = " ".join(values).strip("\"'")
        config[name.lower()] = parse_memory(text) if name.lower() == "maxmemory" else text
    return config


class Session(NamedTuple):
    """One server's data and settings; `state` maps "commands" to how many were run."""

    store: Store
    config: dict[str, str]
    lock: _thread.LockType
    state: dict[str, int]
    started: float


def main(arguments: list[str]) -> int:
    """Serve; `--version` and every setting of redis.conf are accepted."""
    version = os.environ.get("REDIS_VERSION") or "8"
    if arguments[:1] in (["--version"], ["-v"]):
        pod.write_out(f"Redis server v={version} (minikube_py)\n")
        return 0
    try:
        config = read_config(arguments)
    except (OSError, ValueError, KeyError) as error:
        pod.write_error(f"*** FATAL CONFIG FILE ERROR ***\n{error}\n")
        return 1
    pod.end_on_signals()
    port = int(config["port"])
    try:
        server = pod.listen(port)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        _log("#", f"Warning: Could not create server TCP listening socket *:{port}: bind: {reason}")
        _log("#", f"Failed listening on port {port} (tcp), aborting.")
        return 1
    _log("*", f"Redis version={version}, minikube_py's stand-in, pid={os.getpid()}, just started")
    _log("*", "Ready to accept connections tcp")
    session = Session(Store(time.monotonic), config, _thread.allocate_lock(), {"commands": 0}, time.monotonic())
    pod.tell_ready(server)
    while True:
        connection, _ = server.accept()
        _thread.start_new_thread(_talk, (connection, session))


def _log(level: str, text: str) -> None:
    stamp = time.strftime("%d %b %Y %H:%M:%S.000", time.gmtime())
    pod.write_out(f"{os.getpid()}:M {stamp} {level} {text}\n")


def _talk(connection: socket.socket, session: Session) -> None:
    reader = redis_protocol.Reader(connection)
    trusted = not session.config["requirepass"]
    with connection:
        try:
            while True:
                words = reader.read_command()
                if not words:
                    continue
                name, args = words[0].decode(errors="replace").upper(), words[1:]
                answer, trusted = run(session, name, args, trusted)
                connection.sendall(redis_protocol.encode(answer))
                if name == "QUIT":
                    return
        except (EOFError, OSError, ValueError):
            return  # the client left, or does not speak RESP


def run(session: Session, name: str, args: list[bytes], trusted: bool) -> tuple[Any, bool]:
    """Run a command; return its answer (a RedisError is one) and whether the connection may do more."""
    with session.lock:
        session.state["commands"] += 1
        try:
            if name == "AUTH":
                return _authenticate(session, args), True
            if not trusted and name != "QUIT":
                raise RedisError("NOAUTH Authentication required.")
            special = SPECIAL.get(name)
            return (special(session, args) if special else session.store.run(name, args)), trusted
        except RedisError as error:
            return error, trusted


def _authenticate(session: Session, args: list[bytes]) -> Simple:
    wanted = session.config["requirepass"]
    if not wanted:
        raise RedisError(
            "ERR AUTH <password> called without any password configured for the default user. "
            "Are you sure your configuration is correct?"
        )
    if not args or args[-1].decode(errors="replace") != wanted:
        raise RedisError("WRONGPASS invalid username-password pair or user is disabled.")
    return OK


def _ping(session: Session, args: list[bytes]) -> Any:
    return args[0] if args else Simple("PONG")


def _configure(session: Session, args: list[bytes]) -> Any:
    words = [arg.decode(errors="replace") for arg in args]
    if words[:1] and words[0].upper() == "GET" and len(words) > 1:
        import fnmatch

        found = [(name, value) for name, value in sorted(session.config.items()) if fnmatch.fnmatch(name, words[1].lower())]
        return [text.encode() for pair in found for text in pair]
    if words[:1] and words[0].upper() == "SET" and len(words) == 3:
        name = words[1].lower()
        if name not in session.config:
            raise RedisError(f"ERR Unknown option or number of arguments for CONFIG SET - '{words[1]}'")
        session.config[name] = parse_memory(words[2]) if name == "maxmemory" else words[2]
        return OK
    raise RedisError("ERR unknown subcommand or wrong number of arguments for 'config' command. Try CONFIG HELP.")


def _info(session: Session, args: list[bytes]) -> bytes:
    sections: dict[str, dict[str, object]] = {
        "Server": {
            "redis_version": os.environ.get("REDIS_VERSION") or "8",
            "redis_mode": "standalone",
            "process_id": os.getpid(),
            "tcp_port": session.config["port"],
            "uptime_in_seconds": int(time.monotonic() - session.started),
        },
        "Memory": {"maxmemory": session.config["maxmemory"], "maxmemory_policy": session.config["maxmemory-policy"]},
        "Stats": {"total_commands_processed": session.state["commands"]},
        "Replication": {"role": "master", "connected_slaves": 0},
        "Keyspace": {"db0": f"keys={count},expires=0,avg_ttl=0"} if (count := len(session.store.list_keys())) else {},
    }
    wanted = args[0].decode(errors="replace").lower() if args else ""
    texts = [
        f"# {title}\r\n" + "".join(f"{key}:{value}\r\n" for key, value in facts.items())
        for title, facts in sections.items()
        if wanted in ("", "all", "default", "everything", title.lower())
    ]
    return "\r\n".join(texts).encode()


def _select(session: Session, args: list[bytes]) -> Simple:
    if args != [b"0"]:
        raise RedisError("ERR DB index is out of range")
    return OK


def _shut_down(session: Session, args: list[bytes]) -> Any:
    os._exit(0)


SPECIAL = {
    "PING": _ping,
    "ECHO": lambda session, args: args[0] if args else b"",
    "QUIT": lambda session, args: OK,
    "SELECT": _select,
    "CONFIG": _configure,
    "INFO": _info,
    "COMMAND": lambda session, args: [],
    "CLIENT": lambda session, args: OK,
    "ROLE": lambda session, args: [b"master", 0, []],
    "TIME": lambda session, args: [b"%d" % int(time.time()), b"0"],
    "SHUTDOWN": _shut_down,
}
