"""The cluster's own life: start, stop, status, delete, nodes, profiles, shims."""
