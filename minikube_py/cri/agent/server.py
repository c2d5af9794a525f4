"""The agent's socket: who may connect, and which request goes where."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

from minikube_py.cri.agent.connection import Connection, is_own_peer
from minikube_py.cri.agent.errors import AgentError
from minikube_py.cri.agent.loop import READ, Loop
from minikube_py.cri.agent.node import Node

SOCKET = "agent.sock"


class Server:
    """Accepts clients on `agent.sock` in the present directory."""

    def __init__(self, loop: Loop, on_shutdown: Callable[[], None]) -> None:
        self._loop = loop
        self._on_shutdown = on_shutdown
        self._subscribers: set[Connection] = set()
        self._connections: set[Connection] = set()
        self._calls: dict[str, Callable[..., Any]] = {}
        self._streams: dict[str, Callable[[Connection, dict[str, Any]], None]] = {}
        if os.path.lexists(SOCKET):
            os.unlink(SOCKET)
        self._socket = socket.socket(socket.AF_UNIX)
        mask = os.umask(0o177)
        self._socket.bind(SOCKET)
        os.umask(mask)

    def serve(self, node: Node) -> None:
        """Begin to accept."""
        self._calls = {
            "ensure_sandbox": node.ensure_sandbox,
            "stop_sandbox": node.stop_sandbox,
            "remove_sandbox": node.remove_sandbox,
            "start_container": node.start_container,
            "stop_container": node.stop_container,
            "update_container": node.update_container,
            "remove_container": node.remove_container,
            "status": node.status,
            "list": node.list_sandboxes,
            "stats": node.stats,
        }
        self._streams = {
            "exec": node.exec,
            "attach": node.attach,
            "dial": node.dial,
            "listen": node.listen,
            "subscribe": self._subscribe,
        }
        self._socket.listen(64)
        self._socket.setblocking(False)
        self._loop.watch(self._socket.fileno(), READ, lambda _: self._accept())

    def notify(self, pod_uid: str) -> None:
        """Tell every subscriber that a pod changed."""
        for connection in tuple(self._subscribers):
            connection.send_message({"changed": pod_uid})

    def close(self) -> None:
        """Let go of all clients."""
        for connection in tuple(self._connections):
            connection.close()

    def stop(self) -> None:
        """Accept no more, and remove the socket."""
        self._loop.unwatch(self._socket.fileno())
        if os.path.lexists(SOCKET):
            os.unlink(SOCKET)
        self._socket.close()

    def _accept(self) -> None:
        try:
            sock, _ = self._socket.accept()
        except BlockingIOError:
            return
        if not is_own_peer(sock):
            sock.close()
            return
        connection = Connection(self._loop, sock, self._take)
        connection.on_close = self._forget
        self._connections.add(connection)

    def _forget(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._subscribers.discard(connection)

    def _subscribe(self, connection: Connection, request: dict[str, Any]) -> None:
        self._subscribers.add(connection)
        connection.send_message({"id": request["id"], "result": os.getpid()})

    def _take(self, connection: Connection, request: dict[str, Any]) -> None:
        op = request.get("op")
        try:
            if op in self._streams:
                self._streams[op](connection, request)
                return
            if op == "shutdown":
                self._on_shutdown()
                result = None
            elif op in self._calls:
                result = self._calls[op](*request["args"])
            else:
                raise AgentError(f"unknown request {op!r}")
        except (KeyError, TypeError) as error:  # one bad client must not end the node's processes
            refusal = {"kind": "cri", "message": f"malformed request {op!r}: {error}", "reason": "CreateContainerError"}
            connection.send_message({"id": request.get("id"), "error": refusal})
            return
        except AgentError as error:
            refusal = {"kind": error.kind, "message": str(error), "reason": error.reason}
            connection.send_message({"id": request["id"], "error": refusal})
            return
        except OSError as error:
            refusal = {"kind": "cri", "message": str(error), "reason": "CreateContainerError"}
            connection.send_message({"id": request["id"], "error": refusal})
            return
        connection.send_message({"id": request["id"], "result": result})
