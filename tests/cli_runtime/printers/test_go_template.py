"""Go templates: statements, functions, formats, and what is said of templates that are wrong."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.go_template import GoTemplatePrinter, TemplateError
from minikube_py.cli_runtime.printers.go_template.printf import sprintf

OBJ: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a", "labels": {"a.b/c": "x", "t": "1"}},
    "l": [1, 2, 3],
    "c": [{"n": "x", "p": [80, 443], "f": 1.5, "b": True}, {"n": "y", "p": []}, {"n": "z", "q": None}],
    "n": None,
    "s": "h<é\"y'&=\\\x01",
    "f": 1e21,
    "g": 2.5,
    "m": {"k": "v<"},
    "e": [],
    "z": 0,
    "em": "",
    "b64": "aGVsbG8=",
    "neg": -7,
    "t": True,
}


def read_templates(name: str) -> list[str]:
    """Return the templates of a file beside this one; a line of two dashes stands between them."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8").removesuffix("\n").split("\n--\n")


def show(template: str, allow_missing_keys: bool = True) -> tuple[str, str]:
    """Return what kubectl would print on stdout and on stderr."""
    out = io.StringIO()
    try:
        GoTemplatePrinter(template, allow_missing_keys).print_obj(OBJ, out)
    except TemplateError as error:
        return out.getvalue(), f"error: error parsing template {template}, {error}\n"
    except CliError as error:
        return out.getvalue(), f"error: {error.message}\n"
    return out.getvalue(), ""


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param("{{.metadata.name}} {{.n}} {{.missing.deeper}}", "a <no value> <no value>", id="fields"),
        pytest.param("{{.metadata.labels}} {{.l}} {{.f}} {{.c}}", "map[a.b/c:x t:1] [1 2 3] 1e+21 "
            "[map[b:true f:1.5 n:x p:[80 443]] map[n:y p:[]] map[n:z q:<nil>]]", id="values"),
        pytest.param("{{range $i, $e := .c}}{{if $i}}, {{end}}{{$i}}={{$e.n}}{{end}}", "0=x, 1=y, 2=z", id="range"),
        pytest.param("{{range $k, $v := .metadata.labels}}{{$k}}={{$v}};{{end}}", "a.b/c=x;t=1;", id="range over a map"),
        pytest.param("{{range .e}}x{{else}}none{{end}}{{range 3}}{{.}}{{end}}", "none012", id="range over a number"),
        pytest.param("{{range .l}}{{if eq . 2}}{{continue}}{{end}}{{.}}{{if eq . 3}}{{break}}{{end}}{{end}}", "13", id="jumps"),
        pytest.param("{{if .em}}a{{else if .z}}b{{else}}c{{end}}{{with .kind}}{{.}}{{end}}", "cConfigMap", id="if and with"),
        pytest.param('{{define "T"}}<{{.}}>{{end}}{{template "T" .kind}}{{block "B" 1}}{{.}}{{end}}',
            "<ConfigMap>1", id="templates"),
        pytest.param('a  {{- " b " -}}  c {{/* x */}}d', "a b c d", id="trimming and comments"),
        pytest.param("{{$x := 1}}{{if true}}{{$x = 2}}{{$y := 3}}{{end}}{{$x}}{{range $e := .l}}{{$.kind}}{{$e}}{{end}}",
            "2ConfigMap1ConfigMap2ConfigMap3", id="variables"),
        pytest.param('{{index .l 0}} {{index .c 0 "p" 1}} {{index .m "none"}} {{(index .c 0).n}}',
            "1 443 <no value> x", id="index"),
        pytest.param('{{len .l}} {{len "é"}} {{slice .kind 1 3}} {{slice .l 1}}', "3 2 on [2 3]", id="len and slice"),
        pytest.param('{{and 1 0}} {{or 0 "" .kind}} {{not .z}} {{or 1 (index .l 9)}}', "0 ConfigMap true 1", id="logic"),
        pytest.param('{{eq 1 2 1}} {{ne 1 2}} {{lt "a" "b"}} {{ge 1 2}} {{eq .n nil}}',
            "true true true false true", id="comparison"),
        pytest.param('{{print 1 2 "a" 3}}{{println 1 "b"}}', "1 2a31 b\n", id="print"),
        pytest.param('{{html "<a>"}} {{js "\'<"}} {{urlquery "a b&"}}', "&lt;a&gt; \\'\\u003C a+b%26", id="escapes"),
        pytest.param('{{.b64 | base64decode}} {{exists .m "k"}} {{exists .l 9}}', "hello true false", id="kubectl's functions"),
        pytest.param('{{.kind | printf "%s-%s" "a" | len}}', "11", id="pipeline"),
    ],
)  # fmt: skip
def test_prints(template: str, text: str) -> None:
    assert show(template) == (text, "")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{.kind", "template: output:1: unclosed action"),
        ("{{range .l}}x", "template: output:1: unexpected EOF"),
        ("a\n{{nofunc}}", 'template: output:2: function "nofunc" not defined'),
        ("{{$x}}", 'template: output:1: undefined variable "$x"'),
        ("{{end}}", "template: output:1: unexpected {{end}}"),
        ("{{}}", "template: output:1: missing value for command"),
        ("{{.kind | 1}}", "template: output:1: non executable command in pipeline stage 2"),
    ],
)
def test_cannot_be_read(template: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        GoTemplatePrinter(template)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{index .l 9}}", '1:2: executing "output" at <index .l 9>: error calling index: index out of range: 9'),
        ("é\né{{.kind.x}}", '2:9: executing "output" at <.kind.x>: can\'t evaluate field x in type interface {}'),
        (
            '{{define "T"}}{{.x.y}}{{len .z}}{{end}}{{template "T" .}}',
            '1:24: executing "T" at <len .z>: error calling len: len of type int64',
        ),
        ("{{.kind 1}}", '1:2: executing "output" at <.kind>: kind is not a method but has arguments'),
        ('{{template "no"}}', '1:11: executing "output" at <{{template "no"}}>: template "no" not defined'),
        ("{{printf .z}}", '1:9: executing "output" at <.z>: wrong type for value; expected string; got int64'),
    ],
)
def test_does_not_fit(template: str, message: str) -> None:
    with pytest.raises(CliError) as caught:
        GoTemplatePrinter(template).print_obj(OBJ, io.StringIO())
    assert caught.value.message.endswith(f": template: output:{message}")


