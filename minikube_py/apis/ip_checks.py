"""Checks of the IP addresses of endpoints, as k8s.io/kubernetes' validation makes them."""

from __future__ import annotations

import ipaddress

from minikube_py.apimachinery.addresses import LOOPBACK_PODS, parse_ip
from minikube_py.apimachinery.errors import FieldError, invalid

_LINK_LOCAL_MULTICAST = (bytes((224, 0, 0)), bytes((0xFF, 0x02)))


def check_ordinary_ip(field: str, text: str) -> list[FieldError]:
    """Return an error for what is no address, or one that no machine elsewhere can have. Pods on the loopback are an exception of ours."""
    ip = parse_ip(text)
    if ip is None:
        return [invalid(field, text, "must be a valid IP address")]
    if ip.is_unspecified:
        return [invalid(field, text, f"may not be unspecified ({text})")]
    if ip.is_loopback and ip not in ipaddress.ip_network(LOOPBACK_PODS):
        return [invalid(field, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    if ip.is_link_local:
        return [invalid(field, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    if ip.packed.startswith(_LINK_LOCAL_MULTICAST[ip.version == 6]):
        return [invalid(field, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")]
    return []
