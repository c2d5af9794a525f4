"""proxy: the cluster's API over plain HTTP on this machine, for curl and browsers."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING, NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.klog import warn_log, write_log
from minikube_py.cli_runtime.verb import Verb
from minikube_py.component_base.os_errors import tell_os_error

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.client.remote.way import Way
    from minikube_py.kubectl.api_proxy import Filter, Places

EXAMPLES = """
  # the API at http://127.0.0.1:8001
  mk proxy
  curl http://127.0.0.1:8001/api/v1/pods

  # at any free port, which is printed
  mk proxy --port=0

  # only a part of the API, beside a folder's files
  mk proxy --www=./site --www-prefix=/site/ --api-prefix=/api/
"""

DEFAULT_PORT = 8001
MAX_BODY = 16 << 20  # of a request: more than an API server takes
FLAGS = (
    flag(
        "accept-hosts", default=r"^localhost$,^127\.0\.0\.1$,^\[::1\]$", help="Hosts that may be asked for: regular expressions"
    ),
    flag("accept-paths", default="^.*", help="Paths that are passed on: regular expressions"),
    flag("address", default="127.0.0.1", help="IP address to serve on"),
    flag("api-prefix", default="/", help="Path below which the API is"),
    flag("append-server-path", default=False, help="Put the path of the server's URL before that of each request"),
    flag("disable-filter", default=False, help="Pass on everything, which lets any web page in"),
    flag("keepalive", kind="duration", default=0.0, help="Period of the keep-alive of connections to the server; 0 is none"),
    flag("port", "p", DEFAULT_PORT, "Port to serve on; 0 is any free one"),
    flag("reject-methods", default="^$", help="HTTP methods that are refused: regular expressions"),
    flag(
        "reject-paths",
        default="^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach",
        help="Paths that are refused even if accepted: regular expressions",
    ),
    flag("unix-socket", "u", help="Unix socket to serve on"),
    flag("www", "w", help="Also serve the files of this folder"),
    flag("www-prefix", "P", "/static/", "Path below which the files are"),
)


class Options(NamedTuple):
    """What is served, where, and to whom."""

    flags: Parsed
    places: Places
    allowed: Filter | None


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags into options, warning of what is dangerous. Raises CliError."""
    from minikube_py.kubectl.api_proxy import Filter, Places, compile_patterns

    places = Places(_with_slash(flags["api-prefix"]), flags["www"], _with_slash(flags["www-prefix"]))
    if flags["disable-filter"]:
        if not flags["unix-socket"]:
            text = "Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious"
            warn_log(factory, 177, text, "proxy.go")
        return Options(flags, places, None)
    names = ("accept-paths", "reject-paths", "accept-hosts", "reject-methods")
    return Options(flags, places, Filter(*(compile_patterns(flags[name]) for name in names)))


def _with_slash(prefix: str) -> str:
    return prefix if prefix.endswith("/") else prefix + "/"


def validate(options: Options, factory: Factory) -> None:
    """Refuse what cannot be served, and warn of a folder that is none. Raises CliError."""
    flags = options.flags
    if flags["port"] != DEFAULT_PORT and flags["unix-socket"]:
        raise CliError("cannot set --unix-socket and --port at the same time")
    folder = flags["www"]
    if folder and not os.path.exists(folder):
        why = f"Failed to stat static file directory {folder}: stat {folder}: no such file or directory"
        warn_log(factory, 200, why, "proxy.go")
    elif folder and not os.path.isdir(folder):
        warn_log(factory, 202, f"Static file directory {folder} is not a directory", "proxy.go")


def run(flags: Parsed, factory: Factory) -> int:
    """Serve until interrupted."""
    import asyncio

    from minikube_py.client.remote.way import find_way

    options = complete(flags, factory)
    validate(options, factory)
    target = factory.target
    if target.state:
        _ = factory.connection  # a cluster that is not there is told of now
    way = find_way(target, factory.streams.stdin, factory.streams.stdout)
    listener = open_listener(flags)
    factory.write(f"Starting to serve on {_describe(listener)}\n")
    factory.streams.stdout.flush()
    try:
        asyncio.run(serve(options, factory, way, listener))
    finally:
        if flags["unix-socket"]:
            os.unlink(flags["unix-socket"])
    return 128 + signal.SIGTERM


async def serve(options: Options, factory: Factory, way: Way, listener: socket.socket) -> None:
    """Serve until SIGTERM comes."""
    import asyncio

    from minikube_py.client.http.records import Limits
    from minikube_py.client.http.server import HttpServer
    from minikube_py.client.remote.forwarder import Forwarder
    from minikube_py.kubectl.proxy_handler import ProxyHandler

    def tell(text: str) -> None:
        write_log(factory, "E", 148, f"Error while proxying request: {text}", "proxy_server.go")

    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    flags = options.flags
    forwarder = Forwarder(way.dialer, way.identity, keepalive=flags["keepalive"], appends_path=flags["append-server-path"])
    server = HttpServer(ProxyHandler(forwarder, options.places, options.allowed, tell), limits=Limits(body=MAX_BODY))
    await server.start(listener)
    try:
        await ended.wait()
    finally:
        forwarder.close()
        await server.close()


def open_listener(flags: Parsed) -> socket.socket:
    """Return the socket to serve on. Raises CliError with Go's words."""
    from minikube_py.client.http import sockets

    path, address, port = flags["unix-socket"], flags["address"], flags["port"]
    if not path and not 0 <= port <= 65535:
        raise CliError(f"listen tcp: address {port}: invalid port")
    try:
        return sockets.listen_unix(path) if path else sockets.listen(address, port)
    except socket.gaierror as error:
        raise CliError(f"listen tcp: lookup {address}: no such host") from error
    except OSError as error:
        where = f"unix {path}" if path else f"tcp {_join(address, port)}"
        raise CliError(f"listen {where}: bind: {tell_os_error(error)}") from error


def _describe(listener: socket.socket) -> str:
    name = listener.getsockname()
    return name if isinstance(name, str) else _join(name[0], name[1])


def _join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


VERB = Verb(
    "proxy",
    "Serve the API over plain HTTP on this machine",
    run,
    FLAGS,
    "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
    "Serves the cluster's API over plain HTTP on this machine, in your name, until interrupted; beside it, if wanted, a folder's files. "
    "Only requests for this machine's own names are answered, so that no web page reaches the cluster by a name of its own.",
    EXAMPLES,
)
