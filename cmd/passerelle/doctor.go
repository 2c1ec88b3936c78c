package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot/llm"
	"passerelle/bot/terminal"
	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval/embeddings"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/local"
)

type doctorCommand struct {
	Discord bool   `help:"Check the bot's application, its intents, gateway, clock and commands, too."`
	Health  string `help:"Only ask a running bot at its web.address whether it is alive, for a container's health check." placeholder:"ADDRESS"`
}

// probeTimeout is how long a check of Discord waits; the model has its own.
const probeTimeout = 10 * time.Second

// maxProbeBytes bounds what is read of an answer to a check.
const maxProbeBytes = 1 << 20

// userAgent has the form that Discord wants of a bot: DiscordBot (address, version).
const userAgent = "DiscordBot (https://github.com/bwmarrin/discordgo, v" + discordgo.VERSION + ")"

// verdict is the outcome of one check.
type verdict struct{ level, text string }

func ok(format string, args ...any) verdict   { return verdict{"ok", fmt.Sprintf(format, args...)} }
func warn(format string, args ...any) verdict { return verdict{"warn", fmt.Sprintf(format, args...)} }
func fail(format string, args ...any) verdict { return verdict{"fail", fmt.Sprintf(format, args...)} }

// Run checks one thing after another, a line each, and fails when one of them is wrong.
func (d *doctorCommand) Run(p *program) error {
	if d.Health != "" {
		return p.verdictOf("health", checkHealth(p.ctx, d.Health))
	}
	c, err := config.Load(p.source())
	if err != nil {
		var settings *config.Error
		if !errors.As(err, &settings) {
			settings = &config.Error{Problems: []config.Problem{{Text: err.Error()}}}
		}
		for _, problem := range settings.Problems {
			if err := p.verdict("config", fail("%s", problem)); err != nil {
				return err
			}
		}
		return errSaid // nothing else can be checked without settings
	}
	checks := []check{
		{"config", p.checkConfig}, {"data", checkData}, {"corpus", checkCorpus}, {"index", p.checkIndex},
		{"vector", checkEmbeddings}, {"token", checkToken}, {"model", checkModel},
	}
	if d.Discord {
		checks = append(checks, p.discordChecks()...)
	}
	broken := false
	for _, check := range checks {
		v := check.run(p.ctx, c)
		broken = broken || v.level == "fail"
		if err := p.verdict(check.name, v); err != nil {
			return err
		}
		if err := p.ctx.Err(); err != nil {
			return err
		}
	}
	if broken {
		return errSaid
	}
	return nil
}

// check is one line of the doctor's.
type check struct {
	name string
	run  func(context.Context, config.Config) verdict
}

// verdictOf says the one thing that was checked, and fails when that is wrong.
func (p *program) verdictOf(name string, v verdict) error {
	if err := p.verdict(name, v); err != nil {
		return err
	}
	if v.level == "fail" {
		return errSaid
	}
	return nil
}

func (p *program) verdict(name string, v verdict) error {
	_, err := fmt.Fprintf(p.out, "%-4s  %-6s  %s\n", v.level, name, terminal.Clean(v.text))
	return err
}

func (p *program) checkConfig(_ context.Context, c config.Config) verdict {
	switch {
	case len(c.Warnings) > 0:
		return warn("%s", strings.Join(c.Warnings, "; "))
	case c.File == "":
		return ok("no file, the defaults and the environment (a file would be %s)", p.source().Path())
	}
	return ok("%s", c.File)
}

