"""HTTP/1.1 over sockets of a Dialer: connections that carry a request after the other, and the answers that come by them."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Lock

from minikube_py.client.remote.dialer import SECONDS, Dialer
from minikube_py.client.request import RequestError, Unreachable
from minikube_py.client.transport.http_answers import describe_breakage, describe_broken_body, unpack

CHUNK = 64 << 10
READS = ("GET", "HEAD", "OPTIONS")

Headers = Mapping[str, str]


class _Connection(HTTPConnection):
    """http.client's connection over a socket of ours."""

    def __init__(self, dialer: Dialer, limit: float | None) -> None:
        address = dialer.server.address
        super().__init__(address.host, address.port)
        self._dialer, self._limit = dialer, limit

    def connect(self) -> None:
        self.sock = self._dialer.open(min(SECONDS, self._limit or SECONDS))
        self.sock.settimeout(self._limit)


class Answer:
    """An answer whose body is not read yet; read it by one of the two. `keep(connection)` takes the connection back at its end."""

    def __init__(self, response: HTTPResponse, connection: _Connection, keep: Callable[[_Connection], None]) -> None:
        self.response, self._connection, self._keep = response, connection, keep
        self.status: int = response.status

    def header(self, name: str) -> str:
        """Return a header, "" where there is none."""
        return self.response.headers.get(name, "")

    def read(self) -> bytes:
        """Return the whole body, unpacked. Raises RequestError."""
        try:
            data = self.response.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise describe_broken_body(error) from error
        self._give_back()
        return unpack(self.response, data)

    def read_parts(self) -> Iterator[bytes]:
        """Yield the parts of the body as they come. Raises RequestError where it breaks off."""
        done = False
        try:
            while data := self.response.read1(CHUNK):
                yield data
            if self.response.length:  # http.client does not mind
                raise RequestError("unexpected EOF")
            done = True
        except (OSError, HTTPException) as error:
            raise RequestError("unexpected EOF") from error
        finally:
            if done:
                self._give_back()
            else:
                self._connection.close()

    def _give_back(self) -> None:
        if self.response.will_close:
            self._connection.close()
        else:
            self._keep(self._connection)


class Connections:
    """Connections by `dialer`. `identify` gives the headers that say who asks; `limit` is how long the server may be silent. Safe for many threads."""

    def __init__(self, dialer: Dialer, identify: Callable[[], tuple[tuple[str, str], ...]], limit: float | None) -> None:
        self._dialer, self._identify, self._limit = dialer, identify, limit
        self._idle: list[_Connection] = []
        self._lock = Lock()

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answer:
        """Return the answer to a request. Raises Unreachable."""
        connection = self._take()
        reused = connection.sock is not None
        try:
            self._write(connection, method, path, headers, body)
            return Answer(connection.getresponse(), connection, self._keep)
        except (OSError, HTTPException) as error:
            connection.close()
            if reused and method in READS and not isinstance(error, TimeoutError):
                return self.send(method, path, headers, body)  # the server had hung up on the one that waited
            raise Unreachable(describe_breakage(error)) from error
        except BaseException:
            connection.close()
            raise

    def _write(self, connection: _Connection, method: str, path: str, headers: Headers, body: bytes) -> None:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (*headers.items(), *self._identify()):
            connection.putheader(name, value)
        if body or method not in READS:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)

    def _take(self) -> _Connection:
        """Return a connection, one that waits if it still lives: nothing may be there to read, not even its end."""
        while True:
            with self._lock:
                if not self._idle:
                    return _Connection(self._dialer, self._limit)
                connection = self._idle.pop()
            if not select.select([connection.sock], [], [], 0)[0]:
                return connection
            connection.close()

    def _keep(self, connection: _Connection) -> None:
        with self._lock:
            self._idle.append(connection)

    def close(self) -> None:
        """Close the connections that wait for another request."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
