"""create deployment: pods of one or more images, kept running."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import Create, make_container, make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import DEPLOYMENTS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # three pods of nginx that listen on port 80
  mk create deployment web --image=nginx --replicas=3 --port=80

  # one pod that runs a command
  mk create deployment clock --image=busybox -- sh -c 'while date; do sleep 1; done'
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    flag("image", kind="slice", help="Images to run; each becomes a container"),
    flag("port", default=-1, help="Port that the first container listens on"),
    flag("replicas", "r", 1, "How many pods"),
)


class Options(NamedTuple):
    """What to create."""

    create: Create
    images: list[str]
    command: list[str]
    port: int
    replicas: int


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    generators.require_flags(flags, "image")
    create = generators.complete_create(flags, factory)
    return Options(create, flags["image"], flags.args[1:], flags["port"], flags["replicas"])


def validate(options: Options) -> None:
    """Refuse a command for several images."""
    if len(options.images) > 1 and options.command:
        raise CliError("cannot specify multiple --image options and command")


def run(flags: Parsed, factory: Factory) -> None:
    """Create the deployment."""
    options = complete(flags, factory)
    validate(options)
    generators.create_object(options.create, factory, DEPLOYMENTS, make_deployment(options), "failed to create deployment: ")


def make_deployment(options: Options) -> Object:
    """Return the Deployment."""
    labels = {"app": options.create.name}
    containers = [make_container(name_container(image), image, options.command) for image in options.images]
    if options.port >= 0 and containers:
        first = containers[0]
        resources = first.pop("resources")
        containers[0] = {**first, "ports": [{"containerPort": options.port}], "resources": resources}
    template = {"metadata": {"creationTimestamp": None, "labels": dict(labels)}, "spec": {"containers": containers}}
    spec = {"replicas": options.replicas, "selector": {"matchLabels": dict(labels)}, "template": template, "strategy": {}}
    return make_object(DEPLOYMENTS, make_metadata(options.create, labels), spec=spec, status={})


def name_container(image: str) -> str:
    """Return the image's last part without tag and digest; a suffix is added where characters had to be replaced."""
    name = image.rsplit("/", 1)[-1].partition(":")[0].partition("@")[0]
    if not re.search("[_.]", name):
        return name
    import random

    from minikube_py.apimachinery.generated_names import random_suffix

    return f"{re.sub('[_.]', '-', name)}-{random_suffix(random.Random())}"


VERB = Verb(
    "deployment",
    "Make a Deployment that keeps copies of an image running",
    run,
    FLAGS,
    "NAME --image=IMAGE -- [COMMAND] [args...]",
    "Creates a Deployment: a number of equal pods that are replaced when they end.",
    EXAMPLES,
)
