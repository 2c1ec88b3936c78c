package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/limits"
	"passerelle/bot/observe"
	"passerelle/bot/web"
	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval/local"
)

// lastSpans is how long the end of the bot waits for a collector: with all else that ends, it stays under thirty seconds.
const lastSpans = 5 * time.Second

// observed measures a bot that serves people. Close it.
type observed struct {
	metrics *observe.Metrics
	spans   *sdk.TracerProvider // nil where none are sent
	log     *slog.Logger
}

func newObserved(c config.Config, log *slog.Logger) (*observed, error) {
	o := &observed{metrics: observe.New(build().Version), log: log}
	if c.Traces.Endpoint == "" {
		return o, nil
	}
	exporter, err := observe.NewExporter(c.Traces.Endpoint, nil)
	if err != nil {
		return nil, err
	}
	o.spans = observe.NewProvider(exporter, build().Version)
	return o, nil
}

// Close sends the last spans. A collector that is away costs them, and is no failure of the bot's.
func (o *observed) Close(ctx context.Context) {
	if o.spans == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSpans)
	defer cancel()
	if err := o.spans.Shutdown(ctx); err != nil {
		o.log.Warn("the last traces were not sent", "error", err)
	}
}

// with has the parts measured: what people get by metrics, answers out of memory too, for people count them; what is made
// by traces.
func (o *observed) with(p *parts) {
	share := p.share
	p.share = func(next bot.Answerer, s *local.Searcher) (_ bot.Answerer, err error) {
		if o.spans != nil {
			next = observe.Traced(next, o.spans.Tracer("passerelle"))
		}
		if share != nil {
			if next, err = share(next, s); err != nil {
				return nil, err
			}
		}
		return o.metrics.Answerer(next), nil
	}
}

// measure has what Discord's side does counted, too.
func (o *observed) measure(c *discord.Config) {
	c.Observer, c.Calls = o.metrics, o.metrics.Called
	if c.Community.Limits != nil {
		c.Community.Limits = countedLimits{c.Community.Limits, o.metrics}
	}
	if c.Community.Archive != nil {
		c.Community.Archive = countedVotes{c.Community.Archive, o.metrics}
	}
}

// countedLimits counts what limits refuse.
type countedLimits struct {
	discord.Limits
	metrics *observe.Metrics
}

// Admit implements discord.Limits.
func (l countedLimits) Admit(w limits.Who) (func(), error) {
	release, err := l.Limits.Admit(w)
	l.count(err)
	return release, err
}

// Turn implements discord.Limits.
func (l countedLimits) Turn(ctx context.Context, guild string) (func(), error) {
	done, err := l.Limits.Turn(ctx, guild)
	l.count(err)
	return done, err
}

func (l countedLimits) count(err error) {
	var refused *bot.UserError
	if errors.As(err, &refused) {
		l.metrics.Limited(refused.Key)
	}
}

// countedVotes counts votes that are kept. The reason for one comes later, as the same vote again.
type countedVotes struct {
	bot.Archive
	metrics *observe.Metrics
}

// Vote implements bot.Archive.
func (a countedVotes) Vote(ctx context.Context, v bot.Vote) error {
	err := a.Archive.Vote(ctx, v)
	if err == nil && v.Reason == "" {
		a.metrics.Voted(v.Good)
	}
	return err
}

// listen opens the address for machines that look after the bot; nil where none is set. Endpoint, which may be nil, takes
// interactions.
func (o *observed) listen(ctx context.Context, c config.Web, endpoint http.Handler, ready func(context.Context) error) (*web.Server, error) {
	if c.Address == "" {
		return nil, nil
	}
	handle := map[string]http.Handler{"GET /metrics": o.metrics.Handler()}
	if endpoint != nil {
		handle["/interactions"] = endpoint
	}
	server, err := web.Listen(ctx, web.Config{Address: c.Address, Ready: ready, Handle: handle})
	if err != nil {
		return nil, err
	}
	o.log.Info("web served", "address", server.Address(), "interactions", endpoint != nil)
	return server, nil
}
