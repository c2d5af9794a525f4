"""The parameters of requests: where they stand, of which type they are and what they do."""

from __future__ import annotations

from typing import NamedTuple


class Parameter(NamedTuple):
    """A parameter of a query, or of the path."""

    type: str
    description: str
    place: str = "query"


PARAMETERS: dict[str, Parameter] = {
    "allowWatchBookmarks": Parameter("boolean", "Send events of type BOOKMARK as well, which tell how far the watch has come."),
    "command": Parameter("string", "A word of the command line to run; it is not given to a shell."),
    "container": Parameter("string", "Which container of the pod; needed where it has several."),
    "continue": Parameter("string", "Go on with a list after the page that ended with this token."),
    "dryRun": Parameter("string", "With All, answer as if the request had been carried out, and keep nothing."),
    "fieldManager": Parameter("string", "Who is told to have set the fields that change."),
    "fieldSelector": Parameter("string", "Only objects whose fields match."),
    "fieldValidation": Parameter("string", "What is done about unknown and repeated fields: Ignore, Warn or Strict."),
    "follow": Parameter("boolean", "Go on with what is written later."),
    "force": Parameter("boolean", "With an apply patch, take fields over from other managers."),
    "gracePeriodSeconds": Parameter("integer", "How long what runs may take to end; 0 ends it at once."),
    "labelSelector": Parameter("string", "Only objects whose labels match."),
    "limit": Parameter("integer", "How many objects a page has at most."),
    "limitBytes": Parameter("integer", "How many bytes are given at most."),
    "name": Parameter("string", "Name of the object.", "path"),
    "namespace": Parameter("string", "Namespace of the object.", "path"),
    "orphanDependents": Parameter("boolean", "Deprecated, see propagationPolicy: leave what belongs to the object."),
    "path": Parameter("string", "The path below what is asked."),
    "{path}": Parameter("string", "The path below what is asked.", "path"),
    "ports": Parameter("integer", "Ports to forward."),
    "pretty": Parameter("string", "Print the answer line by line."),
    "previous": Parameter("boolean", "The log of the container's run before this one."),
    "propagationPolicy": Parameter("string", "What becomes of what belongs to the object: Orphan, Background or Foreground."),
    "resourceVersion": Parameter("string", "From which version on to watch, or how new an answer has to be."),
    "resourceVersionMatch": Parameter("string", "How resourceVersion is meant: NotOlderThan or Exact."),
    "sendInitialEvents": Parameter("boolean", "Begin a watch with what there is, and a bookmark after it."),
    "sinceSeconds": Parameter("integer", "Only what was written in the last so many seconds."),
    "stderr": Parameter("boolean", "Give what is written to standard error."),
    "stdin": Parameter("boolean", "Take standard input."),
    "stdout": Parameter("boolean", "Give what is written to standard output."),
    "tailLines": Parameter("integer", "How many lines of the end are given."),
    "timeoutSeconds": Parameter("integer", "How long a list or watch may last."),
    "timestamps": Parameter("boolean", "Write before each line when it came."),
    "tty": Parameter("boolean", "Run at a terminal."),
    "watch": Parameter("boolean", "Tell of changes as they happen."),
}
