# Completion of sgexport for bash: sgexport completion bash
_sgexport() {
  local rest=${COMP_LINE:0:COMP_POINT} trimmed piece value i
  local -a words=()
  # bash takes words apart at : and =, which ARNs and options have.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    trimmed=${rest#"${rest%%[![:space:]]*}"}
    piece=${trimmed:0:${#COMP_WORDS[i]}}
    if ((i == 0)) || [[ $trimmed != "$rest" ]]; then words+=("$piece"); else words[-1]+=$piece; fi
    rest=${trimmed#"$piece"}
  done
  local word=${words[-1]} kept=
  [[ $word == *[:=]* ]] && kept=${word%"${word##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r value _; do
    [[ $value == */ ]] && compopt -o nospace
    value=${value#"$kept"}
    [[ $value == *[[:space:]\'\"\\\$\`\&\;\|\<\>\(\)\*\?!]* ]] && printf -v value %q "$value"
    COMPREPLY+=("$value")
  done < <("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null)
}
complete -F _sgexport sgexport
