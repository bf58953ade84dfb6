package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/logging"
	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/simulator"
)

func exportCommand() *cli.Command {
	return &cli.Command{
		Name:  "export",
		Usage: "collect the inventory and write a snapshot",
		Description: `Reads the SageMaker inventory of one or more AWS accounts in one or more
regions and writes it as a snapshot: a directory with the graph in every format
asked for. The directory appears under its name only when it is complete.

The account is that of the credentials. With --role-arn it is that of each role,
and with --organization all accounts of the organization. An account that cannot
be read is a gap.

Credentials and endpoints come from where every AWS tool takes them: the
environment, ~/.aws, SSO, roles, AWS_ENDPOINT_URL. The permissions that are
needed are printed by "sgexport policy".

With --demo there is no AWS account: an embedded SageMaker API serves the
inventory of a small company.`,
		Flags: slices.Concat([]cli.Flag{
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Value: "snapshot", Usage: "`DIR` to create, or - for one format on stdout"},
		}, formatFlags(), []cli.Flag{
			&cli.BoolFlag{Name: "overwrite", Usage: "replace the snapshot that is at DIR, when the new one is complete"},
			&cli.BoolFlag{Name: "resume", Usage: "go on from what a run into DIR had read that was killed or failed; the options must be the same"},
			&cli.StringFlag{Name: "base", Usage: "earlier snapshot, `DIR`: what cannot have changed since is taken from it, and listed only"},
			&cli.BoolFlag{Name: "strict", Usage: "publish a complete snapshot or none: a gap, or a limit of an option or its default, makes the run fail"},
			&cli.StringSliceFlag{Name: "region", Aliases: []string{"r"}, Usage: "`REGION` to read; may be given several times, or all, which are those that an account has enabled (default: that of the AWS configuration)"},
			&cli.StringFlag{Name: "profile", Usage: "`NAME` of a profile of the AWS configuration"},
			&cli.StringFlag{Name: "endpoint-url", Usage: "`URL` to send all API calls to, instead of AWS"},
		}, roleFlags(), accountFlags(), []cli.Flag{
			&cli.StringFlag{Name: "kinds", Usage: "comma-separated `LIST` of kinds to collect, such as Model,Endpoint (default: all)"},
			&cli.StringFlag{Name: "skip-kinds", Usage: "comma-separated `LIST` of kinds not to collect"},
			&cli.StringFlag{Name: "redact", Value: "secrets", Usage: "`WHAT` to take out: secrets (environments, scripts, credentials) or none"},
			&cli.IntFlag{Name: "concurrency", Value: 16, Usage: "calls in flight for each API operation and region, `N`"},
			&cli.Float64Flag{Name: "max-rps", DefaultText: "as many as AWS takes", Usage: "calls a second of one API operation in one region at most, `N`; 0 is no bound"},
			&cli.IntFlag{Name: "max-connections", Value: 256, Usage: "calls in flight in the whole run, `N`"},
			&cli.StringFlag{Name: "describe-limit", Value: "2000", Usage: "describe up to `N` resources of a kind one by one where Search lacks references; 0 is never, all is always"},
			neighborsFlag(),
			&cli.DurationFlag{Name: "call-timeout", Value: 30 * time.Second, Usage: "`TIME` for one attempt of a call, such as 30s"},
			&cli.DurationFlag{Name: "give-up-after", Value: 10 * time.Minute, Usage: "`TIME` after which a call that is throttled all the while is a gap"},
			&cli.DurationFlag{Name: "timeout", DefaultText: "no limit", Usage: "`TIME` for the whole run, such as 2h; then it stops, and nothing is published; 0 is no limit"},
			&cli.StringFlag{Name: "pipeline-executions", Value: "10", Usage: "read the newest `N` executions of each pipeline and monitoring schedule, or all"},
			&cli.StringFlag{Name: "now", Usage: "`TIME` of the snapshot, RFC 3339 (default: the clock)"},
			&cli.BoolFlag{Name: "demo", Usage: "read the embedded demo account instead of AWS"},
			&cli.StringFlag{Name: "log-format", Value: "text", Usage: "`FORMAT` of progress on stderr: text or json"},
			&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Usage: "say more on stderr: a line for each list (one kind in one region), with its calls, and all that is waited for"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "say nothing on stderr but gaps and errors"},
		}),
		Action: func(c *cli.Context) error {
			o, err := exportOptionsOf(c)
			if err != nil {
				return err
			}
			o.stdin, o.stderr = c.App.Reader, c.App.ErrWriter
			if !o.jsonLog {
				return o.runInTime(c.Context, c.App.Writer, c.App.ErrWriter)
			}
			began := time.Now()
			o.log = newRunLog(o.stderr, o.quiet)
			err = graph.NoPanic(func() error { return o.runInTime(c.Context, c.App.Writer, c.App.ErrWriter) })()
			return o.log.failed(c.Context, err, time.Since(began))
		},
	}
}

