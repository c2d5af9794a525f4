"""Taking nodes out of use and emptying them: what cordon, uncordon and drain share. Upstream's pkg/drain."""
