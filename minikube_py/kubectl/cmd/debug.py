"""debug: adds a container to a running pod, copies a pod, or starts a pod on a node, to look for what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.resource_builder import Info, check_no_arguments, fetch, get_object, select
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import visit_files
from minikube_py.client.resources import PODS
from minikube_py.component_base.os_errors import tell_os_error
from minikube_py.kubectl.debug_profiles import PROFILES, Keep
from minikube_py.kubectl.image_reference import is_image_reference

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.kubectl.debug_pods import Wanted

Object = dict[str, Any]

EXAMPLES = """
  # a shell beside the containers of the pod web, which goes on running
  mk debug web -it --image=busybox

  # the same, seeing the processes of its container nginx
  mk debug web -it --image=busybox --target=nginx

  # a copy of the pod in which one container runs something else
  mk debug web -it --copy-to=web-debug --container=nginx -- sh

  # a copy with other images
  mk debug web --copy-to=web-debug --set-image=*=busybox

  # a shell on a node, whose files are at /host
  mk debug node/minikube -it --image=busybox
"""

FLAGS = (
    flag("arguments-only", default=False, help="The words behind -- are the container's arguments, not its command"),
    flag("attach", default=False, help="Wait for the container to run and join it; what -i does anyway"),
    flag("container", "c", help="Name of the debugging container"),
    flag("copy-to", help="Debug in a copy of the pod, with this name"),
    flag("custom", help="File, JSON or YAML, with fields of a container that go over what the profile says"),
    flag("env", kind="map", help="Environment variables of the container, NAME=VALUE"),
    flag("filename", "f", kind="slice", help="File, folder or URL of the object to debug"),
    flag("image", help="Image of the debugging container"),
    flag("image-pull-policy", help="Always, IfNotPresent or Never"),
    flag("keep-annotations", default=False, help="A copy keeps the pod's annotations"),
    flag("keep-init-containers", default=True, help="A copy runs the pod's init containers"),
    flag("keep-labels", default=False, help="A copy keeps the pod's labels"),
    flag("keep-liveness", default=False, help="A copy keeps liveness probes"),
    flag("keep-readiness", default=False, help="A copy keeps readiness probes"),
    flag("keep-startup", default=False, help="A copy keeps startup probes"),
    flag("profile", default="legacy", help=f"What the container may do: {', '.join(PROFILES)}"),
    flag("quiet", "q", False, "Print nothing but what the container writes"),
    flag("replace", default=False, help="With --copy-to: delete the pod that was copied"),
    flag("same-node", default=False, help="With --copy-to: run the copy on the same node"),
    flag("set-image", kind="map", help="With --copy-to: other images, CONTAINER=IMAGE; * is every container"),
    flag("share-processes", default=True, help="With --copy-to: the containers see each other's processes"),
    flag("stdin", "i", False, "Keep stdin of the container open, and join it"),
    flag("target", help="See the processes of this container"),
    flag("tty", "t", False, "Give the container a terminal"),
)

LEGACY = (
    "--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, "
    'for example "--profile=general".'
)
TARGETING = (
    "Targeting container \"{}\". If you don't see processes from this container it may be because the container runtime doesn't "
    "support this feature.\n"
)
PULL_POLICIES = ("", "Always", "IfNotPresent", "Never")
BAD_FORMAT = "invalid reference format"


class Options(NamedTuple):
    """What to debug and how. `attach` is whether the container is joined."""

    flags: Parsed
    targets: list[str]
    words: list[str]
    attach: bool
    custom: Object | None


def complete(flags: Parsed) -> Options:
    """Turn flags and arguments into options. Raises CliError."""
    targets, words = flags.args, []
    if flags.dash >= 0 and len(flags.args) > flags.dash:
        targets, words = flags.args[: flags.dash], flags.args[flags.dash :]
    attach = flags["attach"] if flags.changed("attach") else flags["stdin"]
    if flags["profile"] not in PROFILES:
        raise CliError(f"unknown profile: {flags['profile']}")
    return Options(flags, targets, words, attach, read_custom(flags["custom"]) if flags["custom"] else None)


def read_custom(path: str) -> Object | None:
    """Return the part of a container that a file says. Raises CliError."""
    from minikube_py.apimachinery.schema import load
    from minikube_py.apimachinery.yaml_load import ManifestError, load_value

    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        why = f"open {path}: {tell_os_error(error)}"
        raise CliError(f"must pass a container spec json file for custom profile: {why}") from None
    try:
        found = load_value(data)
    except ManifestError as error:
        raise CliError(f"{path} does not contain a valid container spec: {error}") from None
    if found is None:
        return None
    if not isinstance(found, dict):
        why = "json: cannot unmarshal into Go value of type v1.Container"
        raise CliError(f"{path} does not contain a valid container spec: {why}")
    known = load("io.k8s.api.core.v1.Container").fields
    return {key: value for key, value in found.items() if key in known}


def validate(options: Options, factory: Factory) -> None:
    """Refuse combinations that mean nothing, in kubectl's order; tell of --target and of the legacy profile. Raises CliError."""
    flags = options.flags
    if options.attach and flags.changed("attach") and not flags["image"] and not flags["container"]:
        raise CliError("you must specify --container or create a new container using --image in order to attach.")
    (validate_copy if flags["copy-to"] else validate_in_place)(options)
    if flags["image"] and not is_image_reference(flags["image"]):
        raise CliError(f'invalid image name "{flags["image"]}": {BAD_FORMAT}')
    if not options.targets and not flags["filename"]:
        raise CliError("NAME or filename is required for debug")
    if flags["image-pull-policy"] not in PULL_POLICIES:
        raise CliError(f"invalid image pull policy: {flags['image-pull-policy']}")
    for name, image in flags["set-image"].items():
        if not is_image_reference(image):
            raise CliError(f'invalid image name "{image}" for container "{name}": {BAD_FORMAT}')
    if flags["target"]:
        if flags["copy-to"]:
            raise CliError("--target is incompatible with --copy-to. Use --share-processes instead.")
        if not flags["quiet"]:
            factory.write(TARGETING.format(flags["target"]))
    if flags["tty"] and not flags["stdin"]:
        raise CliError("-i/--stdin is required for containers with -t/--tty=true")
    if options.custom and any(
        options.custom.get(field) for field in ("name", "command", "image", "lifecycle", "volumeDevices")
    ):
        raise CliError("name, command, image, lifecycle and volume devices are not modifiable via custom profile")
    if flags["profile"] == "legacy":
        factory.warn(LEGACY)


