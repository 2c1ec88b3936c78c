package llm

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
)

// Capabilities is what a server was found to take.
type Capabilities struct {
	Model           string // as the server names it
	MaxTokensField  string // one of the fields; "" when neither is taken
	ZeroTemperature bool
	ResponseFormat  string // the best that is taken
	StrictSchema    bool   // with FormatSchema: as it was taken
	PassedOver      bool   // what ResponseFormat asks for is taken, and not kept to
	Stream          bool
	StreamUsage     bool
}

// probeTokens bounds a probe's message; models that reason first need some.
const probeTokens = 800

// Probe tries out what a server takes, by up to ten short requests; what the Config prefers is tried first. The error is
// that of a server which does not answer the plainest of them, or stops answering.
func Probe(ctx context.Context, c Config) (Capabilities, error) {
	p := prober{ctx: ctx, config: c.withDefaults()}
	preferred := p.config
	p.config.OmitTemperature, p.config.ResponseFormat, p.config.MaxTokens = true, FormatNone, 0
	p.config.Stream, p.config.StreamUsage = false, false
	resp, err := p.ask(p.config)
	if err != nil {
		return Capabilities{}, err
	}
	found := Capabilities{Model: resp.Model}
	fields := []string{preferred.MaxTokensField, FieldMaxTokens, FieldMaxCompletionTokens}
	found.MaxTokensField = firstTaken(&p, fields, func(c *Config, field string) { c.MaxTokens, c.MaxTokensField = probeTokens, field },
		func(string, string) bool { return true })
	found.ZeroTemperature = p.takes(func(c *Config) { c.OmitTemperature = false })
	type format struct {
		name   string
		strict bool
	}
	formats := []format{
		{preferred.ResponseFormat, preferred.StrictSchema},
		{FormatSchema, false}, {FormatSchema, true}, {FormatObject, false}, {FormatNone, false},
	}
	var taken []format
	kept := firstTaken(&p, formats, func(c *Config, f format) { c.ResponseFormat, c.StrictSchema = f.name, f.strict },
		func(f format, reply string) bool {
			taken = append(taken, f)
			return f.name == FormatNone && len(taken) == 1 || json.Valid([]byte(strings.TrimSpace(reply)))
		})
	if kept.name == "" && len(taken) > 0 {
		kept, found.PassedOver = taken[0], true
	}
	found.ResponseFormat, found.StrictSchema = kept.name, kept.strict
	found.Stream = p.takes(func(c *Config) { c.Stream = true })
	found.StreamUsage = found.Stream && p.takes(func(c *Config) { c.StreamUsage = true })
	return found, p.err
}

// prober asks with the settings found so far.
type prober struct {
	ctx    context.Context //nolint:containedctx // a prober lives as long as one call of Probe
	config Config
	err    error
}

// takes tells whether a server takes a change of the settings, and keeps it if so.
func (p *prober) takes(change func(*Config), also ...func(reply string) bool) bool {
	if p.err != nil {
		return false
	}
	c := p.config
	change(&c)
	resp, err := p.ask(c)
	var failed *Error
	switch {
	case errors.As(err, &failed) && (failed.Kind == Refused || failed.Kind == Garbled):
		return false
	case err != nil:
		p.err = err
		return false
	}
	for _, good := range also {
		if !good(resp.Text) {
			return false
		}
	}
	p.config = c
	return true
}

// firstTaken returns the first of several ways that a server takes, with a reply that is good; the zero value for none.
func firstTaken[T comparable](p *prober, ways []T, change func(*Config, T), good func(way T, reply string) bool) (taken T) {
	var tried []T
	for _, way := range ways {
		again := false
		for _, t := range tried {
			again = again || t == way
		}
		tried = append(tried, way)
		if !again && p.takes(func(c *Config) { change(c, way) }, func(reply string) bool { return good(way, reply) }) {
			return way
		}
	}
	return taken
}

func (p *prober) ask(c Config) (Response, error) {
	client, err := New(c)
	if err != nil {
		return Response{}, err
	}
	defer client.Close()
	return client.Complete(p.ctx, Request{
		Messages:   []Message{{Role: User, Content: `Reply with this JSON object and nothing else: {"word": "yes"}`}},
		Schema:     json.RawMessage(`{"type":"object","properties":{"word":{"type":"string","maxLength":20}},"required":["word"],"additionalProperties":false}`),
		SchemaName: "probe",
		OnText:     func(string) {},
	})
}
