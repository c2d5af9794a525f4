"""Rules for addresses and blocks of them, as pkg/util/validation/ip.go has them: old fields are read leniently, new ones are not."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from minikube_py.apimachinery.names import is_valid_ip

Network = IPv4Network | IPv6Network
_NO_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"

LOOPBACK_PODS = "127.64.0.0/10"
"""Where pods have their addresses that are plain processes of this machine: on its loopback, for want of another network."""


def parse_ip(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address, None where there is none. Zeros before a part of an IPv4 address are let pass."""
    if is_valid_ip(text):
        return None
    return ip_address(text if ":" in text else ".".join(str(int(part)) for part in text.split(".")))


def parse_cidr(text: str) -> Network | None:
    """Return the block that `10.9.8.7/24` lies in, None for no block. Leading zeros are let pass, as old fields do."""
    address, slash, prefix = text.partition("/")
    ip = parse_ip(address)
    if ip is None or not slash or not (prefix.isascii() and prefix.isdigit()) or int(prefix) > ip.max_prefixlen:
        return None
    return ip_network(f"{ip}/{int(prefix)}", strict=False)


def _has_leading_zeros(text: str) -> bool:
    address, _, prefix = text.partition("/")
    parts = [*(address.split(".") if ":" not in address else ()), prefix]
    return any(len(part) > 1 and part.startswith("0") for part in parts)


def _is_mapped(text: str) -> bool:
    ip = parse_ip(text.partition("/")[0])
    return isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None


def judge_ip(text: str) -> list[str]:
    """Judge an address in a field of new times, which must be in its canonical form."""
    ip = parse_ip(text)
    if ip is None:
        return is_valid_ip(text)
    if _has_leading_zeros(text):
        return ["must not have leading 0s"]
    if _is_mapped(text):
        return ["must not be an IPv4-mapped IPv6 address"]
    return [] if str(ip) == text else [f'must be in canonical form ("{ip}")']


def judge_cidr(text: str) -> list[str]:
    """Judge a block in a field of new times, which must be in its canonical form."""
    block = parse_cidr(text)
    if block is None:
        return [_NO_CIDR]
    if _has_leading_zeros(text):
        return ["must not have leading 0s in IP or prefix length"]
    if _is_mapped(text):
        return ["must not have an IPv4-mapped IPv6 address"]
    if parse_ip(text.partition("/")[0]) != block.network_address:
        return ["must not have bits set beyond the prefix length"]
    return [] if str(block) == text else [f'must be in canonical form ("{block}")']


def judge_old_cidr(text: str) -> list[str]:
    """Judge a block in a field of old times."""
    return [] if parse_cidr(text) else [_NO_CIDR]


def warn_of_cidr(field: str, text: str) -> list[str]:
    """Return the warnings about a block that is one, but not well written."""
    block = parse_cidr(text)
    if block is None:
        return []
    warnings, ip = [], parse_ip(text.partition("/")[0])
    if ip != block.network_address:
        which = f'(should be "{block}" or "{ip}/{block.max_prefixlen}"?)'
        warnings.append(f'{field}: CIDR value "{text}" is ambiguous in this context {which}')
    if _has_leading_zeros(text) or _is_mapped(text):
        future = "will be considered invalid in a future Kubernetes release"
        warnings.append(f'{field}: non-standard CIDR value "{text}" {future}: use "{block}"')
    if not warnings and block.version == 6 and str(block) != text:
        warnings.append(f'{field}: IPv6 CIDR value "{text}" should be in RFC 5952 canonical format ("{block}")')
    return warnings


def warn_of_ip(field: str, text: str) -> list[str]:
    """Return the warning about an address that is one, but not well written."""
    ip = parse_ip(text)
    if ip is None:
        return []
    if _has_leading_zeros(text) or _is_mapped(text):
        plain = ip.ipv4_mapped if isinstance(ip, IPv6Address) and ip.ipv4_mapped else ip
        future = "will be considered invalid in a future Kubernetes release"
        return [f'{field}: non-standard IP address "{text}" {future}: use "{plain}"']
    if ip.version == 6 and str(ip) != text:
        return [f'{field}: IPv6 address "{text}" should be in RFC 5952 canonical format ("{ip}")']
    return []
