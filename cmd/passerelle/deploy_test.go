package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"passerelle/bot"
	"passerelle/bot/observe"
	"passerelle/cmd/passerelle/internal/config"
)

const deployed = "../../deploy"

type answered bot.Answer

func (a answered) Answer(context.Context, bot.Question) (bot.Answer, error) {
	return bot.Answer(a), nil
}

// scrape is everything that a process can tell.
func scrape(t *testing.T) string {
	t.Helper()
	m := observe.New("test")
	if _, err := m.Answerer(answered{Status: bot.Answered, Mode: bot.Generative, Language: "fr", Notice: bot.NoticeModelPartly, Dropped: 1}).Answer(t.Context(), bot.Question{}); err != nil {
		t.Fatal(err)
	}
	m.Limited("limit.queue")
	m.Voted(true)
	m.Called("GET /", 200)
	m.Gateway(0, observe.Ready)
	m.Heartbeat(0, time.Second)
	m.Connected(0, "identify")
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	return w.Body.String()
}

// What dashboard, alerts and manual name is measured, and what is measured is explained.
func TestMetricsThatAreNamedExist(t *testing.T) {
	told := scrape(t)
	exists := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z_]+)[{ ]`).FindAllStringSubmatch(told, -1) {
		exists[m[1]] = true
	}
	named := regexp.MustCompile(`\b(?:passerelle|process|go)_[a-z_]+\b`)
	for _, file := range []string{"grafana.json", "alerts.yaml", "../docs/operate.md"} {
		text := readDeployed(t, file)
		all := named.FindAllString(text, -1)
		if len(all) == 0 {
			t.Errorf("%s names no metric", file)
		}
		for _, name := range all {
			if !exists[name] && !exists[name+"_count"] {
				t.Errorf("%s names %s, which no process tells", file, name)
			}
		}
	}
	manual := readDeployed(t, "../docs/operate.md")
	for name := range exists {
		family := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		if strings.HasPrefix(name, "passerelle_") && !strings.Contains(manual, "`"+family+"`") {
			t.Errorf("docs/operate.md does not explain %s", family)
		}
	}
}

func TestDeployedFilesAreWellFormed(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(readDeployed(t, "grafana.json")), &dashboard); err != nil || len(dashboard.Panels) < 10 {
		t.Fatalf("grafana.json: %d panels, %v", len(dashboard.Panels), err)
	}
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			if strings.Count(target.Expr, "(") != strings.Count(target.Expr, ")") || strings.Count(target.Expr, "{") != strings.Count(target.Expr, "}") {
				t.Errorf("%s: brackets of %s", p.Title, target.Expr)
			}
		}
	}
	for _, file := range []string{"compose.yaml", "alerts.yaml", "../.goreleaser.yaml"} {
		var parsed map[string]any
		if err := yaml.Unmarshal([]byte(readDeployed(t, file)), &parsed); err != nil || len(parsed) == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// A variable that is misspelt there would be found by whoever deploys.
func TestDeployedVariablesExist(t *testing.T) {
	var known []string
	for _, key := range config.Keys() {
		known = append(known, config.Variable(key))
	}
	for _, file := range []string{"Dockerfile", "compose.yaml", "passerelle.service", "../docs/operate.md"} {
		all := regexp.MustCompile(`\bPASSERELLE_[A-Z_]+\b`).FindAllString(readDeployed(t, file), -1)
		if len(all) == 0 {
			t.Errorf("%s sets nothing", file)
		}
		for _, name := range all {
			if !slices.Contains(known, name) {
				t.Errorf("%s sets %s, which is no setting", file, name)
			}
		}
	}
}

func readDeployed(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(deployed, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