func checkData(_ context.Context, c config.Config) verdict {
	dir, err := c.DataDir()
	if err != nil {
		return fail("%s", err)
	}
	if dir == "" {
		return ok("a temporary directory")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail("%s; name another directory with --data", err)
	}
	probe, err := os.CreateTemp(dir, "doctor-*")
	if err != nil {
		return fail("cannot write: %s; name another directory with --data", err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return fail("%s", err)
	}
	return ok("%s", dir)
}

func checkCorpus(_ context.Context, c config.Config) verdict {
	documents, _, err := corpus(c)
	if err != nil {
		return fail("%s", err)
	}
	if c.Corpus == "" {
		return ok("%d embedded documents", len(documents))
	}
	return ok("%d documents in %s", len(documents), c.Corpus)
}

func (p *program) checkIndex(ctx context.Context, c config.Config) verdict {
	if err := encoder.Check(); err != nil { // a search would go by words alone, and say so only then
		return fail("%s: this copy of passerelle is damaged, get it anew", err)
	}
	searcher, err := openIndex(ctx, c, local.Options{Progress: p.err, Log: p.logger(c.Log)})
	if err != nil {
		return fail("%s", err)
	}
	defer searcher.Close()
	s := searcher.Stats()
	if s.Vectors < s.Texts {
		return warn("%d passages, %d of %d vectors: passerelle index makes the rest", s.Passages, s.Vectors, s.Texts)
	}
	return ok("%d documents, %d passages, %.1f MB", s.Documents, s.Passages, float64(s.Bytes)/1e6)
}

// tokenForm is how tokens of bots look: the bot's id in base64, a time, a signature.
func tokenForm() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9_-]{18,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{20,}$`)
}

func checkToken(ctx context.Context, c config.Config) verdict {
	token, err := c.Discord.Secret()
	if err != nil {
		return fail("%s", err)
	}
	if !token.IsSet() {
		return ok("not set: no Discord, the terminal only")
	}
	answer, err := askDiscord(ctx, c.Discord.API, discordgo.EndpointUser("@me"), token)
	looks := ""
	if !tokenForm().MatchString(token.Reveal()) {
		looks = "; it does not look like a bot's token (three parts with dots between): copy it again"
	}
	switch {
	case err != nil:
		return fail("Discord cannot be reached: %s%s", err, looks)
	case answer.status == http.StatusUnauthorized:
		return fail("Discord refuses the token%s; reset it at https://discord.com/developers/applications", looks)
	case answer.status != http.StatusOK:
		return fail("Discord answers with status %d%s", answer.status, looks)
	}
	return ok("Discord accepts it")
}

// told is what Discord answered to the doctor.
type told struct {
	status int
	body   []byte
	at     time.Time // by Discord's clock; zero where it did not say
	skew   time.Duration
}

// askDiscord asks Discord for an address of its API. Its error holds no header, so no token.
func askDiscord(ctx context.Context, api, endpoint string, token config.Secret) (told, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	target, err := url.Parse(endpoint)
	if err != nil {
		return told{}, err
	}
	if api != "" {
		base, err := url.Parse(api)
		if err != nil {
			return told{}, err
		}
		target.Scheme, target.Host = base.Scheme, base.Host
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return told{}, err
	}
	request.Header.Set("Authorization", "Bot "+token.Reveal())
	request.Header.Set("User-Agent", userAgent)
	// A redirect would carry the token elsewhere.
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	begin := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return told{}, err
	}
	out := told{status: response.StatusCode}
	if out.at, err = http.ParseTime(response.Header.Get("Date")); err == nil {
		out.skew = begin.Add(time.Since(begin) / 2).Sub(out.at)
	}
	out.body, err = io.ReadAll(io.LimitReader(response.Body, maxProbeBytes))
	return out, errors.Join(err, response.Body.Close())
}

func checkEmbeddings(ctx context.Context, c config.Config) verdict {
	if !c.Embeddings.IsSet() {
		return ok("of the model inside")
	}
	client, err := newEmbeddings(c.Embeddings)
	if err != nil {
		return fail("%s", err)
	}
	defer client.Close()
	_, err = client.Query(ctx, "Lyon")
	if err == nil {
		_, err = client.Passages(ctx, []string{"Lyon", "Иркутск"})
	}
	var refused *embeddings.Error
	if errors.As(err, &refused) && refused.Detail != "" {
		return fail("%s: %s (%s)", c.Embeddings.BaseURL, err, refused.Detail)
	}
	if err != nil {
		return fail("%s: %s", c.Embeddings.BaseURL, err)
	}
	return ok("%s gives vectors of %d numbers", c.Embeddings.BaseURL, client.Dimension())
}

func checkModel(ctx context.Context, c config.Config) verdict {
	key, err := c.LLM.Secret()
	if err != nil {
		return fail("%s", err)
	}
	if c.LLM.Model == "" {
		if key.IsSet() {
			return warn("a key is set but no llm.model: answers are quotes alone")
		}
		return ok("not set: answers are quotes alone")
	}
	settings, err := modelSettings(c.LLM)
	if err != nil {
		return fail("%s", err)
	}
	found, err := llm.Probe(ctx, settings)
	var refused *llm.Error
	if errors.As(err, &refused) && refused.Detail != "" {
		return fail("%s at %s: %s (%s)", c.LLM.Model, c.LLM.BaseURL, err, refused.Detail)
	}
	if err != nil {
		return fail("%s at %s: %s", c.LLM.Model, c.LLM.BaseURL, err)
	}
	if changes := modelChanges(c.LLM, found); len(changes) > 0 {
		return fail("%s at %s answers as %s, but not with these settings; set %s", c.LLM.Model, c.LLM.BaseURL, found.Model, strings.Join(changes, ", "))
	}
	return ok("%s at %s answers as %s and takes the settings: %s, %s%s, temperature %s, %s", c.LLM.Model, c.LLM.BaseURL, found.Model,
		c.LLM.MaxTokensField, c.LLM.ResponseFormat, map[bool]string{true: " (but does not keep to it)"}[found.PassedOver], map[bool]string{true: "its own", false: "0"}[c.LLM.OmitTemperature],
		map[bool]string{true: "in pieces", false: "in one piece"}[c.LLM.Stream])
}

// modelChanges lists the settings that a server does not take, as they should be.
func modelChanges(c config.LLM, found llm.Capabilities) []string {
	var out []string
	set := func(wrong bool, key, value string) {
		if wrong {
			out = append(out, fmt.Sprintf("llm.%s: %s", key, value))
		}
	}
	set(found.MaxTokensField != "" && found.MaxTokensField != c.MaxTokensField, "max_tokens_field", found.MaxTokensField)
	set(!found.ZeroTemperature && !c.OmitTemperature, "omit_temperature", "true")
	set(found.ResponseFormat != c.ResponseFormat, "response_format", found.ResponseFormat)
	set(found.ResponseFormat == llm.FormatSchema && found.StrictSchema != c.StrictSchema, "strict_schema", strconv.FormatBool(found.StrictSchema))
	set(c.Stream && !found.Stream, "stream", "false")
	set(c.Stream && c.StreamOptions && !found.StreamUsage, "stream_options", "false")
	return out
}
