"""From global flags and kubeconfig to a client: what every verb is given. `cmd` injects how to reach a cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.client import kubeconfig
from minikube_py.client.discovery import Discovery
from minikube_py.client.kubeconfig import Target
from minikube_py.client.rest import Client
from minikube_py.client.transport import Transport
from minikube_py.component_base.clock import Clock, RealClock

if TYPE_CHECKING:
    from minikube_py.client.transport.logged import RequestLog

Object = dict[str, Any]


IDENTITY_FLAGS = (
    ("token", "token"),
    ("client-certificate", "client-certificate"),
    ("client-key", "client-key"),
    ("username", "username"),
    ("password", "password"),
    ("as", "as"),
    ("as-group", "as-groups"),
    ("as-uid", "as-uid"),
)
"""Global flags, and the fields of a kubeconfig's user that they stand for."""


CLUSTER_FLAGS = ("certificate-authority", "tls-server-name", "insecure-skip-tls-verify")
"""Global flags that say how far to trust a server. A cluster of this machine is reached through its file, without TLS."""


LOGS_REQUESTS = 6
"""The -v from which on requests are told of."""


class Connection(NamedTuple):
    """A way to a cluster: the transport, what it serves, streams to pods (logs, exec, ...), and its time.

    `advance(seconds)` moves that and returns what time it is then, and how many changes there were. `tell_requests(log)` lets it tell of what is
    really sent; without, the requests of verbs are told of.
    """

    transport: Transport
    discovery: Discovery
    streams: Any
    version: Callable[[], Object]
    close: Callable[[], None]
    clock: Clock = RealClock()
    advance: Callable[[float], tuple[str, int]] | None = None
    tell_requests: Callable[[RequestLog], None] | None = None


