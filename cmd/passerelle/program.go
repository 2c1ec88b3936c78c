package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"passerelle/bot"
	"passerelle/bot/card"
	"passerelle/bot/locale"
	"passerelle/bot/terminal"
	"passerelle/cmd/passerelle/internal/config"
)

// program is what every command is given.
type program struct {
	ctx context.Context
	streams
	globals globals
}

// source says where the settings are.
func (p *program) source() config.Source {
	// Without a working directory or a home there is no file to find there, which is no error.
	work, _ := os.Getwd()
	user, _ := os.UserConfigDir()
	return config.Source{
		File: p.globals.Config, WorkDir: work, UserDir: user, Environ: p.environ,
		Overrides: map[string]string{"data": p.globals.Data, "corpus": p.globals.Corpus},
	}
}

// settings reads the settings and warns of those that do nothing.
func (p *program) settings() (config.Config, error) {
	c, err := config.Load(p.source())
	if err != nil {
		return c, err
	}
	log := p.logger(c.Log)
	for _, warning := range c.Warnings {
		log.Warn(warning)
	}
	return c, nil
}

func (p *program) logger(c config.Log) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // the settings have checked it
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(p.err, options))
	}
	return slog.New(slog.NewTextHandler(p.err, options))
}

// open makes the parts of a command that answers.
func (p *program) open(with ...func(*parts)) (*parts, error) {
	c, err := p.settings()
	if err != nil {
		return nil, err
	}
	return openParts(p.ctx, c, p.globals.Wait, p.err, p.logger(c.Log), with...)
}

func (p *program) encoder() *terminal.Encoder { return terminal.NewEncoder(p.out) }

func (p *program) printer(texts *locale.Texts) *terminal.Printer {
	screen := p.screen(p.out)
	screen.Shell = "passerelle"
	return terminal.New(p.out, texts, screen)
}

// screen says what a stream can show.
func (p *program) screen(stream io.Writer) terminal.Options {
	width, tty := terminalWidth(stream)
	return terminal.Options{Width: width, Color: tty && p.variable("NO_COLOR") == "" && p.variable("TERM") != "dumb"}
}

func terminalWidth(stream any) (columns int, tty bool) {
	file, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 80, true
	}
	return columns, true
}

func (p *program) variable(name string) string {
	for _, entry := range p.environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// progress shows what a model is doing where a person watches; without either there is nothing to see. End takes it away.
func (p *program) progress(parts *parts) (tell func(bot.Progress), end func()) {
	width, tty := terminalWidth(p.err)
	if !tty || parts.model == nil {
		return nil, func() {}
	}
	status := terminal.NewStatus(p.err, parts.texts, width, p.client(parts.texts))
	return status.Tell, status.Clear
}

// client is the language of the person: --language, else that of the environment; "" when neither says.
func (p *program) client(texts *locale.Texts) string {
	if p.globals.Language != "" {
		return p.globals.Language
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		value := p.variable(name)
		if value == "" {
			continue
		}
		code, _, _ := strings.Cut(strings.ToLower(value), "_") // language_COUNTRY.CHARSET@VARIANT, as POSIX has it
		code, _, _ = strings.Cut(code, ".")
		code, _, _ = strings.Cut(code, "@")
		if slices.Contains(texts.Languages(), code) {
			return code
		}
		return ""
	}
	return ""
}

// say tells a person what they did wrong in their language; every error goes on to decide the exit status.
func (p *program) say(texts *locale.Texts, err error) error {
	var wrong *bot.UserError
	if errors.As(err, &wrong) {
		_ = terminal.New(p.err, texts, p.screen(p.err)).Line(p.message(texts, err))
	}
	return err
}

// message is what a person at a shell reads about an error: some texts of a conversation name a command with its slash
// and have another for here.
func (p *program) message(texts *locale.Texts, err error) string {
	var wrong *bot.UserError
	if errors.As(err, &wrong) && texts.Has("cli."+wrong.Key) {
		return texts.Text(p.client(texts), "cli."+wrong.Key, wrong.Data)
	}
	return terminal.Message(texts, p.client(texts), err)
}

// command runs one command of the service and prints its card.
func (p *program) command(name string, options map[string]string, show func(bot.Reply) error, with ...func(*parts)) error {
	parts, err := p.open(with...)
	if err != nil {
		return err
	}
	defer parts.Close()
	reply, err := parts.service.Run(p.ctx, name, bot.Invocation{Options: options, Language: p.client(parts.texts)})
	if err != nil {
		return p.say(parts.texts, err)
	}
	if show != nil {
		return show(reply)
	}
	return p.printer(parts.texts).Card(card.Layout(parts.texts, reply))
}
