"""What every component has: the clock, logging, the version."""
