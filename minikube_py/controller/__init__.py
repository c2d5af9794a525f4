"""One controller a file: a pure comparison of what is with what should be."""
