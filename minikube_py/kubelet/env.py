"""The environment of a container: services, envFrom, env with its references, and what the runtime adds."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from minikube_py.kubelet.expansion import expand
from minikube_py.kubelet.fieldpath import extract_field
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.quantities import get_container_resource

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class ConfigError(Exception):
    """A container cannot be configured: its waiting reason is CreateContainerConfigError and this is its message."""


@dataclass(frozen=True)
class EnvSources:
    """Where values come from. The getters take (namespace, name) and return the object or None.

    `pod` is the pod with the status that its container shall see (podIP, hostIP); `services` are those of its namespace
    and `default/kubernetes`.
    """

    pod: Object
    get_config_map: Callable[[str, str], Object | None]
    get_secret: Callable[[str, str], Object | None]
    services: Iterable[Object]
    allocatable: Mapping[str, Any]


def make_environment(container: Object, sources: EnvSources) -> dict[str, str]:
    """Return the variables a container's spec asks for, with those of the services. Raises ConfigError."""
    namespace = sources.pod["metadata"]["namespace"]
    from_services = make_service_environment(_select_services(sources.pod, sources.services))
    result: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        result |= _read_env_from(source, namespace, sources)
    declared: dict[str, str] = {}
    for entry in container.get("env") or ():
        if entry.get("valueFrom"):
            value = _read_value_from(entry["valueFrom"], container, sources)
        else:
            value = expand(entry.get("value", ""), {**result, **declared}, from_services)
        if value is not None:
            declared[entry["name"]] = value
    result |= declared
    return {**from_services, **result}


def make_container_environment(
    image_env: Mapping[str, str], hostname: str, uid: int | None, env: Mapping[str, str]
) -> dict[str, str]:
    """Return the whole environment: what the runtime sets, then the image's variables, then the pod's."""
    home = "/root" if not uid else "/"
    return {"PATH": DEFAULT_PATH, "HOSTNAME": hostname, "HOME": home, **image_env, **env}


def _read_env_from(source: Object, namespace: str, sources: EnvSources) -> dict[str, str]:
    prefix = source.get("prefix", "")
    if "configMapRef" in source:
        ref = source["configMapRef"]
        found = sources.get_config_map(namespace, ref["name"])
        data = (found or {}).get("data") or {}
        kind = "configmap"
    else:
        ref = source["secretRef"]
        found = sources.get_secret(namespace, ref["name"])
        data = {key: decode_secret(value) for key, value in ((found or {}).get("data") or {}).items()}
        kind = "secret"
    if found is None and not ref.get("optional"):
        raise ConfigError(f'{kind} "{ref["name"]}" not found')
    return {prefix + key: value for key, value in data.items() if "=" not in key}


def _read_value_from(source: Object, container: Object, sources: EnvSources) -> str | None:
    if "fieldRef" in source:
        return extract_field(sources.pod, source["fieldRef"]["fieldPath"])
    if "resourceFieldRef" in source:
        ref = source["resourceFieldRef"]
        target = _find_container(sources.pod, ref["containerName"]) if ref.get("containerName") else container
        return str(get_container_resource(target, ref["resource"], str(ref.get("divisor", "")), sources.allocatable))
    return _read_key(source, sources)


def _read_key(source: Object, sources: EnvSources) -> str | None:
    namespace = sources.pod["metadata"]["namespace"]
    if "configMapKeyRef" in source:
        ref, kind, title, get = source["configMapKeyRef"], "configmap", "ConfigMap", sources.get_config_map
    else:
        ref, kind, title, get = source["secretKeyRef"], "secret", "Secret", sources.get_secret
    found = get(namespace, ref["name"])
    if found is None:
        if ref.get("optional"):
            return None
        raise ConfigError(f'{kind} "{ref["name"]}" not found')
    data = found.get("data") or {}
    if ref["key"] not in data:
        if ref.get("optional"):
            return None
        raise ConfigError(f"couldn't find key {ref['key']} in {title} {namespace}/{ref['name']}")
    return str(data[ref["key"]]) if title == "ConfigMap" else decode_secret(data[ref["key"]])


def decode_secret(value: str) -> str:
    """Return a value of a secret's `data` as text; bytes that are not UTF-8 survive as surrogates."""
    return base64.b64decode(value).decode("utf-8", "surrogateescape")


def _find_container(pod: Object, name: str) -> Object:
    spec = pod["spec"]
    for container in (*spec.get("containers", ()), *spec.get("initContainers", ())):
        if container["name"] == name:
            found: Object = container
            return found
    raise ConfigError(f"container {name} not found")


def _select_services(pod: Object, services: Iterable[Object]) -> list[Object]:
    """Keep the services whose variables a pod gets: those of its namespace if it wants links, and always `kubernetes`."""
    links = pod["spec"].get("enableServiceLinks", True)
    chosen: dict[str, Object] = {}
    for service in services:
        metadata, address = service["metadata"], service.get("spec", {}).get("clusterIP", "")
        if address in ("", "None"):
            continue
        is_master = metadata["namespace"] == "default" and metadata["name"] == "kubernetes"
        if links and metadata["namespace"] == pod["metadata"]["namespace"]:
            chosen[metadata["name"]] = service
        elif is_master:
            chosen.setdefault(metadata["name"], service)
    return list(chosen.values())


def make_service_environment(services: Iterable[Object]) -> dict[str, str]:
    """Return the variables `X_SERVICE_HOST`, `X_PORT_80_TCP` and so on of services that have a cluster IP."""
    result: dict[str, str] = {}
    for service in services:
        name, spec = _variable_name(service["metadata"]["name"]), service["spec"]
        host, ports = spec["clusterIP"], spec.get("ports") or []
        if not ports:
            continue
        result[f"{name}_SERVICE_HOST"] = host
        result[f"{name}_SERVICE_PORT"] = str(ports[0]["port"])
        for port in ports:
            if port.get("name"):
                result[f"{name}_SERVICE_PORT_{_variable_name(port['name'])}"] = str(port["port"])
        result |= _make_links(name, host, ports)
    return result


def _make_links(name: str, host: str, ports: list[Object]) -> dict[str, str]:
    links: dict[str, str] = {}
    for index, port in enumerate(ports):
        protocol = port.get("protocol", "TCP")
        address = f"[{host}]" if ":" in host else host
        url = f"{protocol.lower()}://{address}:{port['port']}"
        prefix = f"{name}_PORT_{port['port']}_{protocol}"
        if index == 0:
            links[f"{name}_PORT"] = url
        links |= {
            prefix: url,
            f"{prefix}_PROTO": protocol.lower(),
            f"{prefix}_PORT": str(port["port"]),
            f"{prefix}_ADDR": host,
        }
    return links


def _variable_name(name: str) -> str:
    return name.upper().replace("-", "_")