// exportOptions are the command line of export, checked.
type exportOptions struct {
	out           string
	formats       []format
	how           formatOptions
	overwrite     bool
	resume        bool          // from the spool that an earlier run left
	base          string        // earlier snapshot, or ""
	kept          snapshot.Kept // what that keeps, once it is opened
	strict        bool          // publish what is complete, or nothing
	regions       []string
	doubts        []string // what may be wrong with the options
	profile       string
	login         string // profile that gives the credentials, for advice
	stdin         io.Reader
	stderr        io.Writer
	endpoint      string
	kinds         []string // labels; nil is all
	redact        bool
	concurrency   int
	maxRPS        float64 // 0 is no bound
	connections   int
	describeLimit int
	newest        int       // of each pipeline's executions; negative is all
	now           time.Time // zero is the clock
	demo          bool
	neighbors     []string
	callTimeout   time.Duration // of one attempt of a call
	giveUpAfter   time.Duration // of a call that is throttled all the while
	timeout       time.Duration // of the run; 0 is none
	jsonLog       bool
	log           *runLog // where jsonLog is set
	quiet         bool
	verbose       bool
	taken         *atomic.Int64 // of what is read, what is sorted
	everywhere    bool          // all regions that an account has enabled

	accountOptions
}

func exportOptionsOf(c *cli.Context) (o exportOptions, err error) {
	if err := noArguments(c); err != nil {
		return o, err
	}
	o = exportOptions{
		out: c.String("out"), overwrite: c.Bool("overwrite"), resume: c.Bool("resume"), base: c.String("base"), strict: c.Bool("strict"), profile: c.String("profile"),
		endpoint: c.String("endpoint-url"), concurrency: c.Int("concurrency"), maxRPS: c.Float64("max-rps"), connections: c.Int("max-connections"), demo: c.Bool("demo"),
		callTimeout: c.Duration("call-timeout"), giveUpAfter: c.Duration("give-up-after"), timeout: c.Duration("timeout"), quiet: c.Bool("quiet"), verbose: c.Bool("verbose"),
	}
	if o.quiet && o.verbose {
		return o, usagef("--quiet and --verbose exclude one another")
	}
	for _, parse := range []func(*cli.Context) error{o.parseOutput, o.parseWhat, o.parseHow} {
		if err := parse(c); err != nil {
			return o, err
		}
	}
	return o, nil
}

// parseOutput reads where the snapshot goes, and in which formats.
func (o *exportOptions) parseOutput(c *cli.Context) (err error) {
	if o.out == "" {
		return usagef("--out is empty: give the directory to create")
	}
	if o.resume && o.out == "-" {
		return usagef("--resume goes on from what is kept beside --out DIR: what goes to stdout keeps nothing")
	}
	o.formats, o.how, err = formatsOf(c, o.out)
	return err
}

