package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// optionsFirst puts the options of a command before its arguments, which is
// where the library looks for them. What comes after -- are arguments.
func optionsFirst(app *cli.App, args []string) []string {
	at := slices.IndexFunc(args, func(a string) bool { return app.Command(a) != nil })
	if at < 1 {
		return args
	}
	command := app.Command(args[at])
	var options, arguments []string
	for rest := args[at+1:]; len(rest) > 0; {
		word := rest[0]
		rest = rest[1:]
		switch {
		case word == "--":
			arguments = append(arguments, rest...)
			rest = nil
		case len(word) < 2 || word[0] != '-':
			arguments = append(arguments, word)
		default:
			options = append(options, word)
			if takesValue(command, word) && len(rest) > 0 {
				options = append(options, rest[0])
				rest = rest[1:]
			}
		}
	}
	sorted := append(slices.Clone(args[:at+1]), options...)
	if len(arguments) > 0 {
		sorted = append(append(sorted, "--"), arguments...)
	}
	return sorted
}

// takesValue reports whether the word after an option is its value.
func takesValue(c *cli.Command, option string) bool {
	name := strings.TrimLeft(option, "-")
	return slices.ContainsFunc(c.Flags, func(f cli.Flag) bool {
		taker, ok := f.(interface{ TakesValue() bool })
		return ok && taker.TakesValue() && slices.Contains(f.Names(), name)
	})
}

// nameVariables gives each option its environment variable: SGEXPORT_OUT for
// --out of export, SGEXPORT_CONVERT_OUT for that of convert.
func nameVariables(c *cli.Command) {
	prefix := "SGEXPORT_"
	if c.Name != "export" {
		prefix += strings.ToUpper(c.Name) + "_"
	}
	for _, f := range c.Flags {
		variable := []string{prefix + strings.ToUpper(strings.ReplaceAll(f.Names()[0], "-", "_"))}
		switch f := f.(type) {
		case *cli.StringFlag:
			f.EnvVars = variable
		case *cli.StringSliceFlag:
			f.EnvVars = variable
		case *cli.BoolFlag:
			f.EnvVars = variable
		case *cli.IntFlag:
			f.EnvVars = variable
		case *cli.Float64Flag:
			f.EnvVars = variable
		case *cli.DurationFlag:
			f.EnvVars = variable
		}
	}
}
