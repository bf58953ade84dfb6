package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// Scripts that ask the program itself what can come next.
var completions = map[string]string{
	"bash": `_sgexport() {
  local word=${COMP_WORDS[COMP_CWORD]} words=("${COMP_WORDS[@]:0:COMP_CWORD}")
  case $word in -*) words+=("$word") ;; esac
  mapfile -t COMPREPLY < <(compgen -W "$("${words[@]}" --generate-bash-completion 2>/dev/null)" -- "$word")
}
complete -o bashdefault -o default -F _sgexport sgexport
`,
	"zsh": `#compdef sgexport
_sgexport() {
  local -a choices
  local ask=(${words[1,CURRENT-1]})
  case ${words[CURRENT]} in -*) ask+=(${words[CURRENT]}) ;; esac
  choices=("${(@f)$(_CLI_ZSH_AUTOCOMPLETE_HACK=1 ${ask} --generate-bash-completion 2>/dev/null)}")
  if [[ -n ${choices[1]} ]]; then _describe values choices; else _files; fi
}
compdef _sgexport sgexport
`,
}

func completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a completion script for bash, zsh or fish",
		ArgsUsage: "SHELL",
		Description: `   bash: source <(sgexport completion bash)
   zsh:  source <(sgexport completion zsh)
   fish: sgexport completion fish | source`,
		Action: func(c *cli.Context) error {
			shell, err := oneArgument(c, "shell")
			if err != nil {
				return err
			}
			script, ok := completions[shell]
			if shell == "fish" {
				script, err = c.App.ToFishCompletion()
				ok = true
			}
			if err != nil {
				return err
			}
			if !ok {
				return usagef("there is no completion for %q; there is one for bash, zsh and fish", shell)
			}
			_, err = fmt.Fprintln(c.App.Writer, strings.TrimRight(script, "\n"))
			return err
		},
	}
}
