"""Rules for jobs whose pods have indexes: how many, which may fail, and which make a success.

https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, format_value, invalid, required, too_long, too_many
from minikube_py.apimachinery.names import byte_length
from minikube_py.apis.field_checks import GoValueError, check_nonnegative, unsupported
from minikube_py.apis.go_literals import show_pointer
from minikube_py.apis.kind import Object

MAX_PARALLELISM = MAX_FAILED = MANY = 100_000
MAX_PARALLELISM_OF_MANY = MAX_FAILED_OF_MANY = 10_000
MAX_SUCCESS_RULES = 20
MAX_INDEXES_LENGTH = 65_536
NEEDS_INDEX = "requires indexed completion mode"


def validate_completion_mode(spec: Object, field: str) -> list[FieldError]:
    """Return what is wrong with the fields that go with, or without, indexes."""
    mode = spec.get("completionMode", "NonIndexed")
    if mode not in ("Indexed", "NonIndexed"):
        return [unsupported(f"{field}.completionMode", mode, ("NonIndexed", "Indexed"))]
    if mode == "Indexed":
        return _validate_indexed(spec, field)
    names = ("backoffLimitPerIndex", "maxFailedIndexes")
    return [invalid(f"{field}.{name}", spec[name], NEEDS_INDEX) for name in names if spec.get(name) is not None]


def _validate_indexed(spec: Object, field: str) -> list[FieldError]:
    completions, parallelism, failed = (spec.get(name) for name in ("completions", "parallelism", "maxFailedIndexes"))
    errors = [] if completions is not None else [required(f"{field}.completions", "when completion mode is Indexed")]
    if (parallelism or 0) > MAX_PARALLELISM:
        why = f"must be less than or equal to {MAX_PARALLELISM} when completion mode is Indexed"
        errors.append(invalid(f"{field}.parallelism", parallelism, why))
    if failed is not None and completions is not None and failed > completions:
        errors.append(invalid(f"{field}.maxFailedIndexes", failed, "must be less than or equal to completions"))
    if (failed or 0) > MAX_FAILED:
        errors.append(invalid(f"{field}.maxFailedIndexes", failed, f"must be less than or equal to {MAX_FAILED}"))
    if (completions or 0) > MANY and spec.get("backoffLimitPerIndex") is not None:
        errors += _validate_many(parallelism, failed, field)
    return errors


def _validate_many(parallelism: int | None, failed: int | None, field: str) -> list[FieldError]:
    when = f"when completions are above {MANY} and used with backoff limit per index"
    errors = []
    if failed is None:
        errors.append(required(f"{field}.maxFailedIndexes", f"must be specified when completions is above {MANY}"))
    if (parallelism or 0) > MAX_PARALLELISM_OF_MANY:
        why = f"must be less than or equal to {MAX_PARALLELISM_OF_MANY} {when}"
        errors.append(invalid(f"{field}.parallelism", parallelism, why))
    if (failed or 0) > MAX_FAILED_OF_MANY:
        errors.append(
            invalid(f"{field}.maxFailedIndexes", failed, f"must be less than or equal to {MAX_FAILED_OF_MANY} {when}")
        )
    return errors


def validate_success_policy(policy: Object, spec: Object, field: str) -> list[FieldError]:
    """Return what is wrong with a successPolicy: https://kubernetes.io/docs/concepts/workloads/controllers/job/#success-policy"""
    if spec.get("completionMode") != "Indexed":
        return [GoValueError("FieldValueInvalid", field, show_success_policy(policy), NEEDS_INDEX)]
    rules = policy.get("rules") or []
    errors: list[FieldError] = []
    if not rules:
        why = "at least one rules must be specified when the successPolicy is specified"
        errors.append(required(f"{field}.rules", why))
    if len(rules) > MAX_SUCCESS_RULES:
        errors.append(too_many(f"{field}.rules", len(rules), MAX_SUCCESS_RULES))
    for index, rule in enumerate(rules):
        errors += _validate_success_rule(rule, spec.get("completions") or 0, f"{field}.rules[{index}]")
    return errors


def _validate_success_rule(rule: Object, completions: int, field: str) -> list[FieldError]:
    count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
    errors: list[FieldError] = []
    if count is None and indexes is None:
        errors.append(required(field, "at least one of succeededCount or succeededIndexes must be specified"))
    total = 0
    if indexes is not None:
        if byte_length(indexes) > MAX_INDEXES_LENGTH:
            errors.append(too_long(f"{field}.succeededIndexes", MAX_INDEXES_LENGTH))
        try:
            total = count_indexes(indexes, completions)
        except ValueError as error:
            errors.append(invalid(f"{field}.succeededIndexes", indexes, f"error parsing succeededIndexes: {error}"))
    if count is not None:
        path = f"{field}.succeededCount"
        errors += check_nonnegative(path, count)
        if count > completions:
            why = f"must be less than or equal to {completions} (the number of specified completions)"
            errors.append(invalid(path, count, why))
        if indexes is not None and count > total:
            why = f"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
            errors.append(invalid(path, count, why))
    return errors


def count_indexes(text: str, completions: int) -> int:
    """Return how many indexes a text such as `0,2-4` names. Raises ValueError for what is no such text or out of bounds."""
    total, last = 0, None
    for part in text.split(",") if text else ():
        first, end = _read_interval(part, completions)
        if last is not None and last >= first:
            raise ValueError(f"non-increasing order, previous: {last}, current: {first}")
        total += end - first + 1
        last = end
    return total


def _read_interval(text: str, completions: int) -> tuple[int, int]:
    parts = text.split("-")
    if len(parts) > 2:
        rule = "the requirement that an index interval can have at most two parts separated by '-'"
        raise ValueError(f"the fragment {format_value(text)} violates {rule}")
    numbers = []
    for part in parts:
        if not (part.isascii() and part.isdigit()):
            raise ValueError(f"cannot convert string to integer for index: {format_value(part)}")
        if int(part) >= completions:
            raise ValueError(f"too large index: {format_value(part)}")
        numbers.append(int(part))
    if len(numbers) > 1 and numbers[0] >= numbers[1]:
        raise ValueError(f"non-increasing order, previous: {numbers[0]}, current: {numbers[1]}")
    return numbers[0], numbers[-1]


def show_success_policy(policy: Object | None) -> str:
    """Return a successPolicy as Go prints it."""
    if policy is None:
        return '"null"'
    rules = ", ".join(
        f"batch.SuccessPolicyRule{{SucceededIndexes:{show_pointer('string', rule.get('succeededIndexes'))}, "
        f"SucceededCount:{show_pointer('int32', rule.get('succeededCount'))}}}"
        for rule in policy.get("rules") or ()
    )
    shown = "nil" if policy.get("rules") is None else rules
    return f"batch.SuccessPolicy{{Rules:[]batch.SuccessPolicyRule{f'({shown})' if shown == 'nil' else f'{{{rules}}}'}}}"
