"""One output format a file, each with `print_obj(obj, out)`."""
