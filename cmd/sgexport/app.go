package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/graph"
)

// version is the release. It stands in manifests, so it is part of the bytes
// that two runs are compared by, and never taken from the build.
const version = "0.1.0"

const tool = "sgexport " + version

// Exit codes. They are part of the contract and listed in --help.
const (
	exitOK          = 0
	exitFailed      = 1   // nothing was published
	exitUsage       = 2   // the command line is wrong
	exitIncomplete  = 3   // published, with gaps
	exitFound       = 4   // verify, or audit --fail-on, found something
	exitInterrupted = 130 // by SIGINT, SIGTERM or SIGHUP
	exitPipe        = 141 // whoever read stdout has gone
)

const exitCodes = `EXIT STATUS:
   0    all that was asked for was read
   1    failed, nothing was published
   2    wrong usage
   3    published, but something could not be read: the gaps in manifest.json
   4    verify found something, or could not check everything;
        audit --fail-on found something, or could not rule it out
   130  interrupted (SIGINT, SIGTERM, SIGHUP), nothing was published
   141  whoever read stdout has gone
`

// exitCodesOf are the exit codes that a command can have.
var exitCodesOf = map[string]string{
	"export": exitCodes,
	"convert": `EXIT STATUS:
   0    the graph was written
   1    failed, nothing was published
   2    wrong usage
   130  interrupted (SIGINT, SIGTERM, SIGHUP), nothing was published
   141  whoever read stdout has gone
`,
	"audit": `EXIT STATUS:
   0    the questions were answered; with --fail-on, nothing is as bad,
        or could be
   1    it is no snapshot, or cannot be read
   2    wrong usage
   4    --fail-on found something, or could not rule it out
   130  interrupted (SIGINT, SIGTERM, SIGHUP)
   141  whoever read stdout has gone
`,
	"report": `EXIT STATUS:
   0    the report was written
   1    it is no snapshot, cannot be read, or the file cannot be written
   2    wrong usage
   130  interrupted (SIGINT, SIGTERM, SIGHUP), nothing was written
   141  whoever read stdout has gone
`,
	"lineage": `EXIT STATUS:
   0    the answer was written
   1    it is no snapshot, or cannot be read; it has no such resource, or
        several; or the file cannot be written
   2    wrong usage
   130  interrupted (SIGINT, SIGTERM, SIGHUP)
   141  whoever read stdout has gone
`,
	"verify": `EXIT STATUS:
   0    everything is as it was written
   1    it is no snapshot, or cannot be read
   2    wrong usage
   4    something is wrong, or could not be checked
   130  interrupted (SIGINT, SIGTERM, SIGHUP)
   141  whoever read stdout has gone
`,
}

// A usageError is the user's to mend on the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errIncomplete and errFound end a command that did its work with exit codes 3
// and 4. What there is to say has been said.
var (
	errIncomplete = errors.New("the snapshot is incomplete")
	errFound      = errors.New("something was found")
)

// errStopped and errGone end a run early: it was told to stop, or nobody reads
// what it prints.
var (
	errStopped = errors.New("interrupted")
	errGone    = errors.New("whoever read stdout has gone")
)

// run is the whole program: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	failWrites()
	tuneMemory()
	ctx, stopped, end := untilStopped(stderr)
	defer end()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out := &outlet{w: stdout, gone: func() { cancel(errGone) }}
	if len(args) > 1 && args[1] == "help" { // as git and go have it
		args = slices.Concat(args[:1], args[2:], []string{"--help"})
	}
	if len(args) > 1 && args[1] == askCommand {
		_ = caught(func() error { return complete(newApp(stdin, out, io.Discard), args[2:], out) }) // a shell cannot do anything about it
		return exitOK
	}
	return finish(ctx, newApp(stdin, out, stderr), args, out, stderr, stopped)
}

// finish runs a command to its end, whatever that is, and says what went wrong.
func finish(ctx context.Context, app *cli.App, args []string, out *outlet, stderr io.Writer, stopped func() bool) int {
	err := caught(func() error { return app.RunContext(ctx, optionsFirst(app, args)) })
	if failure := out.failure(); failure != nil && (err == nil || errors.Is(err, errIncomplete) || errors.Is(err, errFound)) {
		err = failure // whatever was found, it is not where it was to go
	}
	var usage usageError
	var fault *graph.PanicError
	logged := errors.As(err, new(saidError)) // in the form that was asked for
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &fault):
		sayPanic(stderr, fault)
		return exitFailed
	case isGone(out.failure()):
		return exitPipe
	case errors.Is(err, errIncomplete):
		return exitIncomplete
	case errors.Is(err, errFound):
		return exitFound
	case stopped() && logged:
		return exitInterrupted
	case stopped():
		fmt.Fprintln(stderr, "sgexport: "+interruptedText(err))
		return exitInterrupted
	}
	if !logged {
		say(stderr, err)
	}
	if errors.As(err, &usage) && logged {
		return exitUsage
	}
	if errors.As(err, &usage) {
		fmt.Fprintf(stderr, "Run %q for the options.\n", strings.TrimSpace("sgexport "+commandOf(app, args))+" --help")
		return exitUsage
	}
	return exitFailed
}

