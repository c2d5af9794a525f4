"""Regular expressions as Go's package regexp reads them, matched in time linear in the text, whatever the expression.

Patterns come from users (CEL's `matches`, `pattern` in schemas): with a matcher that tries one way after another, as Python's, a few
characters keep a process busy for years. docs/adr/0014. Syntax: https://github.com/google/re2/wiki/Syntax
"""