def validate_copy(options: Options) -> None:
    """Refuse a copy in which nothing is changed, or nobody knows where. Raises CliError."""
    flags = options.flags
    if not (flags["image"] or flags["set-image"] or options.words):
        raise CliError("you must specify --image, --set-image or command arguments.")
    if options.words and not flags["container"] and not flags["image"]:
        raise CliError("you must specify an existing container or a new image when specifying args.")


def validate_in_place(options: Options) -> None:
    """Refuse what only copies know, and a container without image. Raises CliError."""
    flags = options.flags
    for name in ("replace", "same-node", "set-image"):
        if flags[name]:
            raise CliError(f"--{name} may only be used with --copy-to.")
    if not flags["image"]:
        raise CliError("you must specify --image when not using --copy-to.")


def find_objects(options: Options, factory: Factory) -> Iterator[Info]:
    """Yield the objects to debug as they are in the cluster. Raises CliError, StatusError."""
    if not options.flags["filename"]:
        words = [word if "/" in word else f"pods/{word}" for word in options.targets]
        yield from fetch(factory, select(factory, words), factory.flags)
        return
    options.flags.values |= {"kustomize": "", "recursive": False}
    check_no_arguments(factory, options.flags, options.targets)
    for info in visit_files(factory, options.flags):
        if isinstance(info, Exception):
            raise info
        yield info._replace(object=get_object(factory.client(), info.resource, info.name, info.namespace))


def run(flags: Parsed, factory: Factory) -> None:
    """Make the debugging container of each object, and join it if asked for."""
    from minikube_py.kubectl.debugging import Debugger

    options = complete(flags)
    validate(options, factory)
    debugger = Debugger(factory, make_wanted(options), name=flags["container"], quiet=flags["quiet"])
    for info in find_objects(options, factory):
        resource, obj = info.resource, info.object or {}
        if (resource.group, resource.kind) == ("", "Node"):
            pod, container = debugger.debug_node(obj)
        elif (resource.group, resource.kind) == ("", "Pod"):
            pod, container = debugger.debug_pod(obj)
            if flags["replace"]:
                options_of_delete = {"gracePeriodSeconds": 0}
                factory.client().delete(PODS, info.name, info.namespace, options_of_delete)
        else:
            kind = f"{resource.group}/{resource.version}, Kind={resource.kind}"
            raise CliError(f'"{kind}" not supported by debug')
        if options.attach and container:
            debugger.join(pod, container)


def make_wanted(options: Options) -> Wanted:
    """Return what flags say of the container."""
    from minikube_py.kubectl.debug_pods import Wanted

    flags = options.flags
    kept = ("labels", "annotations", "liveness", "readiness", "startup", "init-containers")
    return Wanted(
        image=flags["image"],
        words=options.words,
        arguments_only=flags["arguments-only"],
        env=flags["env"],
        pull_policy=flags["image-pull-policy"],
        stdin=flags["stdin"],
        tty=flags["tty"],
        target=flags["target"],
        profile=flags["profile"],
        custom=options.custom,
        keep=Keep(*(flags[f"keep-{name}"] for name in kept)),
        copy_to=flags["copy-to"],
        same_node=flags["same-node"],
        share_processes=flags["share-processes"] if flags.changed("share-processes") else None,
        set_images=flags["set-image"],
    )


VERB = Verb(
    "debug",
    "Look into pods and nodes with a container of your own",
    run,
    FLAGS,
    "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
    "Adds a container to a running pod, makes a changed copy of a pod, or starts a pod that sees a node's files, to look for what is wrong.",
    EXAMPLES,
)
