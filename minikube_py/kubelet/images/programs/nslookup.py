"""nslookup as busybox has it (before 1.29, and since) or as BIND has it: asks the pod's name server."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

from . import pod

A, PTR, AAAA = 1, 12, 28
_CODES = {1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
SECONDS = 5.0
TRIES = 2


class Settings(NamedTuple):
    """What /etc/resolv.conf says."""

    server: str
    search: tuple[str, ...]
    ndots: int


class Reply(NamedTuple):
    """What the server said: the name asked for, a code (0 is well) and the records as name and text."""

    name: str
    code: int
    records: tuple[tuple[str, str], ...]


def main(arguments: list[str]) -> int:
    """Look a name or an address up: `[--style bind | --version N] NAME [SERVER]`."""
    style, version = "busybox", ""
    while arguments[:1] in (["--style"], ["--version"]):
        style, version = (arguments[1], version) if arguments[0] == "--style" else (style, arguments[1])
        arguments = arguments[2:]
    words = [word for word in arguments if not word.startswith("-")]
    if not words:
        pod.write_error("Usage: nslookup HOST [DNS_SERVER]\n")
        return 1
    with open(pod.find_path("/etc/resolv.conf"), encoding="utf-8") as file:
        settings = read_settings(file.read())
    if len(words) > 1:
        settings = settings._replace(server=socket.gethostbyname(words[1]))
    if style == "bind":
        return look_up_as_bind(words[0], settings)
    if is_old(version):
        return look_up_as_old(words[0], settings)
    return look_up(words[0], settings)


def is_old(version: str) -> bool:
    """Return whether a version of busybox has the nslookup of before 1.29."""
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    return len(numbers) == 2 and numbers < [1, 29]


def read_settings(text: str) -> Settings:
    """Read a resolv.conf."""
    found = Settings("127.0.0.1", (), 1)
    servers = []
    for line in text.splitlines():
        key, *words = line.split() or [""]
        if key == "nameserver":
            servers += words[:1]
        elif key in ("search", "domain"):
            found = found._replace(search=tuple(words))
        elif key == "options":
            dots = [word.removeprefix("ndots:") for word in words if word.startswith("ndots:")]
            found = found._replace(ndots=int(dots[0])) if dots else found
    return found._replace(server=servers[0]) if servers else found


def look_up(name: str, settings: Settings) -> int:
    """Print what today's busybox does: every search domain for names without a dot, A and AAAA of each."""
    pod.write_out(f"Server:\t\t{settings.server}\nAddress:\t{settings.server}:53\n\n")
    names = [name] if "." in name or not settings.search else [f"{name}.{domain}" for domain in settings.search]
    queries = [(make_reverse(name), PTR)] if is_address(name) else [(n, kind) for kind in (A, AAAA) for n in names]
    failed = False
    for query, kind in queries:
        reply = ask(query, kind, settings.server)
        if reply is None:
            pod.write_out(";; connection timed out; no servers could be reached\n\n")
            return 1
        failed |= reply.code != 0
        pod.write_out(format_records(reply, kind) + "\n")
    return int(failed)


def look_up_as_bind(name: str, settings: Settings) -> int:
    """Print what BIND's does: the first of the search domains where the name is."""
    pod.write_out(f"Server:\t\t{settings.server}\nAddress:\t{settings.server}#53\n\n")
    if is_address(name):
        names, kind = [make_reverse(name)], PTR
    else:
        kind, searched = A, [f"{name}.{domain}" for domain in settings.search]
        names = [name] if name.endswith(".") else [*searched, name] if name.count(".") < settings.ndots else [name, *searched]
    for query in names:
        reply = ask(query, kind, settings.server)
        if reply is None:
            pod.write_out(";; connection timed out; no servers could be reached\n\n")
            return 1
        if reply.records:
            pod.write_out(format_records(reply, kind) + "\n")
            return 0
    pod.write_out(f"** server can't find {name}: NXDOMAIN\n\n")
    return 1


def look_up_as_old(name: str, settings: Settings) -> int:
    """Print what busybox did before 1.29, which went by the system's resolver."""
    pod.write_out(f"Server:    {settings.server}\n{_number([settings.server], settings.server)}\n")
    try:
        addresses = list(
            dict.fromkeys(str(a[4][0]) for a in socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM))
        )
    except OSError:
        pod.write_error(f"nslookup: can't resolve '{name}'\n")
        return 1
    pod.write_out(f"Name:      {name}\n{_number(addresses, settings.server)}")
    return 0


def _number(addresses: list[str], server: str) -> str:
    text = ""
    for number, address in enumerate(addresses, start=1):
        reply = ask(make_reverse(address), PTR, server)
        name = reply.records[0][1] if reply is not None and reply.records else ""
        text += f"Address {number}: {address} {name}".rstrip() + "\n"
    return text


def format_records(reply: Reply, kind: int) -> str:
    """Return the lines of a reply."""
    if reply.code:
        return f"** server can't find {reply.name}: {_CODES.get(reply.code, str(reply.code))}\n"
    if kind == PTR:
        return "".join(f"{name}\tname = {text}\n" for name, text in reply.records)
    return "".join(f"Name:\t{name}\nAddress: {text}\n" for name, text in reply.records)


def is_address(name: str) -> bool:
    """Return whether a word is an IPv4 address."""
    try:
        socket.inet_pton(socket.AF_INET, name)
    except OSError:
        return False
    return True


def make_reverse(address: str) -> str:
    """Return the name under which an address's names are asked for."""
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa"


def ask(name: str, kind: int, server: str) -> Reply | None:
    """Ask the server; None where it says nothing."""
    number = int.from_bytes(os.urandom(2), "big")
    query = struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + encode_name(name) + struct.pack("!2H", kind, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(SECONDS)
        for _ in range(TRIES):
            try:
                sock.sendto(query, (server, 53))
                data = sock.recv(4096)
            except OSError:
                continue
            if len(data) >= 12 and data[:2] == query[:2]:
                return Reply(name, data[3] & 15, tuple(read_records(data, kind)))
    return None


def encode_name(name: str) -> bytes:
    """Return a name as a message has it."""
    labels = (label.encode() for label in name.rstrip(".").split("."))
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def read_records(data: bytes, kind: int) -> Iterator[tuple[str, str]]:
    """Yield name and text of the answers of one kind."""
    questions, answers = struct.unpack_from("!2H", data, 4)
    place = 12
    for _ in range(questions):
        place = read_name(data, place)[1] + 4
    for _ in range(answers):
        name, place = read_name(data, place)
        found, _, _, length = struct.unpack_from("!2HIH", data, place)
        place += 10
        if found == kind == PTR:
            yield name, read_name(data, place)[0]
        elif found == kind:
            yield name, socket.inet_ntop(socket.AF_INET if kind == A else socket.AF_INET6, data[place : place + length])
        place += length


def read_name(data: bytes, place: int) -> tuple[str, int]:
    """Return the name at a place, and the place behind it."""
    labels: list[str] = []
    after = 0
    while size := data[place]:
        if size >= 0xC0:
            after = after or place + 2
            place = (size & 0x3F) << 8 | data[place + 1]
            continue
        labels.append(data[place + 1 : place + 1 + size].decode(errors="replace"))
        place += 1 + size
    return ".".join(labels), after or place + 1
