// Passerelle answers questions on Franco-Russian regional cooperation, in French, Russian and English, by exact quotes.
//
//	passerelle ask "Qui dirigeait la délégation d'Irkoutsk à Lyon ?"
//	passerelle chat
//	DISCORD_TOKEN=… passerelle bot
//
// Its settings are those of config.example.yaml; passerelle doctor says which are in force and whether they work.
//
// Exit status: 0 done; 1 failed, with a line on standard error that says what, and what to do; 2 the command line, the
// settings or the question are not understood; 130 interrupted. With - in place of a question, each line of standard
// input is a question; one that cannot be answered gets an error in its place (--json) or on standard error, and the
// status is 1 only in the latter case.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"passerelle/bot"
	"passerelle/bot/terminal"
	"passerelle/cmd/passerelle/internal/config"
)

const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, os.Environ()}))
}

// streams are what the program has of the outside world.
type streams struct {
	in      io.Reader
	out     io.Writer
	err     io.Writer
	environ []string
}

type commandLine struct {
	globals

	Start      startCommand      `cmd:"" default:"1" hidden:""`
	Ask        askCommand        `cmd:"" help:"Answer a question by exact quotes."`
	Chat       chatCommand       `cmd:"" help:"Talk in the terminal: questions, and the commands of Discord."`
	Search     searchCommand     `cmd:"" help:"List the passages that fit a question best."`
	Delegation delegationCommand `cmd:"" help:"Tell of the delegations that went from or to a place."`
	Sources    sourcesCommand    `cmd:"" help:"Tell what has been read: how many documents, by whom, from when."`
	Help       helpCommand       `cmd:"" help:"Tell how to ask and how to read an answer."`
	Prove      proveCommand      `cmd:"" help:"Prove claims by the quotes of passages, all from a file."`
	Check      checkCommand      `cmd:"" help:"Check a text that somebody wrote, sentence by sentence, against the articles."`
	Show       showCommand       `cmd:"" help:"Show a document whole."`
	Documents  documentsCommand  `cmd:"" help:"List all documents."`
	Index      indexCommand      `cmd:"" help:"Build the index where there is none yet, and describe it."`
	Eval       evalCommand       `cmd:"" help:"Measure the search on questions whose answers are known, or the proof on claims that are."`
	Doctor     doctorCommand     `cmd:"" help:"Check settings, index, Discord token and model."`
	Bot        botCommand        `cmd:"" help:"Serve Discord until interrupted."`
	Commands   commandsCommand   `cmd:"" help:"Compare the commands that Discord has with those of this program, or bring them up to date."`
	Preview    previewCommand    `cmd:"" help:"Write a reply as HTML that looks much as Discord shows it."`
	Version    versionCommand    `cmd:"" help:"Say which build this is."`
}

// globals are the flags of every command.
type globals struct {
	Config   string `help:"Settings (default: ./config.yaml, then the user's configuration directory)." placeholder:"FILE"`
	Data     string `help:"Directory of the indexes; :memory: for a temporary one." placeholder:"DIR"`
	Corpus   string `help:"Read the .md and .txt files of this directory instead of the embedded articles." placeholder:"DIR"`
	Wait     bool   `help:"Make all vectors before anything else, however many are missing; else up to 2,000."`
	Language string `help:"Language of answers: fr, ru or en (default: that of the question)." enum:"fr,ru,en," default:"" placeholder:"CODE"`
}

func run(ctx context.Context, args []string, s streams) int {
	if err := encoded(args); err != nil {
		return report(ctx, s.err, &usageError{err})
	}
	var cli commandLine
	exit := -1
	parser, err := kong.New(&cli,
		kong.Name("passerelle"),
		kong.Description("Answers on Franco-Russian regional cooperation, by exact quotes."),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
	)
	if err != nil {
		fmt.Fprintln(s.err, "passerelle:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 { // --help has been printed
		return exit
	}
	if err == nil {
		err = parsed.Run(&program{ctx: ctx, streams: s, globals: cli.globals})
	} else {
		err = &usageError{err}
	}
	return report(ctx, s.err, err)
}

// usageError is a mistake on the command line.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

// errSaid ends the program with status 1 when what went wrong has been said.
var errSaid = errors.New("already said")

func report(ctx context.Context, out io.Writer, err error) int {
	var (
		usage    *usageError
		settings *config.Error
		asked    *bot.UserError
	)
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, syscall.EPIPE), errors.Is(err, errSaid): // who closed the pipe has read enough
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintf(out, "passerelle: %s; see passerelle --help\n", terminal.Clean(err.Error()))
		return exitUsage
	case errors.As(err, &settings):
		for _, p := range settings.Problems {
			fmt.Fprintf(out, "passerelle: %s\n", terminal.Clean(p.String()))
		}
		return exitUsage
	case errors.As(err, &asked):
		return exitUsage // program.say has told the person in their language
	}
	for _, line := range each(err) {
		fmt.Fprintf(out, "passerelle: %s\n", terminal.Clean(line))
	}
	return exitFailed
}

// each returns the texts of the errors that were joined into one, each behind what was put before them together.
func each(err error) []string {
	whole := err.Error()
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		joined, ok := inner.(interface{ Unwrap() []error })
		if !ok || inner.Error() != errors.Join(joined.Unwrap()...).Error() || !strings.HasSuffix(whole, inner.Error()) {
			continue
		}
		var lines []string
		for _, one := range joined.Unwrap() {
			for _, line := range each(one) {
				lines = append(lines, strings.TrimSuffix(whole, inner.Error())+line)
			}
		}
		return lines
	}
	return []string{whole}
}
