"""create ingress: rules by which requests from outside reach services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import Create, make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import Resource

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]
INGRESSES = Resource("networking.k8s.io", "v1", "ingresses", "Ingress")

EXAMPLES = """
  # foo.com/api and what is below it leads to the service api
  mk create ingress site --class=nginx --rule='foo.com/api*=api:80'

  # with a certificate from the secret foo-cert; everything else leads to the service web
  mk create ingress site --rule='foo.com/=api:http,tls=foo-cert' --default-backend=web:80
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    flag("class", help="Class of the ingress"),
    flag(
        "rule", kind="array", help="HOST/PATH=SERVICE:PORT[,tls[=SECRET]]; a path that ends in * is a prefix; may be repeated"
    ),
    flag("default-backend", help="SERVICE:PORT of everything that no rule takes"),
    flag("annotation", kind="array", help="KEY=VALUE to annotate the ingress with; may be repeated"),
)

_RULE = re.compile(r"[\w*\-.]*/.*=[\w\-]+:[\w\-]+(,tls=?([\w\-]+)?)?", re.ASCII)


class Options(NamedTuple):
    """What to create."""

    create: Create
    ingress_class: str
    rules: list[str]
    default_backend: str
    annotations: list[str]


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    create = generators.complete_create(flags, factory)
    return Options(create, flags["class"], flags["rule"], flags["default-backend"], flags["annotation"])


def validate(options: Options) -> None:
    """Refuse rules, annotations and backends that are not in their form."""
    if not options.default_backend and not options.rules:
        raise CliError(
            "not enough information provided: every ingress has to either specify a default-backend "
            "(which catches all traffic) or a list of rules (which catch specific paths)"
        )
    for rule in options.rules:
        if not _RULE.match(rule):
            raise CliError(f"rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
    for annotation in options.annotations:
        if "=" not in annotation:
            raise CliError(f"annotation {annotation} is invalid and should be in format key=[value]")
    if options.default_backend and options.default_backend.count(":") != 1:
        raise CliError("default-backend should be in format servicename:serviceport")


def run(flags: Parsed, factory: Factory) -> None:
    """Create the ingress."""
    options = complete(flags, factory)
    validate(options)
    generators.create_object(options.create, factory, INGRESSES, make_ingress(options), "failed to create ingress: ")


def make_ingress(options: Options) -> Object:
    """Return the Ingress."""
    annotations = dict(sorted(annotation.split("=", 1) for annotation in options.annotations))
    tls, rules = make_tls(options.rules), make_rules(options.rules)
    spec: Object = {}
    if options.ingress_class:
        spec["ingressClassName"] = options.ingress_class
    if options.default_backend:
        spec["defaultBackend"] = make_backend(options.default_backend)
    if tls:
        spec["tls"] = tls
    if rules:
        spec["rules"] = rules
    metadata = make_metadata(options.create, annotations=annotations)
    return make_object(INGRESSES, metadata, spec=spec, status={"loadBalancer": {}})


def make_tls(rules: list[str]) -> list[Object]:
    """Return the TLS entries of rules that end in `,tls` or `,tls=SECRET`: one a secret, each host once."""
    entries: dict[str, Object] = {}
    seen: set[str] = set()
    for rule in rules:
        parts = rule.split(",")
        host = rule.partition("/")[0]
        if len(parts) != 2 or host in seen:
            continue
        seen.add(host)
        secret = [*parts[1].split("="), ""][1]
        if secret in entries:
            entries[secret]["hosts"].append(host)
        elif host or secret:
            entry = {"hosts": [host] if host else [], "secretName": secret}
            entries[secret] = {key: value for key, value in entry.items() if value}
    return list(entries.values())


def make_rules(rules: list[str]) -> list[Object]:
    """Return the rules, one a host."""
    by_host: dict[str, Object] = {}
    for rule in rules:
        host, _, path = rule.split(",")[0].partition("/")
        made = by_host.setdefault(host, {**({"host": host} if host else {}), "http": {"paths": []}})
        made["http"]["paths"].append(make_path(path))
    return list(by_host.values())


def make_path(text: str) -> Object:
    """Return the path of `api/*=service:port`, which the rule's host does not begin."""
    name, service = text.split("=")[:2]
    path = "/" + name
    is_prefix = path.endswith("*")
    return {
        "path": path[:-1] if is_prefix else path,
        "pathType": "Prefix" if is_prefix else "Exact",
        "backend": make_backend(service),
    }


def make_backend(text: str) -> Object:
    """Return the backend of `service:80` or `service:http`."""
    name, port = text.split(":")[:2]
    return {"service": {"name": name, "port": _make_port(port)}}


def _make_port(text: str) -> Object:
    if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        return {"name": text} if text else {}
    return {"number": int(text)} if int(text) else {}


VERB = Verb(
    "ingress",
    "Make an Ingress from rules HOST/PATH=SERVICE:PORT",
    run,
    FLAGS,
    "NAME --rule=host/path=service:port[,tls[=secret]]",
    "Creates an Ingress: which requests from outside reach which services.",
    EXAMPLES,
)