// parseWhat reads what is to be read.
func (o *exportOptions) parseWhat(c *cli.Context) (err error) {
	if o.kinds, err = kindsOf(c.String("kinds"), c.String("skip-kinds")); err != nil {
		return err
	}
	if err := o.parseRegions(c.StringSlice("region")); err != nil {
		return err
	}
	if err := o.parseAccounts(c); err != nil {
		return err
	}
	if err := checkEndpoint(o.endpoint); err != nil {
		return err
	}
	if o.describeLimit, err = countOf(c, "describe-limit"); err != nil {
		return err
	}
	if o.newest, err = countOf(c, "pipeline-executions"); err != nil {
		return err
	}
	o.neighbors, err = neighborsOf(c.String("neighbors"))
	return err
}

// parseHow reads how that is done.
func (o *exportOptions) parseHow(c *cli.Context) (err error) {
	switch r := c.String("redact"); r {
	case "secrets":
		o.redact = true
	case "none":
	default:
		return usagef("--redact is secrets or none, not %q", r)
	}
	if o.concurrency < 1 || o.concurrency > 1000 {
		return usagef("--concurrency is a number from 1 to 1000, not %d", o.concurrency)
	}
	if o.maxRPS != 0 && !(o.maxRPS >= 0.01 && o.maxRPS <= 1e6) {
		return usagef("--max-rps is a number from 0.01 on, or 0 for no bound, not %v", o.maxRPS)
	}
	if o.connections < 1 || o.connections > 10_000 {
		return usagef("--max-connections is a number from 1 to 10000, not %d", o.connections)
	}
	if err := o.checkTimes(); err != nil {
		return err
	}
	if o.now, err = timeOf(c.String("now")); err != nil {
		return err
	}
	if o.jsonLog, err = jsonLogOf(c.String("log-format")); err != nil {
		return err
	}
	if o.demo && (o.profile != "" || o.endpoint != "" || o.assumes()) {
		return usagef("--demo reads the embedded account: leave out --profile, --endpoint-url, --role-arn and --organization")
	}
	return nil
}

func compressionOf(s, out string) (jsonl.Compression, error) {
	switch {
	case s != "":
		return parseCompression(s)
	case out == "-":
		return jsonl.None, nil
	}
	return jsonl.Zstd, nil
}

// countOf returns the number that an option gives; all is -1.
func countOf(c *cli.Context, option string) (int, error) {
	s := c.String(option)
	if s == "all" {
		return -1, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, usagef("--%s is a number or all, not %q", option, s)
	}
	return n, nil
}

func neighborsFlag() cli.Flag {
	services := strings.Join(exporter.NeighborGroups(), ",")
	return &cli.StringFlag{Name: "neighbors", Value: services, Usage: "comma-separated `LIST` of services whose resources are read where SageMaker refers to them: " + services + ", or none"}
}

// neighborsOf returns the services whose resources are read too; none is an
// empty list.
func neighborsOf(list string) ([]string, error) {
	services := exporter.NeighborGroups()
	chosen := []string{}
	words := strings.Split(list, ",")
	for _, word := range words {
		switch word = strings.TrimSpace(word); {
		case word == "none" && len(words) == 1:
		case word == "none":
			return nil, usagef("--neighbors none stands alone, not in %q", list)
		case !slices.Contains(services, word):
			return nil, usagef("--neighbors is a list of %s, or none, not %q%s", strings.Join(services, ", "), word, didYouMean(word, append(services, "none")))
		case !slices.Contains(chosen, word):
			chosen = append(chosen, word)
		}
	}
	slices.Sort(chosen)
	return chosen, nil
}

// checkEndpoint fails for what no call can be sent to.
func checkEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	if endpoint != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		return usagef("--endpoint-url is an address such as http://127.0.0.1:8088, not %q", endpoint)
	}
	return nil
}

