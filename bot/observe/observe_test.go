package observe_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"passerelle/bot"
	"passerelle/bot/observe"
)

const secret = "quelle est la question secrète"

// stepper answers in steps of a second each.
type stepper struct {
	answer bot.Answer
	err    error
}

func (s stepper) Answer(_ context.Context, q bot.Question) (bot.Answer, error) {
	for _, step := range []bot.Step{bot.Searching, bot.Reading, bot.Writing, bot.Writing} {
		q.Progress(bot.Progress{Step: step})
		time.Sleep(time.Second)
	}
	return s.answer, s.err
}

func scrape(t *testing.T, m *observe.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	return w.Body.String()
}

func TestMetricsOfAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := observe.New("v1")
		told := 0
		good := stepper{answer: bot.Answer{Status: bot.Answered, Mode: bot.Generative, Language: "ru", Notice: bot.NoticeModelPartly, Claims: make([]bot.Claim, 3), Dropped: 2}}
		q := bot.Question{Text: secret, Who: "person-4711", Progress: func(bot.Progress) { told++ }}
		if a, err := m.Answerer(good).Answer(t.Context(), q); err != nil || a.Status != bot.Answered {
			t.Fatalf("%+v, %v", a, err)
		}
		wrong := errors.New("gone")
		if _, err := m.Answerer(stepper{err: wrong}).Answer(t.Context(), bot.Question{}); !errors.Is(err, wrong) {
			t.Errorf("error %v", err)
		}
		if told != 4 {
			t.Errorf("the asker was told %d steps of 4", told)
		}
		m.Limited("limit.person")
		m.Voted(true)
		m.Called("POST /channels", 200)
		m.Gateway(3, observe.Connecting)
		m.Gateway(3, observe.Ready)
		m.Heartbeat(3, 40*time.Millisecond)
		m.Connected(3, "resume")
		body := scrape(t, m)
		for _, want := range []string{
			`passerelle_questions_total{language="ru",mode="generative",status="answered"} 1`,
			`passerelle_question_failures_total 1`, `passerelle_questions_running 0`,
			`passerelle_claims_total{outcome="proven"} 3`, `passerelle_claims_total{outcome="dropped"} 2`,
			`passerelle_notices_total{notice="model_partly"} 1`,
			`passerelle_stage_seconds_sum{stage="writing"} 4`, `passerelle_stage_seconds_sum{stage="searching"} 2`, `passerelle_stage_seconds_sum{stage="all"} 8`,
			`passerelle_limited_total{limit="limit.person"} 1`, `passerelle_votes_total{vote="good"} 1`,
			`passerelle_discord_requests_total{route="POST /channels",status="200"} 1`,
			`passerelle_gateway_state{shard="3",state="connecting"} 0`, `passerelle_gateway_state{shard="3",state="ready"} 1`,
			`passerelle_gateway_latency_seconds{shard="3"} 0.04`, `passerelle_gateway_connections_total{kind="resume",shard="3"} 1`,
			`passerelle_build_info{version="v1"} 1`,
		} {
			if !strings.Contains(body, want+"\n") {
				t.Errorf("missing: %s", want)
			}
		}
		for _, private := range []string{secret, "person-4711"} {
			if strings.Contains(body, private) {
				t.Errorf("the metrics tell %q", private)
			}
		}
	})
}

func TestTraces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spans := tracetest.NewSpanRecorder()
		provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(spans))
		a := observe.Traced(stepper{answer: bot.Answer{Status: bot.Related, Language: "fr"}}, provider.Tracer("test"))
		if _, err := a.Answer(t.Context(), bot.Question{Text: secret}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range spans.Ended() {
			got = append(got, s.Name()+" "+s.EndTime().Sub(s.StartTime()).String())
			for _, value := range s.Attributes() {
				if strings.Contains(value.Value.String(), secret) {
					t.Error("a span tells the question")
				}
			}
		}
		want := []string{"searching 1s", "reading 1s", "writing 2s", "answer 4s"}
		if !slices.Equal(got, want) {
			t.Errorf("spans %q, want %q", got, want)
		}
		if _, err := observe.Traced(stepper{err: errors.New("gone")}, provider.Tracer("test")).Answer(t.Context(), bot.Question{}); err == nil {
			t.Error("the error is lost")
		}
	})
}
