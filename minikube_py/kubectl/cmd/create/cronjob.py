"""create cronjob: a job at set times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import Create, make_container, make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import CRON_JOBS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # every five minutes
  mk create cronjob tick --image=busybox --schedule='*/5 * * * *' -- date
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    flag("image", help="Image to run"),
    flag("schedule", help="When to run it: five fields as in crontab, or @hourly and the like"),
    flag("restart", help="What to do with a container that fails: OnFailure or Never"),
)


class Options(NamedTuple):
    """What to create."""

    create: Create
    image: str
    schedule: str
    command: list[str]
    restart: str


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    generators.require_flags(flags, "image", "schedule")
    create = generators.complete_create(flags, factory)
    return Options(create, flags["image"], flags["schedule"], flags.args[1:], flags["restart"] or "OnFailure")


def run(flags: Parsed, factory: Factory) -> None:
    """Create the cron job."""
    options = complete(flags, factory)
    generators.create_object(options.create, factory, CRON_JOBS, make_cron_job(options), "failed to create cronjob: ")


def make_cron_job(options: Options) -> Object:
    """Return the CronJob."""
    container = make_container(options.create.name, options.image, options.command)
    template = {"metadata": {"creationTimestamp": None}, "spec": {"containers": [container], "restartPolicy": options.restart}}
    job = {"metadata": {"name": options.create.name, "creationTimestamp": None}, "spec": {"template": template}}
    spec = {"schedule": options.schedule, "jobTemplate": job}
    return make_object(CRON_JOBS, make_metadata(options.create), spec=spec, status={})


VERB = Verb(
    "cronjob",
    "Make a CronJob that runs an image on a schedule",
    run,
    FLAGS,
    "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags] [options]",
    "Creates a CronJob: a Job made anew whenever its time comes.",
    EXAMPLES,
)
