"""The clients' suites are run by test_clients.py, in a pytest of their own."""

collect_ignore = ["suites"]
