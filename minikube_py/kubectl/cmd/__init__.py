"""One verb a file, each read from top to bottom: EXAMPLES, FLAGS, Options, complete, validate, run."""