class Streams(NamedTuple):
    """Where a command reads and writes."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO


class Factory:
    """Makes what a verb needs, on first use. `connect(target)` opens the cluster that a context leads to."""

    def __init__(
        self,
        connect: Callable[[Target], Connection],
        flags: Parsed | None = None,
        streams: Streams | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._connect = connect
        self.flags = flags or Parsed(())
        self.streams = streams or Streams(sys.stdin, sys.stdout, sys.stderr)
        self._clock = clock
        self.clock: Clock = clock or RealClock()  # this machine's: how long a command waits
        self._warned: set[str] = set()

    def with_flags(self, flags: Parsed) -> Factory:
        """Return a factory for other flags."""
        return self._share(Factory(self._connect, flags, self.streams, self._clock))

    def with_stdout(self, stdout: TextIO) -> Factory:
        """Return a factory that writes elsewhere, its cluster not yet opened."""
        return self._share(Factory(self._connect, self.flags, self.streams._replace(stdout=stdout), self._clock))

    def with_context(self, context: str) -> Factory:
        """Return a factory for another context of the kubeconfig."""
        flags = Parsed(())
        flags.values = {**self.flags.values, "context": context, "namespace": ""}
        return self._share(Factory(self._connect, flags, self.streams, self._clock))

    def with_streams(self, streams: Streams) -> Factory:
        """Return a factory for the same cluster that reads and writes elsewhere."""
        other = Factory(self._connect, self.flags, streams, self._clock)
        other.__dict__["connection"] = self.connection
        return self._share(other)

    def _share(self, other: Factory) -> Factory:
        other._warned = self._warned
        return other

    @property
    def warning_count(self) -> int:
        """How many different warnings of the server were shown."""
        return len(self._warned)

    def _flag(self, name: str) -> Any:
        return "" if name in self.flags.own else self.flags.values.get(name) or ""

    @cached_property
    def kubeconfig(self) -> Object:
        """The merged kubeconfig."""
        return kubeconfig.load(self._flag("kubeconfig"))

    @cached_property
    def target(self) -> Target:
        """Where the context leads, or --server. Raises ConfigError."""
        flags = self._flag
        user = "" if isinstance(flags("user"), list) else flags("user")  # some verbs have a --user of their own
        target = kubeconfig.choose(self.kubeconfig, flags("context"), flags("cluster"), user, flags("namespace"))
        if "KUBERNETES_SERVICE_HOST" in os.environ and not any(self.kubeconfig[section] for section in kubeconfig.SECTIONS):
            from minikube_py.client.in_cluster import find_in_cluster

            target = find_in_cluster(os.environ, flags("namespace")) or target
        who = {field: value for name, field in IDENTITY_FLAGS if (value := flags(name))}
        if who:
            target = target._replace(user={**target.user, **who})
        if server := flags("server"):
            target = target._replace(cluster={**target.cluster, "server": server}, state="")
        trusted = {field: value for field in CLUSTER_FLAGS if (value := flags(field))}
        if trusted:
            target = target._replace(cluster=_override_cluster(target.cluster, trusted))
        if who or trusted or target.user or (target.cluster and not target.state):
            from minikube_py.client.kubeconfig_checks import check_usable

            check_usable(target)
        return target

    @property
    def namespace(self) -> str:
        """The namespace to work in: --namespace, else the context's, else default."""
        return self.target.namespace

    @property
    def explicit_namespace(self) -> bool:
        """Whether --namespace was given; objects naming another one are then refused."""
        return bool(self._flag("namespace"))

    @cached_property
    def connection(self) -> Connection:
        """The opened cluster. Raises CliError where --request-timeout makes no sense."""
        _ = self.request_timeout
        target = self.target
        useless = [f"--{name}" for name in CLUSTER_FLAGS if target.state and self._flag(name)]
        if useless and self.streams.stderr.isatty():  # scripts are not told: kubectl says nothing either
            self.warn(f"{', '.join(useless)}: without effect, for this cluster is reached through its state file, not over TLS")
        connection = self._connect(target if target.state else self._complete(target))
        connection.discovery.warn = self.show_warnings
        if self._flag("match-server-version"):
            _check_version(connection.version())
        return self._log_requests(connection) if (self._flag("v") or 0) >= LOGS_REQUESTS else connection

    def _complete(self, target: Target) -> Target:
        """Return how to reach a server elsewhere, with what flags say about that."""
        if self._flag("disable-compression"):
            target = target._replace(cluster={**target.cluster, "disable-compression": True})
        flags = self._flag
        return target._replace(timeout=self.request_timeout, kubeconfig=flags("kubeconfig"), cache=flags("cache-dir"))

    def _log_requests(self, connection: Connection) -> Connection:
        from minikube_py.cli_runtime.klog import write_log
        from minikube_py.client.transport.logged import LoggedStreams, LoggedTransport, RequestLog

        def log(line: int, file: str, text: str) -> None:
            write_log(self, "I", line, text, file)

        for path in kubeconfig.paths(self._flag("kubeconfig")):
            if path.exists():
                log(402, "loader.go", f"Config loaded from file:  {path}")
        requests = RequestLog(self._flag("v"), log, self.clock.now)
        if connection.tell_requests is not None:
            connection.tell_requests(requests)
            return connection
        server = str(self.target.cluster.get("server", ""))
        transport = LoggedTransport(connection.transport, server, requests)
        return connection._replace(transport=transport, streams=LoggedStreams(connection.streams, server, log))

    @property
    def cluster_clock(self) -> Clock:
        """The cluster's clock, by which ages are told: it may run faster than this machine's, or stand still."""
        return self._clock or self.connection.clock

    @cached_property
    def request_timeout(self) -> float | None:
        """The seconds of --request-timeout, None for no limit. Raises CliError."""
        text = self._flag("request-timeout") or "0"
        return None if text == "0" else parse_timeout(text)

    @property
    def discovery(self) -> Discovery:
        """What the cluster serves."""
        return self.connection.discovery

    def client(self, manager: str = "") -> Client:
        """Return a client that writes as `manager` (kubectl-create, kubectl-edit, ...)."""
        return Client(self.connection.transport, manager, warn=self.show_warnings)

    @property
    def colour(self) -> bool:
        """Whether to colour stdout: --color, else on terminals unless NO_COLOR is set."""
        wanted = self._flag("color") or "auto"
        if wanted == "auto":
            return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and self.streams.stdout.isatty()
        if wanted not in ("always", "never"):
            from minikube_py.cli_runtime.errors import CliError

            raise CliError(f'invalid argument "{wanted}" for "--color" flag: must be one of "auto", "always", "never"')
        return bool(wanted == "always")

    def write(self, text: str) -> None:
        """Write to stdout."""
        self.streams.stdout.write(text)

    def warn(self, text: str) -> None:
        """Write a line to stderr."""
        self.streams.stdout.flush()
        self.streams.stderr.write(text + "\n")
        self.streams.stderr.flush()

    def show_warnings(self, warnings: tuple[str, ...]) -> None:
        """Print what the server warned of, each warning once."""
        for warning in warnings:
            if warning not in self._warned:
                self._warned.add(warning)
                self.warn(f"Warning: {warning}")


def parse_timeout(text: str) -> float | None:
    """Return the seconds of `30`, `30s` or `1m30s`, None for none. Raises CliError."""
    from minikube_py.apimachinery.duration import parse_seconds
    from minikube_py.cli_runtime.errors import CliError

    try:
        seconds = float(text) if text.isascii() and text.isdigit() else parse_seconds(text)
    except ValueError:
        raise CliError(
            "Invalid timeout value. Timeout must be a single integer in seconds, "
            "or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)"
        ) from None
    return seconds or None


def _check_version(server: Object) -> None:
    """Refuse a server that is of another version than this client."""
    from minikube_py.cli_runtime.errors import CliError
    from minikube_py.component_base.version import describe_version

    ours, theirs = describe_version()["gitVersion"], server["gitVersion"]
    if ours != theirs:
        raise CliError(f"server version ({theirs}) differs from client version ({ours})")


def _override_cluster(cluster: Object, trusted: Object) -> Object:
    """Return a kubeconfig's cluster as flags want it: another authority, or none, takes the place of its own."""
    if "certificate-authority" in trusted or "insecure-skip-tls-verify" in trusted:
        cluster = {key: value for key, value in cluster.items() if not key.startswith("certificate-authority")}
    return {**cluster, **trusted}
