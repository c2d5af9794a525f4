"""The host name, /etc/hosts and /etc/resolv.conf of a pod.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from __future__ import annotations

from minikube_py.kubelet.interfaces import Object

MANAGED = "# Kubernetes-managed hosts file.\n"
MANAGED_HOST_NETWORK = "# Kubernetes-managed hosts file (host network).\n"
_LOCAL = (
    ("127.0.0.1", "localhost"),
    ("::1", "localhost ip6-localhost ip6-loopback"),
    ("fe00::0", "ip6-localnet"),
    ("fe00::0", "ip6-mcastprefix"),
    ("fe00::1", "ip6-allnodes"),
    ("fe00::2", "ip6-allrouters"),
)
MAX_HOSTNAME = 63


def get_hostname(pod: Object, domain: str) -> str:
    """Return what `hostname` prints in the pod: spec.hostname or its name, the full one with setHostnameAsFQDN."""
    short, full = get_host_names(pod, domain)
    return full if full and pod["spec"].get("setHostnameAsFQDN") else short


def get_host_names(pod: Object, domain: str) -> tuple[str, str]:
    """Return the pod's host name and its full name, "" where it has no subdomain."""
    spec, metadata = pod["spec"], pod["metadata"]
    short = str(spec.get("hostname") or metadata["name"])[:MAX_HOSTNAME].rstrip("-.")
    subdomain = spec.get("subdomain")
    return short, f"{short}.{subdomain}.{metadata['namespace']}.svc.{domain}" if subdomain else ""


def make_hosts_file(pod: Object, ip: str, domain: str, host_file: str = "") -> str:
    """Return the text of /etc/hosts. A pod on its host's network gets the host's file."""
    if pod["spec"].get("hostNetwork"):
        text = MANAGED_HOST_NETWORK + host_file
    else:
        text = MANAGED + "".join(f"{address}\t{names}\n" for address, names in _LOCAL)
        short, full = get_host_names(pod, domain)
        if ip:
            text += "\t".join(filter(None, (ip, full, short))) + "\n"
    aliases = pod["spec"].get("hostAliases") or ()
    if aliases:
        text += "\n# Entries added by HostAliases.\n"
        text += "".join("\t".join((alias["ip"], *(alias.get("hostnames") or ()))) + "\n" for alias in aliases)
    return text


def make_resolv_conf(pod: Object, cluster_dns: str, domain: str, host_file: str) -> str:
    """Return the text of /etc/resolv.conf for the pod's dnsPolicy and dnsConfig; `host_file` is the node's own."""
    spec = pod["spec"]
    policy = spec.get("dnsPolicy", "ClusterFirst")
    if policy == "ClusterFirst" and spec.get("hostNetwork"):
        policy = "Default"
    servers: list[str] = []
    searches: list[str] = []
    options: list[str] = []
    if policy == "Default":
        servers, searches, options = _parse(host_file)
    elif policy != "None":
        servers = [cluster_dns]
        searches = [f"{pod['metadata']['namespace']}.svc.{domain}", f"svc.{domain}", domain]
        options = ["ndots:5"]
    config = spec.get("dnsConfig") or {}
    servers = list(dict.fromkeys([*servers, *(config.get("nameservers") or ())]))
    searches = list(dict.fromkeys([*searches, *(config.get("searches") or ())]))
    options = _merge_options(options, config.get("options") or ())
    lines = [f"search {' '.join(searches)}"] if searches else []
    lines += [f"nameserver {server}" for server in servers]
    lines += [f"options {' '.join(options)}"] if options else []
    return "".join(line + "\n" for line in lines)


def _merge_options(options: list[str], more: tuple[Object, ...] | list[Object]) -> list[str]:
    merged = {option.partition(":")[0]: option for option in options}
    for option in more:
        value = option.get("value")
        merged[option["name"]] = f"{option['name']}:{value}" if value else option["name"]
    return list(merged.values())


def _parse(text: str) -> tuple[list[str], list[str], list[str]]:
    """Return the name servers, search domains and options of a resolv.conf."""
    servers: list[str] = []
    searches: list[str] = []
    options: list[str] = []
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["nameserver"]:
            servers += words[1:2]
        elif words[:1] == ["search"]:
            searches = words[1:]
        elif words[:1] == ["options"]:
            options = words[1:]
    return servers, searches, options