// checkTimes fails for time limits that would let no call through.
func (o *exportOptions) checkTimes() error {
	switch {
	case o.callTimeout <= 0:
		return usagef("--call-timeout is a time such as 30s, not %s", o.callTimeout)
	case o.giveUpAfter <= 0:
		return usagef("--give-up-after is a time such as 10m, not %s", o.giveUpAfter)
	case o.timeout < 0:
		return usagef("--timeout is a time such as 2h, or 0 for none, not %s", o.timeout)
	}
	return nil
}

func timeOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, usagef("--now is a time such as 2026-01-02T03:04:05Z, not %q", s)
	}
	return t.UTC().Truncate(time.Microsecond), nil
}

func jsonLogOf(s string) (bool, error) {
	if s != "text" && s != "json" {
		return false, usagef("--log-format is text or json, not %q", s)
	}
	return s == "json", nil
}

// oneStream fails for formats that cannot go to stdout.
func oneStream(fs []format) error {
	if len(fs) != 1 || fs[0].stream == nil {
		var able []string
		for _, f := range formats {
			if f.stream != nil {
				able = append(able, f.name)
			}
		}
		return usagef("--out - writes one stream: choose one --format of %s, not %s", strings.Join(able, ", "), describeFormats(fs))
	}
	return nil
}

// kindsOf returns the labels to collect, nil for all. A kind may be given with
// or without AWSSageMaker, in any case.
func kindsOf(only, skip string) ([]string, error) {
	all := exporter.Labels()
	parse := func(list string) ([]string, error) {
		var labels []string
		for _, word := range strings.Split(list, ",") {
			word = strings.TrimSpace(word)
			i := slices.IndexFunc(all, func(l string) bool {
				return strings.EqualFold(l, word) || strings.EqualFold(strings.TrimPrefix(l, "AWSSageMaker"), word)
			})
			if i < 0 {
				return nil, noKind(word, all)
			}
			labels = append(labels, all[i])
		}
		return labels, nil
	}
	var kinds []string
	if only != "" {
		var err error
		if kinds, err = parse(only); err != nil {
			return nil, err
		}
	}
	if skip != "" {
		skipped, err := parse(skip)
		if err != nil {
			return nil, err
		}
		if kinds == nil {
			kinds = slices.Clone(all)
		}
		kinds = slices.DeleteFunc(kinds, func(l string) bool { return slices.Contains(skipped, l) })
		if len(kinds) == 0 {
			return nil, usagef("--skip-kinds leaves no kind to collect")
		}
	}
	return kinds, nil
}

// noKind says that there is no such kind, what is near, and where they are listed.
func noKind(word string, all []string) error {
	for _, n := range exporter.NeighborKinds() {
		if strings.EqualFold(n.Label, word) || strings.EqualFold(strings.TrimPrefix(n.Label, "AWS"), word) {
			return usagef("%q is no kind of SageMaker's: %s is read with --neighbors %s", word, n.Label, n.Family)
		}
	}
	return usagef("there is no kind %q%s (docs/schema.md and 'sgexport schema' list them)", word, didYouMean(strings.TrimPrefix(word, kindPrefix), nouns(all)))
}

// errTimeout says that a run took longer than it may.
var errTimeout = errors.New("the time is up")

// runInTime is run within --timeout.
func (o *exportOptions) runInTime(ctx context.Context, stdout, stderr io.Writer) error {
	if o.timeout <= 0 {
		return o.run(ctx, stdout, stderr)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.timeout, errTimeout)
	defer cancel()
	err := o.run(ctx, stdout, stderr)
	if err == nil || errors.Is(err, errIncomplete) || context.Cause(ctx) != errTimeout {
		return err
	}
	late := fmt.Errorf("the run took longer than --timeout %s: nothing was published; give it more time, or less to read with --kinds or --region", o.timeout)
	if kept := (*keptError)(nil); errors.As(err, &kept) {
		return errors.Join(late, kept)
	}
	return late
}

