"""The volumes of a pod, or of the template of pods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minikube_py.kubectl.describe.claims import write_claim_template
from minikube_py.kubectl.describe.metadata import NONE
from minikube_py.kubectl.describe.pod_env import format_optional
from minikube_py.kubectl.describe.volume_sources import SOURCES, write_attributes, write_source
from minikube_py.kubectl.describe.writer import NestedWriter, Writer

Object = dict[str, Any]


def write_volumes(volumes: list[Object] | None, writer: Writer, indent: str = "") -> None:
    """Write volumes; `indent` stands before the title."""
    if not volumes:
        writer.field(0, f"{indent}Volumes", NONE)
        return
    writer.write(0, f"{indent}Volumes:\n")
    for volume in volumes:
        writer.write(1, f"{' ' if indent else ''}{volume['name']}:\n")
        _write_volume(volume, writer)


def _write_volume(volume: Object, writer: Writer) -> None:
    for kind, source in volume.items():
        if kind in _SPECIAL and source is not None:
            _SPECIAL[kind](source, writer)
            return
        if kind in SOURCES and source is not None:
            write_source(SOURCES[kind], source, writer)
            return
    writer.write(1, "<unknown>\n")


def _write_projected(projected: Object, writer: Writer) -> None:
    writer.field(2, "Type", "Projected (a volume that contains injected data from multiple sources)")
    for source in projected.get("sources") or ():
        if (secret := source.get("secret")) is not None:
            writer.field(2, "SecretName", secret.get("name") or "")
            writer.field(2, "Optional", format_optional(secret))
        elif source.get("downwardAPI") is not None:
            writer.field(2, "DownwardAPI", "true")
        elif (config_map := source.get("configMap")) is not None:
            writer.field(2, "ConfigMapName", config_map.get("name") or "")
            writer.field(2, "Optional", format_optional(config_map))
        elif (token := source.get("serviceAccountToken")) is not None:
            writer.field(2, "TokenExpirationSeconds", token.get("expirationSeconds", 0))


def _write_downward_api(source: Object, writer: Writer) -> None:
    writer.field(2, "Type", "DownwardAPI (a volume populated by information about the pod)")
    writer.write(2, "Items:\n")
    for item in source.get("items") or ():
        if (field := item.get("fieldRef")) is not None:
            writer.write(3, f"{field.get('fieldPath', '')} -> {item.get('path', '')}\n")
        if (resource := item.get("resourceFieldRef")) is not None:
            writer.write(3, f"{resource.get('resource', '')} -> {item.get('path', '')}\n")


def _write_ephemeral(source: Object, writer: Writer) -> None:
    kind = "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"
    writer.field(2, "Type", kind)
    if source.get("volumeClaimTemplate") is not None:
        write_claim_template(source["volumeClaimTemplate"], NestedWriter(writer, 2))


def _write_csi(source: Object, writer: Writer) -> None:
    write_source(SOURCES["csi"], source, writer)
    write_attributes(source.get("volumeAttributes"), writer)


_SPECIAL: dict[str, Callable[[Object, Writer], None]] = {
    "projected": _write_projected,
    "downwardAPI": _write_downward_api,
    "ephemeral": _write_ephemeral,
    "csi": _write_csi,
}
