"""Certificate signing requests, with the names that they ask for."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.duration import human_duration
from minikube_py.apis.certificates.requests import list_alternative_names, list_subject, parse_request, tell_condition
from minikube_py.cli_runtime.errors import CliError
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.times import format_time
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

_SUBJECT = (
    ("Organization", "2.5.4.10"),
    ("Organizational Unit", "2.5.4.11"),
    ("Country", "2.5.4.6"),
    ("Locality", "2.5.4.7"),
    ("Province", "2.5.4.8"),
    ("StreetAddress", "2.5.4.9"),
    ("PostalCode", "2.5.4.17"),
)


def describe(obj: Object, context: Context) -> None:
    """Write who asks for which names, and what was decided. Raises CliError for a request that cannot be read."""
    writer, metadata, spec = context.writer, obj["metadata"], obj["spec"]
    try:
        request = parse_request(obj)
    except ValueError as error:
        raise CliError(f"Error parsing CSR: {error}") from None
    writer.field(0, "Name", metadata["name"])
    writer.field(0, "Labels", _show(metadata.get("labels")))
    writer.field(0, "Annotations", _show(metadata.get("annotations")))
    writer.field(0, "CreationTimestamp", format_time(metadata.get("creationTimestamp")))
    writer.field(0, "Requesting User", spec.get("username") or "")
    if spec.get("signerName"):
        writer.field(0, "Signer", spec["signerName"])
    if spec.get("expirationSeconds") is not None:
        writer.field(0, "Requested Duration", human_duration(spec["expirationSeconds"]))
    writer.field(0, "Status", tell_condition(obj))
    writer.write(0, "Subject:\n")
    writer.write(0, f"\tCommon Name:\t{''.join(list_subject(request, '2.5.4.3')[-1:])}\n")
    writer.write(0, f"\tSerial Number:\t{''.join(list_subject(request, '2.5.4.5')[-1:])}\n")
    for title, oid in _SUBJECT:
        _write_list(writer, title, list_subject(request, oid))
    dns, email, addresses, uris = list_alternative_names(request)
    if dns or email or addresses or uris:
        writer.write(0, "Subject Alternative Names:\n")
        for title, values in (("DNS Names", dns), ("Email Addresses", email), ("URIs", uris), ("IP Addresses", addresses)):
            _write_list(writer, title, values)
    write_events_of(obj, context)


def _show(pairs: dict[str, str] | None) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted((pairs or {}).items())) or "<none>"


def _write_list(writer: Writer, title: str, values: list[str]) -> None:
    if values:
        writer.write(0, f"\t{title}:\t" + "\n\t\t".join(values) + "\n")
