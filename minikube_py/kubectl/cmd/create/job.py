"""create job: one that runs an image to its end, or the next run of a cron job now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import Create, make_container, make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import JOBS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # run a command to its end
  mk create job once --image=busybox -- date

  # run a cron job now
  mk create job now --from=cronjob/backup
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    flag("image", help="Image to run"),
    flag("from", help="The cron job to run now, as cronjob/NAME"),
)


class Options(NamedTuple):
    """What to create."""

    create: Create
    image: str
    command: list[str]
    source: str


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    return Options(generators.complete_create(flags, factory), flags["image"], flags.args[1:], flags["from"])


def validate(options: Options) -> None:
    """An image or a cron job, and a command only for the image."""
    if bool(options.image) == bool(options.source):
        raise CliError("either --image or --from must be specified")
    if options.command and options.source:
        raise CliError("cannot specify --from and command")


def run(flags: Parsed, factory: Factory) -> None:
    """Create the job."""
    options = complete(flags, factory)
    validate(options)
    job = make_job(options) if options.image else make_job_of(find_cron_job(factory, options.source), options.create)
    generators.create_object(options.create, factory, JOBS, job, "failed to create job: ")


def make_job(options: Options) -> Object:
    """Return a Job of one container that is not restarted."""
    container = make_container(options.create.name, options.image, options.command)
    template = {"metadata": {"creationTimestamp": None}, "spec": {"containers": [container], "restartPolicy": "Never"}}
    return make_object(JOBS, make_metadata(options.create), spec={"template": template}, status={})


def find_cron_job(factory: Factory, source: str) -> Object:
    """Return the cron job called `cronjob/NAME`. Raises CliError."""
    from minikube_py.cli_runtime.resource_builder import fetch, select

    found = [info.object for info in fetch(factory, select(factory, [source]), Parsed(())) if info.object]
    if len(found) != 1:
        raise CliError("from must be an existing cronjob")
    kind = found[0]["kind"]
    if kind != "CronJob":
        package = found[0]["apiVersion"].rpartition("/")[2]
        raise CliError(f"unknown object type *{package}.{kind}")
    return found[0]


def make_job_of(cron_job: Object, create: Create) -> Object:
    """Return the Job that a cron job's template makes, owned by it."""
    template = cron_job["spec"]["jobTemplate"]
    inner = template.get("metadata") or {}
    annotations = {"cronjob.kubernetes.io/instantiate": "manual", **(inner.get("annotations") or {})}
    metadata = make_metadata(create, inner.get("labels"), dict(sorted(annotations.items())))
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": cron_job["metadata"]["name"]}
    metadata["ownerReferences"] = [{**owner, "uid": cron_job["metadata"]["uid"], "controller": True}]
    return make_object(JOBS, metadata, spec=template["spec"], status={})


VERB = Verb(
    "job",
    "Make a Job that runs an image once, or as a cron job would",
    run,
    FLAGS,
    "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
    "Creates a Job: pods that run to their end.",
    EXAMPLES,
)