// run is the export.
func (o *exportOptions) run(ctx context.Context, stdout, stderr io.Writer) (err error) {
	began, start := o.clock(), time.Now()
	o.taken = &atomic.Int64{}
	for _, d := range o.doubts {
		o.warn(d)
	}
	if err := o.openBase(ctx); err != nil { // before anything of an earlier run is removed
		return err
	}
	target, err := o.target()
	if err != nil {
		return err
	}
	var dirs runFolders
	if target != nil {
		defer func() { err = abort(target, dirs.spool, err) }()
	}
	dirs, remove, err := foldersOf(target)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	waits := &exporter.Waits{}
	inv, progress, err := o.collect(ctx, stderr, dirs, began, waits)
	if err != nil {
		return err
	}
	began = inv.Began
	defer progress.close(true)
	if o.strict && !inv.Report.Complete() {
		progress.close(true)
		return o.refuse(stderr, inv.Report)
	}
	var keep *exporter.Base
	if target != nil {
		file, err := target.Create(snapshot.BaseFile)
		if err != nil {
			return err
		}
		keep = exporter.NewBase(file)
		defer func() {
			if err != nil {
				_ = keep.Close() // it goes with the rest
			}
		}()
	}
	progress.sort(o.taken)
	g, err := inv.Resolve(ctx, keep)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	header := &graph.Header{Schema: g.Schema(), Absent: inv.Report.Absent(g.Schema()), Created: began, Tool: tool, Scopes: inv.Report.HeaderScopes()}
	counter := snapshot.NewCounter(header.Schema)
	create := streamTo(stdout, o.formats[0].stream, o.how.compression)
	var bytes func() int64
	if target != nil {
		create, bytes = target.Create, target.Bytes
	}
	to := progress.write(namesOf(o.formats), counter, g.AtMost, bytes)
	if err := writeGraph(g, inv.Report, counter, to, opensOf(o.formats, o.how), create, header); err != nil {
		return err
	}
	progress.publish()
	var m *snapshot.Manifest
	if target != nil {
		if err := keep.Close(); err != nil {
			return err
		}
		m = o.manifest(inv, counter, began)
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := target.Publish(m, header.Schema); err != nil {
			return err
		}
	}
	progress.close(false)
	throttled, retried := waits.Again()
	r := result{report: inv.Report, counts: counter.Counts(), manifest: m, took: time.Since(start), throttled: throttled, retried: retried}
	progress.sumUp(&r)
	return o.summarize(stderr, r)
}

// target reserves the place of the snapshot; nil where it goes to stdout.
func (o *exportOptions) target() (*snapshot.Builder, error) {
	if o.out == "-" {
		return nil, nil
	}
	target, err := snapshot.Create(o.out, snapshot.CreateOptions{Overwrite: o.overwrite, Resume: o.resume, Notice: o.notice})
	if errors.Is(err, snapshot.ErrExists) {
		return nil, usageError{err}
	}
	return target, err
}

// abort ends a run, if it has not published: what it had read stays, where another can
// go on from it, and the error says so.
func abort(target *snapshot.Builder, spool string, err error) error {
	kept := exporter.Finished(spool)
	target.Keep(kept > 0)
	if kept > 0 && err != nil && !errors.As(err, new(*exporter.ResumeError)) {
		err = errors.Join(err, &keptError{kept})
	}
	return errors.Join(err, target.Abort())
}

// A keptError says beside the failure of a run that another can go on from it.
type keptError struct{ lists int }

func (e *keptError) Error() string {
	return "nothing was published, and what was read to its end is kept (" + snapshot.Counted(e.lists, "list") + "): the same command with --resume goes on from it"
}

// interruptedText says what a run leaves that was told to stop.
func interruptedText(err error) string {
	if kept := (*keptError)(nil); errors.As(err, &kept) {
		return "interrupted: " + kept.Error()
	}
	return "interrupted: nothing was published; the same command begins again"
}

