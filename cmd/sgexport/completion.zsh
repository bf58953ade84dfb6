#compdef sgexport
# Completion of sgexport for zsh: sgexport completion zsh
_sgexport() {
  local line value text
  local -a values shown folders
  while IFS= read -r line; do
    value=${line%%$'\t'*}
    if [[ $value == */ ]]; then
      folders+=("$value")
    else
      values+=("$value")
      text=$value
      [[ -n ${line#*$'\t'} ]] && text+=" -- ${line#*$'\t'}"
      (( $#text >= COLUMNS )) && text="${text[1,COLUMNS-4]}..."
      shown+=("$text")
    fi
  done < <("${words[1]}" __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
  (( $#folders )) && compadd -S '' -- $folders
  (( $#values )) && compadd -l -d shown -- $values
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -u; }
if [[ $funcstack[1] == _sgexport ]]; then _sgexport "$@"; else compdef _sgexport sgexport; fi
