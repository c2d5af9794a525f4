"""One scheduling rule a file: a filter, a score, or both."""