// connectionsWithin is how many of the connections that are asked for a run may have:
// half of the files that it may open are for the spool and the snapshot.
func connectionsWithin(asked, files int) int { return max(1, min(asked, files/2)) }

// openBase finds what the snapshot of --base keeps; nil is none. What is no snapshot, or
// damaged, is a slip of whoever gave it.
func (o *exportOptions) openBase(ctx context.Context) error {
	if o.base == "" {
		return nil
	}
	kept, err := snapshot.Base(ctx, o.base)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return usagef("--base: %w; it takes the folder of an earlier snapshot, and without it everything is read", err)
	case kept.Path == "":
		o.doubtBase("it keeps nothing: an earlier version made it")
	}
	o.kept = *kept
	return nil
}

// baseID tells the snapshot of --base from others.
func (o *exportOptions) baseID() exporter.BaseID {
	if o.kept.SHA256 == "" {
		return exporter.BaseID{}
	}
	return exporter.BaseID{Snapshot: o.kept.Snapshot.Format(time.RFC3339Nano), SHA256: o.kept.SHA256}
}

// basesOf says what a snapshot has of earlier ones.
func basesOf(inv *exporter.Inventory) (all []snapshot.Reuse) {
	for id, n := range inv.Reused {
		at, _ := time.Parse(time.RFC3339Nano, id.Snapshot) // baseID wrote it
		all = append(all, snapshot.Reuse{Snapshot: at, ManifestSHA256: id.SHA256, Reused: n})
	}
	slices.SortFunc(all, func(a, b snapshot.Reuse) int {
		return cmp.Or(a.Snapshot.Compare(b.Snapshot), cmp.Compare(a.ManifestSHA256, b.ManifestSHA256))
	})
	return all
}

// doubtBase says why --base is of no use.
func (o *exportOptions) doubtBase(why string) {
	o.warn(fmt.Sprintf("--base %s is of no use here, and everything is read: %s", o.base, why))
}

// notice says what is no error, such as what an earlier run had left.
func (o *exportOptions) notice(text string) {
	switch {
	case o.jsonLog:
		o.log.Info("notice", "text", text)
	case !o.quiet:
		wrapTo(o.stderr, "", "  ", text, columnsOf(o.stderr))
	}
}

// warn says what may be wrong, also where little is said.
func (o *exportOptions) warn(text string) {
	if o.jsonLog {
		o.log.Warn("notice", "text", text)
		return
	}
	wrapTo(o.stderr, "", "  ", "warning: "+text, columnsOf(o.stderr))
}

