"""create service: a verb for each type of service."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

_MODULE = "minikube_py.kubectl.cmd.create.service"

EXAMPLES = """
  # an address inside the cluster for pods with the label app=web
  mk create service clusterip web --tcp=80:8080

  # the same, reached from this machine too
  mk create service nodeport web --tcp=80:8080 --node-port=30080
"""

VERB = Verb(
    "service",
    "Make a Service of one of its types",
    usage="[flags]",
    long="Creates a Service: one address for the pods that a selector chooses.",
    aliases=("svc",),
    subcommands=(
        ("clusterip", f"{_MODULE}.clusterip"),
        ("externalname", f"{_MODULE}.externalname"),
        ("loadbalancer", f"{_MODULE}.loadbalancer"),
        ("nodeport", f"{_MODULE}.nodeport"),
    ),
    examples=EXAMPLES,
)
