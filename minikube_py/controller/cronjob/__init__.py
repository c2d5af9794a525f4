"""cronjob-controller: makes a job at each time of a schedule and keeps the last few. Upstream: pkg/controller/cronjob.

`missed` says which start is due, `jobs` knows the jobs; both are pure.
https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.cron import Schedule, parse_schedule
from minikube_py.apimachinery.errors import format_value
from minikube_py.apimachinery.time_zones import load_location
from minikube_py.apimachinery.unstructured import controller_of, deep_copy, is_controlled_by
from minikube_py.client.events import EventRecorder, make_reference
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CRON_JOBS, JOBS
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.controller.cronjob.jobs import choose_surplus, make_job, name_job, tell_end
from minikube_py.controller.cronjob.missed import MANY, find_missed, next_look

Object = dict[str, Any]
DOCUMENTATION = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"


class CronJobController:
    """Reconciles one CronJob."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._recorder = context.recorder("cronjob-controller")

    def reconcile(self, key: Key) -> Result:
        """Clear away old jobs, note what the jobs came to, and start the one that is due. Raises StatusError."""
        stored = self._context.lister(CRON_JOBS).get(*key)
        if stored is None:
            return Result()
        run = Run(self._context, self._recorder, stored)
        wait: float | None = None
        failure: errors.StatusError | None = None
        with self._context.client.batch():
            try:
                wait = run.go_on()
            except errors.StatusError as error:
                failure = error
            run.write()
        if failure is not None:  # what was done up to it is kept
            raise failure
        return Result(wait)


