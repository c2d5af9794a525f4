"""Asks a server how it is by gRPC's health protocol: one call, over as much of HTTP/2 as that takes.

https://github.com/grpc/grpc/blob/master/doc/health-checking.md, RFC 9113 (frames) and RFC 7541 (headers). Of the headers of an answer nothing is
read: the message tells how the server is, and one that sends none is not well.
"""

from __future__ import annotations

import socket
from typing import NamedTuple

from minikube_py.component_base.sockets import receive_exactly

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, ACK, END_HEADERS, PADDED = 1, 1, 4, 8
STREAM = 1
STATUSES = ("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN")
MAX_FRAME = 1 << 14
"""The longest frame that a server may send to a client that has not asked for longer ones."""


class Frame(NamedTuple):
    """A frame of HTTP/2."""

    kind: int
    flags: int
    stream: int
    payload: bytes


def check_health(sock: socket.socket, authority: str, service: str) -> str:
    """Return the status that a server gives of a service. Raises OSError; ValueError where it does not answer by the protocol."""
    request = encode_message(service)
    headers = Frame(HEADERS, END_HEADERS, STREAM, encode_headers(authority))
    sock.sendall(
        PREFACE + b"".join(map(encode_frame, (Frame(SETTINGS, 0, 0, b""), headers, Frame(DATA, END_STREAM, STREAM, request))))
    )
    answer = b""
    while True:
        frame = read_frame(sock)
        if frame.kind in (SETTINGS, PING) and not frame.flags & ACK:
            payload = frame.payload if frame.kind == PING else b""
            sock.sendall(encode_frame(Frame(frame.kind, ACK, 0, payload)))
        elif frame.kind in (GOAWAY, RST_STREAM):
            raise ValueError("the server ended the call")
        elif frame.stream == STREAM and frame.kind in (DATA, HEADERS):
            answer += strip_padding(frame) if frame.kind == DATA else b""
            if frame.flags & END_STREAM:
                return decode_status(answer)


def encode_frame(frame: Frame) -> bytes:
    """Return a frame as it is sent."""
    head = len(frame.payload).to_bytes(3, "big") + bytes((frame.kind, frame.flags))
    return head + frame.stream.to_bytes(4, "big") + frame.payload


def encode_headers(authority: str) -> bytes:
    """Return the headers of the call: indexes of the static table where it has what is meant, else names and values in clear."""
    post, http, path_name, authority_name, plain = b"\x83", b"\x86", b"\x04", b"\x01", b"\x00"
    fields = (("content-type", "application/grpc"), ("te", "trailers"), ("user-agent", "kube-probe/1.33"))
    head = post + http + path_name + _text("/grpc.health.v1.Health/Check") + authority_name + _text(authority)
    return head + b"".join(plain + _text(name) + _text(value) for name, value in fields)


def _text(text: str) -> bytes:
    octets = text.encode()
    if len(octets) > 126:
        raise ValueError("a header of this length is not encoded here")
    return bytes((len(octets),)) + octets


def encode_message(service: str) -> bytes:
    """Return a HealthCheckRequest with the five bytes before a message of gRPC."""
    name = service.encode()
    body = b"\x0a" + _encode_varint(len(name)) + name if name else b""
    return b"\x00" + len(body).to_bytes(4, "big") + body


def _encode_varint(number: int) -> bytes:
    octets = bytearray()
    while number > 0x7F:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*octets, number))


def read_frame(sock: socket.socket) -> Frame:
    """Read a frame. Raises OSError where the server goes away, ValueError for a frame longer than agreed on."""
    head = _read(sock, 9)
    length = int.from_bytes(head[:3], "big")
    if length > MAX_FRAME:
        raise ValueError("the server does not speak HTTP/2")
    return Frame(head[3], head[4], int.from_bytes(head[5:], "big") & 0x7FFFFFFF, _read(sock, length))


def _read(sock: socket.socket, count: int) -> bytes:
    return receive_exactly(sock, count, ConnectionResetError("the server closed the connection"))


def strip_padding(frame: Frame) -> bytes:
    """Return what a DATA frame carries."""
    if not frame.flags & PADDED:
        return frame.payload
    return frame.payload[1 : len(frame.payload) - frame.payload[0]]


def decode_status(answer: bytes) -> str:
    """Return the status in a HealthCheckResponse. Raises ValueError where there is none."""
    if len(answer) < 5:
        raise ValueError("the server sent no answer")
    body = answer[5 : 5 + int.from_bytes(answer[1:5], "big")]
    number = body[1] if len(body) == 2 and body[0] == 0x08 else 0
    return STATUSES[number] if number < len(STATUSES) else str(number)
