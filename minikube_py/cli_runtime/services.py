"""What the four `create service` verbs share: a Service out of --tcp."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.names import is_dns1123_subdomain, is_valid_port_name, is_valid_port_num
from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import Create, make_metadata, make_object
from minikube_py.client.resources import SERVICES

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

TCP_FLAG = flag("tcp", kind="slice", help="Port, or PORT:TARGETPORT; may be repeated")


def create_service(flags: Parsed, factory: Factory, type_: str, fields: Mapping[str, Any], node_port: int = 0) -> None:
    """Create a Service of a type; `fields` are further ones of its spec, such as clusterIP. Raises CliError."""
    create = generators.complete_create(flags, factory)._replace(save_config=False)  # kubectl takes the flag and forgets it
    if fields.get("clusterIP") != "None" and not flags["tcp"] and type_ != "ExternalName":
        raise CliError("at least one tcp port specifier must be provided")
    if type_ == "ExternalName" and is_dns1123_subdomain(fields["externalName"]):
        raise CliError(f"invalid service external name {fields['externalName']}")
    service = make_service(create, type_, flags["tcp"], fields, node_port)
    generators.create_object(create, factory, SERVICES, service, f"failed to create {type_} service: ")


def make_service(create: Create, type_: str, tcp: list[str], fields: Mapping[str, Any], node_port: int) -> Object:
    """Return the Service, which selects the label app=NAME."""
    labels = {"app": create.name}
    ports = [make_port(text, node_port) for text in tcp]
    spec = {**({"ports": ports} if ports else {}), "selector": labels}
    spec |= {key: value for key, value in fields.items() if key == "clusterIP" and value}
    spec["type"] = type_
    spec |= {key: value for key, value in fields.items() if key != "clusterIP" and value}
    return make_object(SERVICES, make_metadata(create, labels), spec=spec, status={"loadBalancer": {}})


def make_port(text: str, node_port: int = 0) -> Object:
    """Return the port that `80`, `80:8080` or `80:http` stands for. Raises CliError."""
    port_text, *rest = text.split(":")
    port = _parse_port(port_text)
    target = _parse_target(rest[0]) if rest else port
    numbers = {"nodePort": node_port} if node_port else {}
    return {"name": text.replace(":", "-"), "protocol": "TCP", "port": port, "targetPort": target, **numbers}


def _parse_port(text: str) -> int:
    if not re.fullmatch("[0-9]+", text):
        raise CliError(f'strconv.ParseUint: parsing "{text}": invalid syntax')
    if int(text) > 65535:
        raise CliError(f'strconv.ParseUint: parsing "{text}": value out of range')
    return int(text)


def _parse_target(text: str) -> int | str:
    if re.fullmatch("[+-]?[0-9]+", text):
        problems = is_valid_port_num(int(text))
        target: int | str = int(text)
    else:
        problems, target = is_valid_port_name(text), text
    if problems:
        raise CliError(",".join(problems))
    return target
