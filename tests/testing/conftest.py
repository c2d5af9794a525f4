"""The examples of docs/testing.md are run by test_docs.py, in a pytest of their own."""

collect_ignore = ["examples"]
