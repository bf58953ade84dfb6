package main

import (
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Scripts that ask the program itself what can stand in the place of a word.
var (
	//go:embed completion.bash
	bashCompletion string
	//go:embed completion.zsh
	zshCompletion string
	//go:embed completion.fish
	fishCompletion string
)

var shells = []string{"bash", "zsh", "fish"}

func completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a completion script for bash, zsh or fish",
		ArgsUsage: "SHELL",
		Description: `Completes commands, options and what they take: formats, kinds, regions, checks,
snapshots, and of lineage the resources of the snapshot. For the shell that runs:

   bash: source <(sgexport completion bash)
   zsh:  source <(sgexport completion zsh)
   fish: sgexport completion fish | source

and for all that follow:

   sgexport completion bash > ~/.sgexport-completion.bash
   echo 'source ~/.sgexport-completion.bash' >> ~/.bashrc
   sgexport completion zsh > "${fpath[1]}/_sgexport"
   sgexport completion fish > ~/.config/fish/completions/sgexport.fish`,
		Action: func(c *cli.Context) error {
			shell, err := oneArgument(c, "shell")
			if err != nil {
				return err
			}
			script, ok := map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[shell]
			if !ok {
				return usagef("there is no completion for %q; there is one for bash, zsh and fish", shell)
			}
			_, err = io.WriteString(c.App.Writer, script)
			return err
		},
	}
}

// askCommand is what the scripts call: sgexport __complete WORD…, of which the last is the
// word that is being written.
const askCommand = "__complete"

// A candidate is what may stand in the place of a word, and what that is.
type candidate struct{ value, says string }

// complete prints the candidates for the last of some words, a line each, with what they
// are behind a tab. One that ends with a slash goes on: no space comes behind it.
func complete(app *cli.App, words []string, out io.Writer) error {
	if len(words) == 0 {
		words = []string{""}
	}
	for _, c := range candidates(app, words[:len(words)-1], words[len(words)-1]) {
		if _, err := fmt.Fprintf(out, "%s\t%s\n", c.value, c.says); err != nil {
			return err
		}
	}
	return nil
}

// candidates are what word may become, which stands behind others.
func candidates(app *cli.App, before []string, word string) []candidate {
	at := slices.IndexFunc(before, func(w string) bool { return w == "help" || app.Command(w) != nil })
	if at < 0 || before[at] == "help" {
		return beginningWith(word, commands(app, at < 0, strings.HasPrefix(word, "-")))
	}
	l := lineOf(app.Command(before[at]), before[at+1:])
	switch {
	case l.open != "":
		return l.valuesOf(l.open, "", word)
	case !l.ended && strings.HasPrefix(word, "-") && strings.Contains(word, "="):
		option, value, _ := strings.Cut(word, "=")
		return l.valuesOf(strings.TrimLeft(option, "-"), option+"=", value)
	case !l.ended && strings.HasPrefix(word, "-"):
		return beginningWith(word, l.options())
	}
	return l.argument(word)
}

// commands are all commands and, where none was given yet, help or, as the word begins
// with a dash, the options of the program.
func commands(app *cli.App, first, dashed bool) []candidate {
	if first && dashed {
		return []candidate{{"--help", "explain the program"}, {"--version", "print the version"}}
	}
	var all []candidate
	for _, c := range app.Commands {
		all = append(all, candidate{c.Name, c.Usage})
	}
	if first {
		all = append(all, candidate{"help", "explain a command"})
	}
	return all
}

// A commandLine is what was written of a command line.
type commandLine struct {
	command   *cli.Command
	given     map[string]string // options by their first name, with the last value
	arguments []string
	open      string // option that the next word is the value of, or ""
	ended     bool   // by --: what follows is no option
}

func lineOf(command *cli.Command, words []string) *commandLine {
	l := &commandLine{command: command, given: map[string]string{}}
	for _, w := range words {
		switch {
		case l.open != "":
			l.given[l.open], l.open = w, ""
		case l.ended || len(w) < 2 || w[0] != '-':
			l.arguments = append(l.arguments, w)
		case w == "--":
			l.ended = true
		default:
			option, value, valued := strings.Cut(strings.TrimLeft(w, "-"), "=")
			name := l.flag(option)
			l.given[name] = value
			if !valued && takesValue(command, w) {
				l.open = name
			}
		}
	}
	return l
}

// flag is the first of the names of an option.
func (l *commandLine) flag(name string) string {
	for _, f := range l.command.Flags {
		if slices.Contains(f.Names(), name) {
			return f.Names()[0]
		}
	}
	return name
}

// options are those that can still be given.
func (l *commandLine) options() []candidate {
	all := []candidate{{"--help", "explain the command"}}
	for _, f := range l.command.Flags {
		name := f.Names()[0]
		_, repeatable := f.(*cli.StringSliceFlag)
		if _, given := l.given[name]; given && !repeatable {
			continue
		}
		says := ""
		if d, ok := f.(cli.DocGenerationFlag); ok {
			says = strings.ReplaceAll(d.GetUsage(), "`", "")
		}
		all = append(all, candidate{"--" + name, says})
	}
	return all
}

// beginningWith are the candidates that begin with what is written, in any case of
// letters.
func beginningWith(written string, all []candidate) []candidate {
	return slices.DeleteFunc(all, func(c candidate) bool {
		return len(c.value) < len(written) || !strings.EqualFold(c.value[:len(written)], written)
	})
}
