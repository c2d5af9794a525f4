"""create service: a verb for each type of service."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

_MODULE = "minikube_py.kubectl.cmd.create.service"

VERB = Verb(
    "service",
    "Create a service using a specified subcommand",
    usage="[flags]",
    long="Creates a Service: one address for the pods that a selector chooses.",
    aliases=("svc",),
    subcommands=(
        ("clusterip", f"{_MODULE}.clusterip"),
        ("externalname", f"{_MODULE}.externalname"),
        ("loadbalancer", f"{_MODULE}.loadbalancer"),
        ("nodeport", f"{_MODULE}.nodeport"),
    ),
)