// collect reads the inventory into the scratch folder, and shows how far it is. Who calls
// it closes the progress, where there is no error.
func (o *exportOptions) collect(ctx context.Context, stderr io.Writer, dirs runFolders, began time.Time, waits *exporter.Waits) (inv *exporter.Inventory, progress *progress, err error) {
	cfg, stop, err := o.aws(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	targets, err := o.targets(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	o.accounts = len(targets)
	progress = newProgress(stderr, o, waits, time.Now)
	progress.start()
	inv, err = exporter.Collect(ctx, exporter.Config{
		Targets: targets, Kinds: o.kinds, Neighbors: o.neighbors,
		Concurrency: o.concurrency, MaxRPS: o.maxRPS, Connections: connectionsWithin(o.connections, openFiles()), DescribeLimit: o.describeLimit, Newest: o.newest, CallTimeout: o.callTimeout, GiveUpAfter: o.giveUpAfter,
		Redact: o.redact, Dir: dirs.scratch, Spool: dirs.spool, Resume: o.resume, Program: tool, Began: began, Base: o.kept.Path, BaseID: o.baseID(), Doubt: o.doubtBase, Observe: progress.event, Clock: time.Now, Waits: waits, Taken: o.taken,
	})
	if err != nil {
		progress.close(true)
		return nil, nil, o.explain(err)
	}
	return inv, progress, nil
}

// manifest says what the snapshot holds.
func (o *exportOptions) manifest(inv *exporter.Inventory, counter *snapshot.Counter, began time.Time) *snapshot.Manifest {
	return &snapshot.Manifest{
		Tool: "sgexport", ToolVersion: version, Snapshot: began, Began: began, Ended: o.clock(),
		Report: *inv.Report, Counts: counter.Counts(), Formats: namesOf(o.formats), Options: o.recorded(),
		Redaction: snapshot.Redaction{Mode: redactionMode(o.redact), Fields: inv.Redacted}, Bases: basesOf(inv),
	}
}

func (o *exportOptions) clock() time.Time {
	if !o.now.IsZero() {
		return o.now
	}
	return time.Now().UTC().Truncate(time.Microsecond)
}

func redactionMode(redact bool) string {
	if redact {
		return "secrets"
	}
	return "none"
}

// recorded are the options that the manifest keeps: those that decide what is
// in the snapshot.
func (o *exportOptions) recorded() map[string]any {
	m := map[string]any{"regions": o.regionNames(), "describe_limit": o.describeLimit, "pipeline_executions": o.newest, "neighbors": o.neighbors, "demo": o.demo}
	if o.newest < 0 {
		m["pipeline_executions"] = "all"
	}
	if o.kinds != nil {
		m["kinds"] = o.kinds
	}
	if o.describeLimit < 0 {
		m["describe_limit"] = "all"
	}
	o.recordAccounts(m)
	o.how.record(m)
	return m
}

// runFolders are the private ones of a run.
type runFolders struct {
	scratch string // for what is sorted
	spool   string // for what is read
}

// foldersOf returns private directories on the disk of the snapshot, or temporary ones
// where there is none, and what removes those.
func foldersOf(target *snapshot.Builder) (dirs runFolders, remove func() error, err error) {
	if target != nil {
		dirs.scratch, err = target.Scratch()
		if err == nil {
			dirs.spool, err = target.Spool()
		}
		return dirs, func() error { return nil }, err
	}
	dir, err := os.MkdirTemp("", "sgexport-")
	if err != nil {
		return dirs, nil, err
	}
	return runFolders{dir, filepath.Join(dir, "spool")}, func() error { return os.RemoveAll(dir) }, nil
}

// writeGraph sends the graph to one sink of each format, by way of another and of a
// counter behind that.
func writeGraph(g *exporter.Graph, report *graph.Report, counter *snapshot.Counter, to graph.Sink, opens []graph.Open, create graph.Create, h *graph.Header) error {
	sink, err := openAll(opens, create, h)
	if err != nil {
		return err
	}
	counter.To(sink)
	return errors.Join(g.Send(to, audit.NewGatherer(h, report)), counter.Close())
}

// openAll opens a sink of each format, as one.
func openAll(opens []graph.Open, create graph.Create, h *graph.Header) (graph.Sink, error) {
	var sinks []graph.Sink
	for _, open := range opens {
		s, err := open(create, h)
		if err != nil {
			for _, s := range sinks {
				err = errors.Join(err, s.Close())
			}
			return nil, err
		}
		sinks = append(sinks, s)
	}
	return snapshot.Fan(sinks...), nil
}

// streamTo is a graph.Create that sends the files called names to w and drops
// the others.
func streamTo(w io.Writer, names []string, compression jsonl.Compression) graph.Create {
	return func(name string) (io.WriteCloser, error) {
		for _, n := range names {
			if name == n || name == n+compression.Suffix() {
				return nopCloser{w}, nil
			}
		}
		return nopCloser{io.Discard}, nil
	}
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// aws returns where the API is and who calls it, and settles the regions.
func (o *exportOptions) aws(ctx context.Context) (cfg aws.Config, stop func() error, err error) {
	stop = func() error { return nil }
	if o.demo {
		inventory, err := simulator.Demo()
		if err != nil {
			return cfg, stop, err
		}
		if o.regions == nil {
			o.regions = inventory.Regions()
		}
		url, stop, err := simulator.Serve(ctx, simulator.New(inventory, simulator.Options{}), "127.0.0.1:0")
		if err != nil {
			return cfg, func() error { return nil }, err
		}
		return aws.Config{
			BaseEndpoint: aws.String(url), HTTPClient: httpClient(o.connections), Logger: logging.Nop{},
			Credentials: credentials.NewStaticCredentialsProvider("demo", "demo", ""),
		}, stop, nil
	}
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(httpClient(o.connections)),
		config.WithLogger(logging.Nop{}), // what matters comes as an error
	}
	if len(o.regions) > 0 {
		options = append(options, config.WithDefaultRegion(o.regions[0])) // for STS and sign-in
	}
	cfg, err = loadAWS(ctx, o.profile, o.stdin, o.stderr, options...)
	o.login = loginProfile(cfg, o.profile)
	if err != nil {
		return cfg, stop, o.explain(err)
	}
	if o.endpoint != "" {
		cfg.BaseEndpoint = aws.String(o.endpoint)
	}
	if o.everywhere && cfg.Region == "" {
		cfg.Region = o.homeRegion()
	}
	if o.regions == nil && !o.everywhere {
		if cfg.Region == "" {
			return cfg, stop, usagef("no region: give --region, or set AWS_REGION or a region in the AWS configuration")
		}
		if err := checkRegion(cfg.Region, cfg.BaseEndpoint != nil); err != nil {
			return cfg, stop, err
		}
		if o.doubtRegion(cfg.Region); len(o.doubts) > 0 {
			o.warn(o.doubts[0])
		}
		o.regions = []string{cfg.Region}
	}
	// Here and not in the middle of the run: a role may want an MFA code.
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, stop, o.explain(err)
	}
	return cfg, stop, nil
}

// httpClient keeps a connection for each call in flight: sixteen kinds and more
// are read at once.
func httpClient(calls int) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(idleConnections(calls))
}

