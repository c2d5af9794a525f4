"""set image: other images for containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.dry_run import get_dry_run
from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.key_values import is_pair
from minikube_py.cli_runtime.recording import RECORD_FLAG
from minikube_py.cli_runtime.resource_builder import Info, has_files
from minikube_py.cli_runtime.results import check_output
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.pod_spec import get_pod_spec, list_containers
from minikube_py.kubectl.polymorphic.updates import (
    SELECTOR_FLAG,
    UPDATE_FLAGS,
    Update,
    check_local,
    find_infos,
    update_all,
)

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # another image for one container
  mk set image deployment/web nginx=nginx:1.27

  # the same for all containers
  mk set image deployment/web '*=nginx:1.27'

  # see what would come of a file, without a cluster's help
  mk set image -f web.yaml nginx=nginx:1.27 --local -o yaml
"""

FLAGS = (*UPDATE_FLAGS, SELECTOR_FLAG, RECORD_FLAG)


def split_images(args: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the resource arguments, and the images by container. Raises CliError."""
    resources: list[str] = []
    images: dict[str, str] = {}
    invalid: list[str] = []
    for arg in args:
        name, equals, image = arg.partition("=")
        if is_pair(arg):
            if equals:
                images[name] = image
            else:
                invalid.append(arg)
        elif images or invalid:
            raise CliError(f"all resources must be specified before image changes: {arg}")
        else:
            resources.append(arg)
    if invalid:
        raise CliError(f"invalid image format: {', '.join(invalid)}")
    return resources, images


def validate(flags: Parsed, resources: list[str], images: dict[str, str], dry_run: str) -> None:
    """Refuse what means nothing."""
    problems = []
    if flags["all"] and flags["selector"]:
        problems.append("cannot set --all and --selector at the same time")
    if not resources and not has_files(flags):
        problems.append("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not images:
        problems.append("at least one image update is required")
    elif len(images) > 1 and "*" in images:
        text = "all containers are already specified by *, but saw more than one container_name=container_image pairs"
        problems.append(text)
    if len(problems) == 1:
        raise CliError(problems[0])
    if problems:
        raise AggregateError([CliError(problem) for problem in problems])
    check_local(flags, dry_run)


def run(flags: Parsed, factory: Factory) -> None:
    """Set the images."""
    dry_run = get_dry_run(flags, factory)
    check_output(flags)
    resources, images = split_images(flags.args)
    if flags["all"] and flags["selector"]:
        validate(flags, resources, images, dry_run)
    infos = find_infos(flags, factory, resources)
    validate(flags, resources, images, dry_run)

    def set_images(info: Info, obj: Object, problems: list[Exception]) -> None:
        spec = get_pod_spec(info, obj)
        for name, image in images.items():
            found = [c for c in list_containers(spec) if name in ("*", c["name"])]
            for container in found:
                container["image"] = image
            if not found:
                problems.append(CliError(f'error: unable to find container named "{name}"', prefix=""))

    failure = "failed to patch image update to pod template: "
    update_all(flags, factory, infos, Update(set_images, "image updated", failure), dry_run)


VERB = Verb(
    "image",
    "Give containers other images",
    run,
    FLAGS,
    "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
    "Sets the images of containers, init containers included, of pods and of everything that has a pod template.",
    EXAMPLES,
)
