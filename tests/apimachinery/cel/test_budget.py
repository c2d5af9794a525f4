"""Expressions that would go on for ever end."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery.cel.budget import BUDGET, Budget, OutOfBudget
from minikube_py.apimachinery.cel.evaluator import evaluate
from minikube_py.apimachinery.cel.parser import parse

LONG = list(range(100))


@pytest.mark.parametrize(
    "expression",
    [
        "self.all(a, self.all(b, self.all(c, a >= 0)))",
        "self.map(a, self.map(b, a * b)).exists(x, x.exists(y, y < 0))",
        "cel.bind(a, text + text, cel.bind(b, a + a, cel.bind(c, b + b, size(c + c) > 0)))",
        "false || self.exists(a, self.exists(b, self.exists(c, a < 0)))",
        "text.matches('(a+)+b')",
    ],
    ids=["all", "map", "bind", "or", "matches"],
)
def test_an_expression_that_costs_too_much_is_cancelled(expression: str) -> None:
    variables = {"self": LONG, "text": "a" * 100_000, BUDGET: Budget(20_000)}
    if expression.startswith("text"):
        variables["text"] = "a" * 200_001
    with pytest.raises(OutOfBudget, match="operation cancelled: actual cost limit exceeded"):
        evaluate(parse(expression), variables)


def test_what_is_spent_is_counted() -> None:
    budget = Budget()
    evaluate(parse("self.all(a, a >= 0)"), {"self": LONG, BUDGET: budget})
    assert 100 < budget.spent < 1000