// commandOf returns the name of the command that args call, or "".
func commandOf(app *cli.App, args []string) string {
	for _, a := range args[1:] {
		if c := app.Command(a); c != nil {
			return c.Name
		}
	}
	return ""
}

func newApp(stdin io.Reader, stdout, stderr io.Writer) *cli.App {
	app := &cli.App{
		Name:    "sgexport",
		Usage:   "take the SageMaker inventory of an AWS account as a graph",
		Version: version,
		Reader:  stdin, Writer: stdout, ErrWriter: stderr,
		Commands: []*cli.Command{
			exportCommand(), convertCommand(), verifyCommand(), auditCommand(), lineageCommand(), statsCommand(), reportCommand(), schemaCommand(), policyCommand(), simulateCommand(), completionCommand(), versionCommand(),
		},
		CustomAppHelpTemplate: cli.AppHelpTemplate + "\n" + exitCodes,
		HideHelpCommand:       true,
		// An error is turned into an exit code in one place, run. Without this the
		// library would end the program at an error that has an ExitCode method.
		ExitErrHandler: func(*cli.Context, error) {},
		OnUsageError:   onUsageError,
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("there is no command %q%s", c.Args().First(), didYouMean(c.Args().First(), commandNames(c.App)))
			}
			return cli.ShowAppHelp(c)
		},
	}
	for _, c := range app.Commands {
		nameVariables(c)
		c.OnUsageError = onUsageError
		c.HideHelpCommand = true
		c.Description = filled(c.Description, tableWidth-3) // as far as the library indents it
		c.CustomHelpTemplate = helpTemplate(c.Flags, exitCodesOf[c.Name])
	}
	return app
}

func commandNames(app *cli.App) []string {
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	return names
}

func onUsageError(c *cli.Context, err error, _ bool) error {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		name = strings.TrimLeft(name, "-")
		return usagef("there is no option --%s%s", name, didYouMeanAny(prefixed("--", nearest(name, longNames(c.Command.VisibleFlags())))))
	}
	if value, rest, ok := strings.Cut(strings.TrimPrefix(text, "invalid value "), " for flag -"); ok {
		name, _, _ := strings.Cut(rest, ": ")
		for _, f := range c.Command.Flags {
			if want := valueOf(f); want != "" && slices.Contains(f.Names(), name) {
				return usagef("--%s is %s, not %s", name, want, value)
			}
		}
	}
	return usageError{err}
}

// longNames are the names of options, without dashes; single letters are none.
func longNames(flags []cli.Flag) []string {
	var names []string
	for _, f := range flags {
		names = append(names, f.Names()[0])
	}
	return names
}

// prefixed puts a text before each word.
func prefixed(prefix string, words []string) []string {
	var all []string
	for _, w := range words {
		all = append(all, prefix+w)
	}
	return all
}

// valueOf says what an option takes that the library reads; "" is any text.
func valueOf(f cli.Flag) string {
	switch f.(type) {
	case *cli.DurationFlag:
		return "a time such as 30s"
	case *cli.IntFlag, *cli.Float64Flag:
		return "a number"
	}
	return ""
}

// oneArgument returns the command's only argument.
func oneArgument(c *cli.Context, what string) (string, error) {
	switch c.NArg() {
	case 0:
		return "", usagef("%s: %s is missing%s", c.Command.Name, what, thereAre(what))
	case 1:
		return c.Args().First(), nil
	}
	return "", usagef("%s takes one %s, and got %d arguments", c.Command.Name, what, c.NArg())
}

// thereAre names what could be meant by an argument that is missing.
func thereAre(what string) string {
	switch what {
	case "snapshot":
		text := ": a folder that export has written"
		if near := newestSnapshots(); len(near) > 0 {
			text += ", such as " + strings.Join(near[:min(3, len(near))], ", ")
		}
		return text
	case "shell":
		return ": " + strings.Join(shells, ", ")
	}
	return ""
}

// newestSnapshots are those in the working directory, the newest first.
func newestSnapshots() []string {
	var names []string
	written := map[string]time.Time{}
	for _, c := range snapshots("") {
		if info, err := os.Stat(c.value); c.says != "" && err == nil {
			names = append(names, quoted(c.value))
			written[quoted(c.value)] = info.ModTime()
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return written[b].Compare(written[a]) })
	return names
}

// noArguments fails where there is an argument: it would be ignored silently.
func noArguments(c *cli.Context) error {
	if c.Args().Present() {
		return usagef("%s takes no argument, and got %q", c.Command.Name, c.Args().First())
	}
	return nil
}
