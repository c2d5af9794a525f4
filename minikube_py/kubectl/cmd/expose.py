"""expose: makes a service for pods, a workload or another service."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import SAVE_CONFIG_FLAG
from minikube_py.cli_runtime.last_applied import annotate_generated
from minikube_py.cli_runtime.overrides import OVERRIDE_FLAGS, apply_overrides
from minikube_py.cli_runtime.recording import RECORD_FLAG, with_cause
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer, make_struct_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import visit
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.resources import SERVICES
from minikube_py.kubectl.polymorphic.exposing import check_exposable, find_ports, find_selector

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.printers.managed_fields import Printer

Object = dict[str, Any]
NAME_LENGTH = 63

EXAMPLES = """
  # port 80 of the service leads to port 8080 of the deployment's pods
  mk expose deployment web --port=80 --target-port=8080

  # reached on a port of every node, under another name
  mk expose deployment web --port=80 --type=NodePort --name=web-outside
"""

FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    DRY_RUN_FLAG,
    SAVE_CONFIG_FLAG,
    *OVERRIDE_FLAGS,
    flag("port", help="Port of the service; the pods' own where not given"),
    flag("target-port", help="Number or name of the pods' port; the service's where not given"),
    flag("protocol", help="TCP, UDP or SCTP; the pods' own where not given"),
    flag("type", help="ClusterIP, NodePort, LoadBalancer or ExternalName"),
    flag("name", help="Name of the service; that of the exposed object where not given"),
    flag("selector", help="Which pods: KEY=VALUE, split at commas; as the exposed object says where not given"),
    flag("labels", "l", help="Labels of the service; those of the exposed object where not given"),
    flag("cluster-ip", help="Address inside the cluster; None for a service without one"),
    flag("external-ip", help="A further address at which the service is reached"),
    flag("load-balancer-ip", help="Address that the load balancer shall have"),
    flag("session-affinity", help="None or ClientIP"),
    flag("field-manager", default="kubectl-expose", help="Name under which the fields are managed"),
    RECORD_FLAG,
)


class Options(NamedTuple):
    """How to expose."""

    flags: Parsed
    dry_run: str
    printer: Printer


class Port(NamedTuple):
    """A port of the service before it has a target."""

    number: int
    protocol: str
    name: str = ""


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags into options."""
    dry_run = get_dry_run(flags, factory)
    make = make_struct_printer if dry_run == "client" else make_result_printer
    return Options(flags, dry_run, make(flags, "exposed", dry_run))


def run(flags: Parsed, factory: Factory) -> None:
    """Make a service for each object that was chosen."""
    options = complete(flags, factory)
    infos = visit_selected(factory, flags, flags.args, Want(latest=False, typed=True, selecting=False))
    visit(factory, infos, partial(expose_one, options, factory))


def expose_one(options: Options, factory: Factory, info: Info) -> Callable[[], None]:
    """Make the service of one object; returns what tells of it. Raises CliError, StatusError."""
    flags = options.flags
    check_exposable(info.resource)
    service = apply_overrides(make_service(flags, info), flags, SERVICES)
    service = with_cause(flags, service)
    namespace = factory.namespace
    if options.dry_run == "client":
        if factory.explicit_namespace:
            service = {**service, "metadata": {**service["metadata"], "namespace": namespace}}
    else:
        if flags["save-config"]:
            service = annotate_generated(service)
        resource = factory.discovery.find_kind(service["apiVersion"], service["kind"])
        writer = Writer(factory, flags["field-manager"], options.dry_run)
        service = writer.create(Info(resource, namespace, service["metadata"]["name"]), service)
    return partial(options.printer.print_obj, service, factory.streams.stdout)


def make_service(flags: Parsed, info: Info) -> Object:
    """Return the Service. Raises CliError where something is missing that the object does not say either."""
    obj = info.object or {}
    selector = flags["selector"]
    if not selector:
        try:
            chosen = find_selector(obj)
        except CliError as error:
            raise CliError(f"couldn't retrieve selectors via --selector flag or introspection: {error}") from error
    else:
        chosen = parse_labels(selector)
    labels = parse_labels(flags["labels"]) if flags["labels"] else dict(obj["metadata"].get("labels") or {})
    ports = make_ports(flags, obj)
    metadata: Object = {"name": flags["name"] or info.name[:NAME_LENGTH], "creationTimestamp": None}
    if labels:
        metadata["labels"] = dict(sorted(labels.items()))
    spec = make_spec(flags, ports, dict(sorted(chosen.items())))
    return {"kind": "Service", "apiVersion": "v1", "metadata": metadata, "spec": spec, "status": {"loadBalancer": {}}}


def make_spec(flags: Parsed, ports: list[Port], selector: dict[str, str]) -> Object:
    """Return the Service's spec, in the order of Go's struct."""
    target = flags["target-port"]
    spec: Object = {}
    if ports:
        spec["ports"] = [make_port(port, int(target) if target.isdecimal() else target) for port in ports]
    spec["selector"] = selector
    affinity = flags["session-affinity"]
    if affinity not in ("", "None", "ClientIP"):
        raise CliError(f"unknown session affinity: {affinity}")
    given = {
        "clusterIP": flags["cluster-ip"],
        "type": flags["type"],
        "externalIPs": [flags["external-ip"]] if flags["external-ip"] else [],
        "sessionAffinity": affinity,
        "loadBalancerIP": flags["load-balancer-ip"] if flags["type"] == "LoadBalancer" else "",
    }
    return spec | {key: value for key, value in given.items() if value}


def make_port(port: Port, target: int | str) -> Object:
    """Return a port of the Service's spec."""
    name = {"name": port.name} if port.name else {}
    return {**name, "protocol": port.protocol, "port": port.number, "targetPort": target or port.number}


def make_ports(flags: Parsed, obj: Object) -> list[Port]:
    """Return the ports of --port, or of the exposed object; several have names. Raises CliError."""
    found = find_ports(obj)
    numbers = [flags["port"]] if flags["port"] else list(dict.fromkeys(str(number) for number, _ in found))
    if not numbers:
        if flags["cluster-ip"] == "None":
            return []
        raise CliError("couldn't find port via --port flag or introspection")
    numbers = ",".join(numbers).split(",")
    ports: list[Port] = []
    for index, text in enumerate(numbers, 1):
        number = _parse_int(text)
        name = f"port-{index}" if len(numbers) > 1 else ""
        protocols = list(dict.fromkeys(protocol for known, protocol in found if known == number))
        if flags["protocol"] or len(protocols) < 2:
            ports.append(Port(number, flags["protocol"] or (protocols or ["TCP"])[0], name))
        else:
            ports += [Port(number, protocol, f"port-{index}-{protocol.lower()}") for protocol in protocols]
    return ports


def _parse_int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise CliError(f'strconv.Atoi: parsing "{text}": invalid syntax') from None


def parse_labels(text: str) -> dict[str, str]:
    """Return the labels of `a=b,c=d`. Raises CliError."""
    labels: dict[str, str] = {}
    for pair in text.split(","):
        key, equals, value = pair.partition("=")
        if not equals or "=" in value:
            raise CliError(f"unexpected label spec: {pair}")
        if not key:
            raise CliError("unexpected empty label key")
        labels[key] = value
    return labels


VERB = Verb(
    "expose",
    "Put a Service before a workload, a pod or another service",
    run,
    FLAGS,
    "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] "
    "[--external-ip=external-ip-of-service] [--type=type]",
    "Creates a Service in front of a pod, a deployment, a replica set, a replication controller or another service.",
    EXAMPLES,
)
