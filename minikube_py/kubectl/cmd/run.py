"""run: makes a pod out of flags, and with -i or --attach joins it until it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import NotFound
from minikube_py.cli_runtime.deletion import DELETION_FLAGS, parse_cascade
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.overrides import OVERRIDE_FLAGS, apply_overrides, check_override_type
from minikube_py.cli_runtime.printers.managed_fields import Printer
from minikube_py.cli_runtime.recording import RECORD_FLAG, with_cause
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import Request
from minikube_py.client.resources import PODS, SERVICES, Resource
from minikube_py.kubectl.image_reference import is_image_reference
from minikube_py.kubectl.podcmd import get_timeout, timeout_flag
from minikube_py.kubectl.run_generator import make_pod, make_service, read_pod_options

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # a web server, and one with a service in front of it
  mk run web --image=nginx
  mk run web --image=nginx --port=80 --expose

  # a program that runs once, seen to its end and then deleted
  mk run hello --image=hello-world --restart=Never -i --rm

  # a shell in a pod of its own
  mk run box --image=busybox -it --rm --restart=Never -- sh

  # only the manifest
  mk run web --image=nginx --env=COLOR=blue --labels=app=web --dry-run=client -o yaml
"""

_FROM_FLAGS = "the pod is made of flags"
_ENDS_BY_ITSELF = "what --rm deletes has ended, and is not waited for"

FLAGS = (
    *RESULT_FLAGS,
    *(f._replace(no_effect=_FROM_FLAGS, help=f"Of no effect: {_FROM_FLAGS}") for f in FILENAME_FLAGS),
    flag("annotations", kind="array", help="Annotation of the pod, NAME=VALUE; may be repeated"),
    flag("attach", default=False, help="Wait for the pod to run and join its output; what -i does anyway"),
    next(f for f in DELETION_FLAGS if f.name == "cascade"),
    flag("command", default=False, help="The words behind -- replace the image's entry point, not just its arguments"),
    DRY_RUN_FLAG,
    flag("env", kind="array", help="Environment variable, NAME=VALUE; may be repeated"),
    flag("expose", default=False, help="Also create a service for --port"),
    flag("field-manager", default="kubectl-run", help="Name under which the fields are managed"),
    flag("force", default=False, no_effect=_ENDS_BY_ITSELF),
    flag("grace-period", default=-1, no_effect=_ENDS_BY_ITSELF),
    flag("image", help="The image to run"),
    flag("image-pull-policy", help="Always, IfNotPresent or Never"),
    flag("labels", "l", help="Labels of the pod, a=b,c=d; run=NAME where none are given"),
    flag("leave-stdin-open", default=False, help="Keep stdin open after the first that was attached went away"),
    *OVERRIDE_FLAGS,
    timeout_flag(60.0),
    flag("port", help="The port that the container listens on"),
    flag("privileged", default=False, help="Run the container as privileged"),
    flag("quiet", "q", False, "Print nothing but what the container writes"),
    RECORD_FLAG,
    flag("restart", default="Always", help="Always, OnFailure or Never"),
    flag("rm", default=False, help="Delete the pod when it has ended; only with -i or --attach"),
    flag("save-config", default=False, help="Keep the object in the annotation that apply compares with"),
    flag("stdin", "i", False, "Pass stdin on to the container, and join its output"),
    flag("timeout", kind="duration", default=0.0, no_effect=_ENDS_BY_ITSELF),
    flag("tty", "t", False, "Give the container a terminal"),
    flag("wait", default=False, no_effect=_ENDS_BY_ITSELF),
)

RESTART_POLICIES = ("Always", "OnFailure", "Never")
PULL_POLICIES = ("", "Always", "IfNotPresent", "Never")


class Options(NamedTuple):
    """What to create and what then. `restart` is what decides whether the exit code is waited for."""

    flags: Parsed
    dry_run: str
    printer: Printer
    attach: bool
    restart: str
    timeout: float
    policy: str


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags into options. Raises CliError, UsageError."""
    if not flags.changed("image"):
        raise CliError('required flag(s) "image" not set')
    dry_run = get_dry_run(flags, factory)
    printer = make_result_printer(flags, "created", dry_run)
    policy = parse_cascade(flags, factory)
    attach = flags["attach"] if flags.changed("attach") else flags["stdin"]
    if not flags.args or flags.dash == 0:
        raise UsageError("NAME is required for run")
    restart = flags["restart"] or ("OnFailure" if flags["stdin"] else "Always")
    return Options(flags, dry_run, printer, attach, restart, get_timeout(flags), policy)


def validate(options: Options) -> None:
    """Refuse values and combinations that mean nothing, in kubectl's order."""
    flags = options.flags
    if not flags["image"]:
        raise CliError("--image is required")
    if not is_image_reference(flags["image"]):
        raise CliError(f'Invalid image name "{flags["image"]}": invalid reference format')
    if flags["tty"] and not flags["stdin"]:
        raise UsageError("-i/--stdin is required for containers with -t/--tty=true")
    if flags["expose"] and not flags["port"]:
        raise UsageError("--port must be set when exposing a service")
    if options.restart not in RESTART_POLICIES:
        raise UsageError(f"invalid restart policy: {options.restart}")
    if flags["rm"] and not options.attach:
        raise UsageError("--rm should only be used for attached containers")
    if options.attach and options.dry_run != "none":
        raise UsageError(
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"
        )
    if flags["image-pull-policy"] not in PULL_POLICIES:
        raise UsageError(f"invalid image pull policy: {flags['image-pull-policy']}")
    check_override_type(flags)
    if not flags.args[0]:
        raise CliError("Parameter: name is required")


