package observe_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/observe"
)

// once answers without a step.
type once struct{ err error }

func (o once) Answer(_ context.Context, _ bot.Question) (bot.Answer, error) {
	return bot.Answer{Status: bot.Answered}, o.err
}

// TestTracesReachACollector: what arrives is what opentelemetry-proto's JSON encoding wants.
func TestTracesReachACollector(t *testing.T) {
	var bodies [][]byte
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s %s: %v", r.Method, r.URL, r.Header.Get("Content-Type"), err)
		}
		bodies = append(bodies, body)
	}))
	defer collector.Close()
	exporter, err := observe.NewExporter(collector.URL+"/v1/traces", collector.Client())
	if err != nil {
		t.Fatal(err)
	}
	provider := observe.NewProvider(exporter, "v1")
	for _, wrong := range []error{nil, errors.New("gone")} {
		_, _ = observe.Traced(once{wrong}, provider.Tracer("passerelle")).Answer(t.Context(), bot.Question{Text: secret})
	}
	if err := provider.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(bodies) != 1 {
		t.Fatalf("%d requests", len(bodies))
	}
	var got struct {
		ResourceSpans []struct {
			Resource   struct{ Attributes []struct{ Key string } }
			ScopeSpans []struct {
				Spans []struct {
					TraceID, SpanID, ParentSpanID, Name, StartTimeUnixNano, EndTimeUnixNano string

					Kind   int
					Status struct{ Code int }
				}
			}
		}
	}
	if err := json.Unmarshal(bodies[0], &got); err != nil {
		t.Fatal(err)
	}
	spans := got.ResourceSpans[0].ScopeSpans[0].Spans
	if len(spans) != 4 || got.ResourceSpans[0].Resource.Attributes[0].Key != "service.name" {
		t.Fatalf("%s", bodies[0])
	}
	for i, s := range spans {
		if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(s.TraceID) || !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(s.SpanID) ||
			!regexp.MustCompile(`^\d{19}$`).MatchString(s.StartTimeUnixNano) || s.EndTimeUnixNano < s.StartTimeUnixNano || s.Kind != 1 {
			t.Errorf("span %+v", s)
		}
		if i%2 == 0 && (s.Name != "searching" || s.ParentSpanID != spans[i+1].SpanID || s.TraceID != spans[i+1].TraceID) {
			t.Errorf("step %+v of %+v", s, spans[i+1])
		}
	}
	if spans[1].Status.Code != 0 || spans[3].Status.Code != 2 {
		t.Errorf("status codes %d and %d, want 0 and 2 for an error", spans[1].Status.Code, spans[3].Status.Code)
	}
	if strings.Contains(string(bodies[0]), secret) {
		t.Error("the collector is told the question")
	}
}

func TestTracesOfBadEndpoints(t *testing.T) {
	for _, endpoint := range []string{"", "localhost:4318", "ftp://x/", "http://user:word@x/"} {
		if e, err := observe.NewExporter(endpoint, nil); err == nil || e != nil || strings.Contains(err.Error(), "word") {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	e, err := observe.NewExporter(refusing.URL, refusing.Client())
	if err != nil {
		t.Fatal(err)
	}
	provider := observe.NewProvider(e, "v1")
	_, _ = observe.Traced(once{}, provider.Tracer("p")).Answer(t.Context(), bot.Question{})
	if err := provider.ForceFlush(t.Context()); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("error %v", err)
	}
}
