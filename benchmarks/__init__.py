"""Measures what README.md in this folder promises: `make bench`, or `python -m benchmarks [NAME...] [--json]`."""