def run(flags: Parsed, factory: Factory) -> int:
    """Create the pod, and the service if asked for; join the pod if asked for."""
    options = complete(flags, factory)
    validate(options)
    creator = Creator(options, factory)
    wanted = read_pod_options(flags)
    pod = creator.create(PODS, apply_overrides(make_pod(wanted, flags), flags, PODS))
    created = [(PODS, pod)]
    if flags["expose"]:
        service = creator.create(SERVICES, make_service(wanted))
        created.append((SERVICES, service))
        creator.show(service)
        if flags["output"] == "yaml":
            factory.write("---\n")
    if not options.attach:
        creator.show(pod)
        return 0
    try:
        return follow(options, factory, pod)
    finally:
        if flags["rm"]:
            remove(options, factory, created)


class Creator:
    """Creates and shows objects as the flags say."""

    def __init__(self, options: Options, factory: Factory) -> None:
        self._options, self._factory = options, factory

    def create(self, resource: Resource, obj: Object) -> Object:
        """Create the object, or for --dry-run=client only complete it; return it as it then is."""
        options, factory = self._options, self._factory
        obj = with_cause(options.flags, obj)
        if options.dry_run == "client":
            if factory.explicit_namespace:
                metadata = obj["metadata"]
                obj = {**obj, "metadata": {"name": metadata.get("name"), "namespace": factory.namespace, **metadata}}
            return obj
        if options.flags["save-config"]:
            from minikube_py.cli_runtime.last_applied import annotate_generated

            obj = annotate_generated(obj)
        writer = Writer(factory, options.flags["field-manager"], options.dry_run)
        request = Request("create", resource.group, resource.version, resource.plural, factory.namespace, body=obj)
        created: Object = writer.send(request).object
        return created

    def show(self, obj: Object) -> None:
        """Print the object."""
        if self._options.dry_run == "client" and self._options.flags["output"] == "json":
            import json

            # no server has seen it: kubectl shows the fields in the order of Go's structs
            self._factory.write(json.dumps(obj, indent=4, ensure_ascii=False) + "\n")
        else:
            self._options.printer.print_obj(obj, self._factory.streams.stdout)


def follow(options: Options, factory: Factory, pod: Object) -> int:
    """Join the pod until it ends and return its container's exit code."""
    from minikube_py.kubectl.attaching import attach_or_log, wait_for_end

    flags = options.flags
    attach_or_log(factory, pod, options.timeout, stdin=flags["stdin"], tty=flags["tty"], quiet=flags["quiet"])
    if flags["leave-stdin-open"] or options.restart == "Always":
        return 0
    ended = wait_for_end(factory, pod, options.timeout, only_success=options.restart == "OnFailure")
    return judge(ended)


def judge(pod: Object) -> int:
    """Return 0 for a pod that succeeded. Raises CliError with the exit code of one that did not."""
    metadata, status = pod["metadata"], pod["status"]
    where = f"pod {metadata['namespace']}/{metadata['name']}"
    if status["phase"] == "Succeeded":
        return 0
    statuses = status.get("containerStatuses") or [{}]
    ended = (statuses[0].get("state") or {}).get("terminated") or {}
    if not ended.get("exitCode"):
        raise CliError(f"{where} failed with unknown exit code")
    text = f"{where} terminated ({ended.get('reason', '')})\n{ended.get('message', '')}"
    raise CliError(text.rstrip("\n"), ended["exitCode"], prefix="")


def remove(options: Options, factory: Factory, created: list[tuple[Resource, Object]]) -> None:
    """Delete what was created."""
    for resource, obj in created:
        metadata = obj["metadata"]
        try:
            factory.client().delete(resource, metadata["name"], metadata["namespace"], {"propagationPolicy": options.policy})
        except NotFound:
            continue
        if not options.flags["quiet"]:
            factory.write(f'{resource.kind.lower()} "{metadata["name"]}" deleted\n')


VERB = Verb(
    "run",
    "Start a pod from an image",
    run,
    FLAGS,
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
    "Creates a pod that runs an image.",
    EXAMPLES,
)
