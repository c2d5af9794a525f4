"""One volume type a file: each fills a folder."""