def test_debugging_dump() -> None:
    out = io.StringIO()
    with pytest.raises(CliError) as caught:
        GoTemplatePrinter("x{{.a}}", allow_missing_keys=False).print_obj({"kind": "<", "n": [1.0, None]}, out)
    error = 'template: output:1:3: executing "output" at <.a>: map has no entry for key "a"'
    assert caught.value.message == f'error executing template "x{{{{.a}}}}": {error}'
    assert out.getvalue() == (
        f"xError executing template: {error}. Printing more information for debugging the template:\n"
        "\ttemplate was:\n\t\tx{{.a}}\n"
        '\traw data was:\n\t\t{"kind":"\\u003c","n":[1,null]}\n'
        "\tobject given to template engine was:\n\t\tmap[kind:< n:[1 <nil>]]\n\n"
    )


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{range $i, $j := 3}}{{end}}", "can't use 3 to iterate over more than one variable"),
        ("{{range .g}}{{end}}", "range can't iterate over 2.5"),
    ],
)
def test_numbers_that_cannot_be_ranged_over(template: str, message: str) -> None:
    assert show(template)[1].endswith(f": {message}\n")


def test_a_template_that_calls_itself_ends() -> None:
    assert "exceeded maximum template depth (100000)" in show('{{define "R"}}{{template "R"}}{{end}}{{template "R"}}')[1]


@pytest.mark.parametrize(
    ("format", "args", "text"),
    [
        ("%d|%5d|%-5d|%05d|%+d|%x|%#x|%b|%o|%c|%q|%U", (42,) * 12, "42|   42|42   |00042|+42|2a|0x2a|101010|52|*|'*'|U+002A"),
        ("%s|%5s|%-5s|%.2s|%q|%x|%v", ("abc",) * 7, 'abc|  abc|abc  |ab|"abc"|616263|abc'),
        ("%f|%.1f|%8.2f|%e|%g|%v", (1.25,) * 6, "1.250000|1.2|    1.25|1.250000e+00|1.25|1.25"),
        ("%t %v %v %T %T", (True, None, {"a": [1]}, 1.5, None), "true <nil> map[a:[1]] float64 <nil>"),
        ("%#v %+v", ({"a": "b"}, [1]), 'map[string]interface {}{"a":"b"} [1]'),
        ("%d %s %z", ("x", 1, 1), "%!d(string=x) %!s(int64=1) %!z(int64=1)"),
        ("%d", (), "%!d(MISSING)"),
        ("x", (1, "a"), "x%!(EXTRA int64=1, string=a)"),
        ("%[2]d %[1]d %[9]d", (1, 2), "2 1 %!d(BADINDEX)"),
        ("%*d|%-*d|%.*f", (4, 1, 4, 1, 1, 2.55), "   1|1   |2.5"),
        ("100%% %", (), "100% %!(NOVERB)"),
    ],
)  # fmt: skip
def test_printf(format: str, args: tuple[Any, ...], text: str) -> None:
    assert sprintf(format, *args) == text


@given(st.text("{}.-|$\"`'() \nabifend/*:=,1", max_size=25))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        GoTemplatePrinter("{{" + text).print_obj(OBJ, io.StringIO())
    except (TemplateError, CliError) as error:
        assert "template: output:" in str(error)


def test_good_templates_print_as_with_kubectl(kubectl: Any) -> None:
    template = "\n--\n".join(read_templates("go_templates_good.txt"))
    real = kubectl.get(OBJ, "-o", f"go-template={template}")
    assert show(template)[0].split("\n--\n") == real.stdout.split("\n--\n")


@pytest.mark.parametrize("template", read_templates("go_templates_bad.txt"))
def test_bad_templates_fail_as_with_kubectl(kubectl: Any, template: str) -> None:
    real = kubectl.get(OBJ, "-o", f"go-template={template}")
    assert show(template) == (real.stdout, real.stderr)


@pytest.mark.parametrize(
    "template", ["{{.missing}}", "{{.missing.deeper}}", "{{len .m.x}}", "{{with .l}}{{.x}}{{end}}", '{{(index .m "x").y}}']
)
def test_missing_keys_fail_as_with_kubectl(kubectl: Any, template: str) -> None:
    real = kubectl.get(OBJ, "-o", f"go-template={template}", "--allow-missing-template-keys=false")
    assert show(template, allow_missing_keys=False) == (real.stdout, real.stderr)
