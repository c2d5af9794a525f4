"""A Kubernetes cluster in one file: its state is SQLite, its pods are real processes."""
