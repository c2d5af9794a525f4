"""The shells' scripts. Each asks `mk __complete WORDS...`, whose answer is a word a line, a tab and what it means, and `:N` last.

`PROGRAM` stands for the command that runs mk. The functions' names are those that kubectl's documentation uses with aliases.
"""

from __future__ import annotations

BASH = r"""# completion of mk and kubectl for bash
__start_kubectl() {
    local words=() word line answer last="" directive=0
    for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ ${#words[@]} -gt 0 && ( $word == [=:]* || $last == [=:] ) ]]; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        last=$word
    done
    local current=${words[${#words[@]}-1]} prefix=""
    [[ $current == *[=:]* ]] && prefix=${current%"${COMP_WORDS[COMP_CWORD]#[=:]}"}
    COMPREPLY=()
    while IFS= read -r line; do
        [[ $line == :* ]] && directive=${line#:} && continue
        answer=${line%%$'\t'*}
        COMPREPLY+=("${answer#"$prefix"}")
    done < <(PROGRAM __complete "${words[@]}" 2>/dev/null)
    (( directive & 4 )) && compopt +o default 2>/dev/null
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/:] ]] && compopt -o nospace 2>/dev/null
    return 0
}
complete -o default -F __start_kubectl mk kubectl
"""

ZSH = r"""#compdef mk kubectl
# completion of mk and kubectl for zsh
_kubectl() {
    local line directive=0
    local -a found
    while IFS= read -r line; do
        [[ $line == :* ]] && directive=${line#:} && continue
        line=${line//:/\\:}
        found+=("${line/$'\t'/:}")
    done < <(PROGRAM __complete "${(@)words[2,$CURRENT]}" 2>/dev/null)
    if (( ${#found} )); then
        _describe 'kubectl' found
    elif (( ! (directive & 4) )); then
        _files
    fi
}
(( $+functions[compdef] )) && compdef _kubectl mk kubectl
"""

FISH = r"""# completion of mk and kubectl for fish
function __mk_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (PROGRAM __complete $words[2..-1] "$current" 2>/dev/null)
    set -l found (string match -rv '^:' -- $answer)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else if not string match -q ':4' -- $answer[-1]
        __fish_complete_path "$current"
    end
end
for name in mk kubectl
    complete -c $name -f -a '(__mk_complete)'
end
"""

POWERSHELL = r"""# completion of mk and kubectl for PowerShell
Register-ArgumentCompleter -Native -CommandName mk, kubectl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($wordToComplete -eq '') { $words += '""' }
    PROGRAM __complete @words 2>$null | Where-Object { $_ -notmatch '^:' } | ForEach-Object {
        $word, $meaning = $_ -split "`t", 2
        if (-not $meaning) { $meaning = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $meaning)
    }
}
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH, "powershell": POWERSHELL}