class Run:
    """One reconcile of one cron job."""

    def __init__(self, context: Context, recorder: EventRecorder, stored: Object) -> None:
        self._context, self._recorder, self._stored = context, recorder, stored
        self._now = context.clock.now()
        self.cron_job = deep_copy(stored)
        self.spec: Object = self.cron_job["spec"]
        self.status: Object = self.cron_job.setdefault("status", {})
        self._active: list[Object] = self.status.setdefault("active", [])
        namespace, name = stored["metadata"]["namespace"], stored["metadata"]["name"]
        jobs = context.lister(JOBS).list(namespace)
        self._jobs = [job for job in jobs if (owner := controller_of(job)) and owner["name"] == name]

    def _tell(self, event_type: str, reason: str, message: str) -> None:
        self._recorder.event(self.cron_job, event_type, reason, message)

    def write(self) -> None:
        """Write the status where it has changed."""
        if not self._active:
            self.status.pop("active", None)
        if self.status != (self._stored.get("status") or {}):
            self._context.client.update(CRON_JOBS, self.cron_job, "status")

    def go_on(self) -> float | None:
        """Take the cron job one step on; return in how many seconds the next start is due."""
        for end, limit in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
            for job in choose_surplus(self._jobs, self.spec.get(limit), end):
                self._delete(job)
        for job in self._jobs:
            self._note(job)
        self._drop_missing()
        if self.cron_job["metadata"].get("deletionTimestamp") or self.spec.get("suspend"):
            return None
        schedule = self._read_schedule()
        if schedule is None:
            return None
        try:
            missed = find_missed(self.cron_job, schedule, self._now, within_deadline=True)
        except ValueError as error:
            self._tell("Warning", "InvalidSchedule", f"invalid schedule: {self.spec['schedule']} : {error}")
            return None
        if missed.last is not None:
            if missed.starts > MANY:
                advice = "Set or decrease .spec.startingDeadlineSeconds or check clock skew"
                self._tell("Warning", "TooManyMissedTimes", f"too many missed start times. {advice}")
            self._start(missed.last)
        return next_look(self.cron_job, schedule, self._now)

    def _note(self, job: Object) -> None:
        """Take a job that ended off the active list, remember the last success, and wonder at one that is not on it."""
        name, end = job["metadata"]["name"], tell_end(job)
        is_active = any(entry["uid"] == job["metadata"]["uid"] for entry in self._active)
        if not end:
            if not is_active:
                what = "Saw a job that the controller did not create or forgot"
                self._tell("Warning", "UnexpectedJob", f"{what}: {name}")
            return
        if is_active:
            self._forget(job["metadata"]["uid"])
            self._tell("Normal", "SawCompletedJob", f"Saw completed job: {name}, condition: {end}")
        done = (job.get("status") or {}).get("completionTime")
        if end == "Complete" and done and done > self.status.get("lastSuccessfulTime", ""):
            self.status["lastSuccessfulTime"] = done

    def _drop_missing(self) -> None:
        there = {job["metadata"]["uid"] for job in self._jobs}
        for entry in [entry for entry in self._active if entry["uid"] not in there]:
            self._tell("Normal", "MissingJob", f"Active job went missing: {entry['name']}")
            self._forget(entry["uid"])

    def _forget(self, uid: str) -> None:
        self._active[:] = [entry for entry in self._active if entry["uid"] != uid]

    def _read_schedule(self) -> Schedule | None:
        text, zone = self.spec["schedule"], self.spec.get("timeZone")
        if zone is not None:
            try:
                load_location(zone)
            except ValueError as error:
                self._tell("Warning", "UnknownTimeZone", f"invalid timeZone: {format_value(zone)}: {error}")
                return None
        if "TZ" in text:
            what = f"CRON_TZ or TZ used in schedule {format_value(text)} is not officially supported"
            self._tell("Warning", "UnsupportedSchedule", f"{what}, see {DOCUMENTATION} for more details")
        try:
            return parse_schedule(text, zone or "")
        except ValueError as error:
            self._tell("Warning", "UnparseableSchedule", f"unparseable schedule: {format_value(text)} : {error}")
            return None

    def _start(self, scheduled: float) -> None:
        """Make the job of a start, unless it is too late, was made already, or the concurrency policy forbids it."""
        deadline = self.spec.get("startingDeadlineSeconds")
        if deadline is not None and scheduled + deadline < self._now:
            when = datetime.fromtimestamp(scheduled, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
            self._tell("Warning", "MissSchedule", f"Missed scheduled time to start a job: {when}")
            return
        name = name_job(self.cron_job, scheduled)
        is_made = any(entry["name"] == name for entry in self._active)
        if is_made or self.status.get("lastScheduleTime") == format_rfc3339(scheduled):
            return
        policy = self.spec.get("concurrencyPolicy")
        if policy == "Forbid" and self._active:
            why = "prior execution is running and concurrency policy is Forbid"
            self._tell("Normal", "JobAlreadyActive", f"Not starting job because {why}")
            return
        if policy == "Replace":
            self._replace_active()
        self._create(scheduled)

    def _replace_active(self) -> None:
        by_uid = {job["metadata"]["uid"]: job for job in self._jobs}
        for entry in list(self._active):
            if not self._delete(by_uid[entry["uid"]]):
                raise errors.StatusError(f"could not replace job {entry['namespace']}/{entry['name']}")

    def _create(self, scheduled: float) -> None:
        namespace = self.cron_job["metadata"]["namespace"]
        wanted = make_job(self.cron_job, scheduled)
        try:
            job = self._context.client.create(JOBS, wanted, namespace)
            self._tell("Normal", "SuccessfulCreate", f"Created job {job['metadata']['name']}")
        except errors.AlreadyExists:  # made before, and not yet on the list; or somebody else's
            job = self._context.client.get(JOBS, wanted["metadata"]["name"], namespace)
            if not is_controlled_by(job, self.cron_job):
                return
        except errors.StatusError as error:
            if not errors.has_cause(error, errors.NAMESPACE_TERMINATING):
                self._tell("Warning", "FailedCreate", f"Error creating job: {error}")
            raise
        self._active.append(make_reference(job))
        self.status["lastScheduleTime"] = format_rfc3339(scheduled)

    def _delete(self, job: Object) -> bool:
        """Delete a job with its pods; return whether that worked."""
        metadata = job["metadata"]
        try:
            self._context.client.delete(JOBS, metadata["name"], metadata["namespace"], {"propagationPolicy": "Background"})
        except errors.StatusError as error:
            self._tell("Warning", "FailedDelete", f"Deleted job: {error}")
            return False
        self._forget(metadata["uid"])
        self._jobs = [other for other in self._jobs if other is not job]
        self._tell("Normal", "SuccessfulDelete", f"Deleted job {metadata['name']}")
        return True


def keys_by_job(job: Object, context: Context) -> Iterable[Key]:
    """Return the key of the cron job that made a job."""
    owner = controller_of(job)
    if owner is not None and owner["kind"] == "CronJob":
        yield Key(job["metadata"]["namespace"], owner["name"])


CONTROLLER = Controller("cronjob", (Watch(CRON_JOBS), Watch(JOBS, keys_by_job)), CronJobController)
