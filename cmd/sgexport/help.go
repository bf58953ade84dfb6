package main

import (
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// helpTemplate is the library's template of a command's help, but with the options in
// lines of the table's width: the library puts each on one, however long it is.
func helpTemplate(flags []cli.Flag, exitCodes string) string {
	head, _, _ := strings.Cut(cli.CommandHelpTemplate, "{{if .VisibleFlagCategories}}")
	text := "\n\nOPTIONS:\n" + optionsHelp(append(flags[:len(flags):len(flags)], cli.HelpFlag))
	if exitCodes != "" {
		text += "\n" + exitCodes
	}
	return head + "{{" + strconv.Quote(text) + "}}"
}

// optionsHelp has for each option a line with its names, and below it what it does.
func optionsHelp(flags []cli.Flag) string {
	var b strings.Builder
	for _, f := range flags {
		if isSwitch, ok := f.(*cli.BoolFlag); ok {
			isSwitch.DisableDefaultText = true // they are all off
		}
		names, usage, _ := strings.Cut(cli.FlagStringer(f), "\t")
		names, _, _ = strings.Cut(names, " [ ") // that it may stand several times, its usage says
		b.WriteString("   " + names + "\n")
		wrap(&b, "      ", usage)
	}
	return b.String()
}

// filled puts the words of each paragraph in lines of so many columns. Lines that begin with a
// space, such as commands, stay.
func filled(text string, columns int) string {
	var lines []string
	open := false // whether words may follow in the last line
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" || line[0] == ' ' {
			lines, open = append(lines, line), false
			continue
		}
		for _, word := range strings.Fields(line) {
			if last := len(lines) - 1; open && width(lines[last])+1+width(word) <= columns {
				lines[last] += " " + word
			} else {
				lines, open = append(lines, word), true
			}
		}
	}
	return strings.Join(lines, "\n")
}