// explain adds to an error what the user can do about it.
func (o *exportOptions) explain(err error) error {
	var c *exporter.CredentialsError
	var e *exporter.EndpointError
	if errors.As(err, new(*exporter.ResumeError)) {
		return usagef("--resume: %w; give the options that it had, or begin anew without --resume", err)
	}
	var d *exporter.DeniedError
	var r *exporter.RegionsError
	switch {
	case errors.As(err, &c) && o.accounts > 1:
		return fmt.Errorf("none of the %d accounts could be read; the first: %w; %s", o.accounts, c, adviceFor(c, o.login))
	case errors.As(err, &c):
		return fmt.Errorf("%w; %s", c, adviceFor(c, o.login)) // c, not err: without what the SDK puts before it
	case errors.As(err, &r):
		return fmt.Errorf("%w; name the regions with --region, or see what 'sgexport policy --region all' needs", err)
	case errors.As(err, &d) && strings.Contains(err.Error(), "GetCallerIdentity"):
		return fmt.Errorf("%w; nothing was published: STS answers this to who needs no permission to ask, so a policy of the organization, of the session or of a VPC endpoint denies it: ask who administers the account", err)
	case errors.As(err, &d):
		return fmt.Errorf("%w; nothing was published: the permissions that are needed are printed by 'sgexport policy'", err)
	case errors.As(err, &e) && calling.DoubtsCredentials(e.Code):
		return fmt.Errorf("%w; AWS STS takes the credentials, so the account has not enabled the region, or its policies close it: give --region one that is open", err)
	case errors.As(err, &e):
		return fmt.Errorf("%w; check the network, the region, --endpoint-url and AWS_ENDPOINT_URL", err)
	}
	return err
}
