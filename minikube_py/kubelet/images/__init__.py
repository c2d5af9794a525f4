"""Image names to programs: the catalogue, as data."""
