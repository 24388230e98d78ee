"""What each shell has to run once, to ask us when TAB is pressed.

We answer a value a line, which no shell evaluates. None of them puts a space after `name=`.
"""

BASH = """\
_querycast() {
    local IFS=$'\\n'
    COMPREPLY=($(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
        _QUERYCAST_COMPLETE=complete_bash querycast 2>/dev/null))
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _querycast querycast
"""

ZSH = """\
#compdef querycast
_querycast() {
    local -a found
    found=("${(@f)$(COMP_WORDS="${(F)words}" COMP_CWORD=$((CURRENT - 1)) \\
        _QUERYCAST_COMPLETE=complete_bash querycast 2>/dev/null)}")
    [[ -z ${found[1]} ]] && { _files; return }
    [[ ${found[1]} == *= ]] && compadd -S '' -a found || compadd -a found
}
compdef _querycast querycast
"""

FISH = """\
function __querycast_complete
    set -lx COMP_WORDS (string join \\n (commandline -opc) (commandline -ct) | string collect)
    set -lx COMP_CWORD (count (commandline -opc))
    set -lx _QUERYCAST_COMPLETE complete_bash
    querycast 2>/dev/null
end
complete -c querycast -f -a '(__querycast_complete)'
complete -c querycast -s O -l output-file -r -F
complete -c querycast -l outputs -r -F
"""
