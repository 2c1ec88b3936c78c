// Package observe measures a running bot: Prometheus metrics in a registry of its own, and OpenTelemetry spans where a
// tracer is given. Neither holds what people wrote, nor who they are.
package observe

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"passerelle/bot"
)

// Metrics are those of one process. Make it with New; it is safe for concurrent use.
type Metrics struct {
	registry  *prometheus.Registry
	questions *prometheus.CounterVec
	failures  prometheus.Counter
	running   prometheus.Gauge
	seconds   *prometheus.HistogramVec
	claims    *prometheus.CounterVec
	notices   *prometheus.CounterVec
	limited   *prometheus.CounterVec
	votes     *prometheus.CounterVec
	calls     *prometheus.CounterVec
	gateway   *prometheus.GaugeVec
	latency   *prometheus.GaugeVec
	reconnect *prometheus.CounterVec
}

// seconds from a warm question answered by quotes to a slow model at its deadline.
var secondsBuckets = [...]float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30, 60, 120}

// States of a shard's connection to Discord's gateway.
const (
	Disconnected = "disconnected"
	Connecting   = "connecting"
	Ready        = "ready"
)

// New makes Metrics with the Go runtime's and the process's own.
func New(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "passerelle_" + name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "passerelle_" + name, Help: help}, labels)
		m.registry.MustRegister(g)
		return g
	}
	m.questions = counter("questions_total", "Questions by outcome (answered, related, refused), mode (extractive, generative) and language.", "status", "mode", "language")
	m.failures = counter("question_failures_total", "Questions that got no answer at all.").WithLabelValues()
	m.running = gauge("questions_running", "Questions being answered.").WithLabelValues()
	m.claims = counter("claims_total", "Claims shown (proven) and claims of the model that were not (dropped).", "outcome")
	m.notices = counter("notices_total", "Answers made without something, by what that was.", "notice")
	m.limited = counter("limited_total", "Questions refused by a limit, by the limit.", "limit")
	m.votes = counter("votes_total", "Votes on answers.", "vote")
	m.calls = counter("discord_requests_total", "Requests to Discord's REST API by route and status; a status of 0 is none.", "route", "status")
	m.gateway = gauge("gateway_state", "1 for the state in which a shard's connection is.", "shard", "state")
	m.latency = gauge("gateway_latency_seconds", "Time from a shard's last heartbeat to its acknowledgement.", "shard")
	m.reconnect = counter("gateway_connections_total", "Connections that a shard began, by kind (identify, resume).", "shard", "kind")
	m.seconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "passerelle_stage_seconds", Help: "Time that the stages of an answer took; all is the whole answer.", Buckets: secondsBuckets[:],
	}, []string{"stage"})
	m.registry.MustRegister(m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge("build_info", "1, with the version of the program.", "version").WithLabelValues(version).Set(1)
	return m
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Limited counts a question that a limit refused; limit is the key of the error's text.
func (m *Metrics) Limited(limit string) { m.limited.WithLabelValues(limit).Inc() }

// Voted counts a vote.
func (m *Metrics) Voted(good bool) {
	vote := "bad"
	if good {
		vote = "good"
	}
	m.votes.WithLabelValues(vote).Inc()
}

// Called counts a request to Discord. The route holds no ids; status is HTTP's, 0 where none came.
func (m *Metrics) Called(route string, status int) {
	m.calls.WithLabelValues(route, strconv.Itoa(status)).Inc()
}

// Gateway sets a shard's state.
func (m *Metrics) Gateway(shard int, state string) {
	for _, s := range []string{Disconnected, Connecting, Ready} {
		is := 0.0
		if s == state {
			is = 1
		}
		m.gateway.WithLabelValues(strconv.Itoa(shard), s).Set(is)
	}
}

// Heartbeat sets how long a shard's last heartbeat took to be acknowledged.
func (m *Metrics) Heartbeat(shard int, latency time.Duration) {
	m.latency.WithLabelValues(strconv.Itoa(shard)).Set(latency.Seconds())
}

// Connected counts a connection that a shard began, by identify or resume.
func (m *Metrics) Connected(shard int, kind string) {
	m.reconnect.WithLabelValues(strconv.Itoa(shard), kind).Inc()
}

// Answerer measures the answers of next.
func (m *Metrics) Answerer(next bot.Answerer) bot.Answerer { return measured{m, next} }

type measured struct {
	*Metrics
	next bot.Answerer
}

// Answer implements bot.Answerer.
func (m measured) Answer(ctx context.Context, q bot.Question) (bot.Answer, error) {
	m.running.Inc()
	defer m.running.Dec()
	begin := time.Now()
	stages := newStages(begin, func(stage string, took time.Duration) { m.seconds.WithLabelValues(stage).Observe(took.Seconds()) })
	q.Progress = stages.watch(q.Progress)
	a, err := m.next.Answer(ctx, q)
	stages.end(time.Now())
	m.seconds.WithLabelValues("all").Observe(time.Since(begin).Seconds())
	if err != nil {
		m.failures.Inc()
		return a, err
	}
	m.questions.WithLabelValues(string(a.Status), string(a.Mode), a.Language).Inc()
	m.claims.WithLabelValues("proven").Add(float64(len(a.Claims)))
	m.claims.WithLabelValues("dropped").Add(float64(a.Dropped))
	if a.Notice != "" {
		m.notices.WithLabelValues(string(a.Notice)).Inc()
	}
	return a, nil
}

// stages tells how long each step of an answer took: from its first sign to that of the next one.
type stages struct {
	tell func(stage string, took time.Duration)

	mu    sync.Mutex
	step  bot.Step
	since time.Time
}

func newStages(begin time.Time, tell func(string, time.Duration)) *stages {
	return &stages{tell: tell, step: bot.Searching, since: begin}
}

// watch returns a Progress that also tells next, which may be nil.
func (s *stages) watch(next func(bot.Progress)) func(bot.Progress) {
	return func(p bot.Progress) {
		s.turn(p.Step, time.Now())
		if next != nil {
			next(p)
		}
	}
}

func (s *stages) turn(step bot.Step, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if step == s.step || s.step == "" {
		return
	}
	s.tell(string(s.step), now.Sub(s.since))
	s.step, s.since = step, now
}

func (s *stages) end(now time.Time) { s.turn("", now) }
