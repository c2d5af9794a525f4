"""port-forward: makes ports of a pod reachable on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.resource_builder import get_named
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.client.resources import PODS
from minikube_py.kubectl.podcmd import get_timeout, timeout_flag
from minikube_py.kubectl.polymorphic.attachable_pod import attachable_pod_for_object

if TYPE_CHECKING:
    from socket import socket

    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # the pod's port 80 as 127.0.0.1:8000
  mk port-forward pod/web 8000:80

  # several ports of a deployment's pod, under the same numbers
  mk port-forward deploy/web 5000 6000

  # the port of a service that is called http, on any free port
  mk port-forward svc/web :http
"""

FLAGS = (
    flag(
        "address",
        kind="slice",
        default=("localhost",),
        help="Where to listen: IP addresses, or localhost for 127.0.0.1 and ::1",
    ),
    timeout_flag(60.0),
)


class Options(NamedTuple):
    """Which pod of which object, and pairs of ports as numbers: `8000:80`, `:80`, `80`; `asked` are the pairs as they were given."""

    object: Object
    pod: str
    ports: list[str]
    asked: list[str]
    addresses: list[str]
    timeout: float


def complete(flags: Parsed, factory: Factory) -> Options:
    """Find the pod, and numbers for named ports. Raises UsageError, CliError, StatusError."""
    if len(flags.args) < 2:
        raise UsageError("TYPE/NAME and list of ports are required for port-forward")
    timeout = get_timeout(flags)
    name, *asked = flags.args
    obj = get_named(factory, [name]).object or {}
    pod = attachable_pod_for_object(factory, obj, timeout)
    if obj["kind"] == "Service":
        refuse_udp(asked, obj, obj["spec"].get("ports") or (), "port")
    else:
        refuse_udp(asked, pod, list_container_ports(pod), "containerPort")
    ports = [translate_port(port, obj, pod) for port in asked]
    return Options(obj, pod["metadata"]["name"], ports, asked, flags["address"], timeout)


def translate_port(text: str, obj: Object, pod: Object) -> str:
    """Return the pair with the number of the pod's port. Raises CliError."""
    return translate_service_port(text, obj, pod) if obj["kind"] == "Service" else translate_pod_port(text, pod)


def split_port(text: str) -> tuple[str, str]:
    """Return the local and the remote part of `LOCAL:REMOTE`; a port alone is both."""
    parts = text.split(":")
    return (parts[0], parts[1]) if len(parts) == 2 else (parts[0], parts[0])


def join_port(local: str, remote: str) -> str:
    """Return the pair as text."""
    return remote if local == remote else f"{local}:{remote}"


def list_container_ports(pod: Object) -> list[Object]:
    """Return all ports of a pod's containers."""
    return [port for container in pod["spec"]["containers"] for port in container.get("ports") or ()]


def is_number(text: str) -> bool:
    """Return whether Go's Atoi takes the text."""
    return text.removeprefix("-").removeprefix("+").isdecimal()


def find_named_port(obj: Object, ports: Iterable[Object], name: str, field: str) -> int:
    """Return the number of a named port. Raises CliError."""
    for port in ports:
        if port.get("name") == name:
            number: int = port[field]
            return number
    kind, own_name = ("Service" if field == "port" else "Pod"), obj["metadata"]["name"]
    raise CliError(f"{kind} '{own_name}' does not have a named port '{name}'")


def refuse_udp(texts: Sequence[str], obj: Object, ports: Sequence[Object], field: str) -> None:
    """Raise CliError where a port that is UDP only was asked for."""
    udp = {port[field] for port in ports if port.get("protocol") == "UDP"}
    udp -= {port[field] for port in ports if port.get("protocol", "TCP") == "TCP"}
    for text in texts:
        remote = split_port(text)[1]
        if not remote:
            continue
        number = int(remote) if is_number(remote) else find_named_port(obj, ports, remote, field)
        if number in udp:
            raise CliError(f"UDP protocol is not supported for {remote}")


def translate_service_port(text: str, service: Object, pod: Object) -> str:
    """Return the pair with the pod's port behind a service's port in place of the remote one. Raises CliError."""
    local, remote = split_port(text)
    ports = service["spec"].get("ports") or ()
    if not is_number(remote):
        number = str(find_named_port(service, ports, remote, "port"))
        local, remote = (number if local == remote else local), number
    return join_port(local, str(find_target(service, ports, pod, int(remote))))


def find_target(service: Object, ports: Iterable[Object], pod: Object, number: int) -> int:
    """Return the pod's port behind a port of a service. Raises CliError."""
    for port in ports:
        if port["port"] != number:
            continue
        target = port.get("targetPort") or number
        if service["spec"].get("clusterIP") == "None":
            return number
        return target if isinstance(target, int) else find_named_port(pod, list_container_ports(pod), target, "containerPort")
    raise CliError(f"Service {service['metadata']['name']} does not have a service port {number}")


def translate_pod_port(text: str, pod: Object) -> str:
    """Return the pair with a number in place of a named remote port. Raises CliError."""
    local, remote = split_port(text)
    if not remote:
        raise CliError("remote port cannot be empty")
    number = remote
    if not is_number(remote):
        number = str(find_named_port(pod, list_container_ports(pod), remote, "containerPort"))
    return f"{local}:{number}" if local != remote else number


def run(flags: Parsed, factory: Factory) -> int:
    """Forward until interrupted, which is how it ends well."""
    from minikube_py.kubectl.port_forwarder import PortForwarder, parse_addresses, parse_ports

    options = complete(flags, factory)
    pod = factory.client().get(PODS, options.pod, factory.namespace)
    phase = pod["status"].get("phase")
    if phase != "Running":
        raise CliError(f"unable to forward port because pod is not running. Current status={phase}")
    addresses, ports = parse_addresses(options.addresses), parse_ports(options.ports)
    dial = make_dial(options, factory, pod)
    try:
        PortForwarder(factory, dial, addresses, ports).run()
    except KeyboardInterrupt:
        return 0
    return 0


def make_dial(options: Options, factory: Factory, pod: Object) -> Callable[[int], socket]:
    """Return what connects to the pod's ports: to those of this very pod if it was named, else of another when it goes."""
    obj = options.object
    if obj["kind"] == "Pod":
        dial: Callable[[int], socket] = factory.connection.streams.open_port_forward(factory.namespace, options.pod)
        return dial
    from minikube_py.kubectl.moving_forward import MovingDial

    first = [split_port(text)[1] for text in options.ports]

    def translate(other: Object) -> dict[int, int]:
        remotes = (split_port(translate_port(text, obj, other))[1] for text in options.asked)
        return {int(before): int(after) for before, after in zip(first, remotes, strict=True)}

    return MovingDial(factory, obj, pod, translate, options.timeout)


VERB = Verb(
    "port-forward",
    "Let ports of this machine lead to a pod's",
    run,
    FLAGS,
    "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    "Listens on local ports and carries connections to ports of a pod, until interrupted. "
    "Of a deployment or service it is one of its pods, and another when that goes.",
    EXAMPLES,
)
