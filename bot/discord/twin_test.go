//go:build twin

package discord_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passerelle/bot/discord"
)

// twin is a Discord written in Node by others than the bot and its fake, so that the three have to agree.
type twin struct {
	t *testing.T

	REST, Control, Token, App, Guild, Channel, User string
}

type object = map[string]any

// twinDir is the folder of the twin beside the repository; PASSERELLE_TWIN_DIR names another.
const twinDir = "../../../shared/rigs/discord-twin"

// startTwin runs the twin until its test ends. Without Node or the twin the test fails: whoever asks for it by the tag
// is to know that it did not run.
func startTwin(t *testing.T) *twin {
	t.Helper()
	dir := os.Getenv("PASSERELLE_TWIN_DIR")
	if dir == "" {
		dir = twinDir
	}
	cmd := exec.Command("node", "serve.mjs") // no context: it is to outlive the bot, which ends in a cleanup
	cmd.Dir, cmd.Stderr = installTwin(t, dir), os.Stderr
	cmd.Env = append(os.Environ(), "DISCORD_OPENAPI="+openAPI(t))
	stdin, err := cmd.StdinPipe() // the twin ends when it closes
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("the twin needs Node 20 or newer: %v", err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	w := &twin{t: t}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, w)
	}
	if err != nil {
		t.Fatalf("the twin did not start: %v", err)
	}
	return w
}

// installTwin returns a folder with the twin and its packages: its own, or a copy in the user's cache.
func installTwin(t *testing.T, dir string) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, "serve.mjs")); err != nil {
		t.Fatalf("no Discord twin: %v (set PASSERELLE_TWIN_DIR to its folder)", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err == nil {
		return dir
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.*js*"))
	if err != nil {
		t.Fatal(err)
	}
	files, sum := map[string][]byte{}, sha256.New()
	for _, name := range append(names, filepath.Join(dir, ".npmrc")) {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = content
		fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(name), len(content), content)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(cache, "passerelle-twin", hex.EncodeToString(sum.Sum(nil))[:16])
	done := filepath.Join(target, "node_modules", ".installed")
	if _, err := os.Stat(done); err == nil {
		return target
	}
	if err := os.MkdirAll(target, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(target, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	npm := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund")
	npm.Dir = target
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("the twin's packages: npm ci: %v\n%s", err, out)
	}
	if err := os.WriteFile(done, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return target
}

// openAPI is the path of Discord's description: DISCORD_OPENAPI, or the fake's copy.
func openAPI(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("DISCORD_OPENAPI"); path != "" {
		return path
	}
	zipped, err := os.ReadFile("discordtest/testdata/openapi.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func twinCall[T any](w *twin, method, path string, body any) T {
	w.t.Helper()
	var out T
	sent, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, w.Control+path, bytes.NewReader(sent))
	if err != nil {
		w.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		w.t.Fatalf("twin %s %s: %d %s %v", method, path, res.StatusCode, got, err)
	}
	if err := json.Unmarshal(got, &out); err != nil {
		w.t.Fatalf("twin %s %s: %v in %s", method, path, err, got)
	}
	return out
}

type twinMessage struct {
	ID, Content string
	Type        int
	Components  []twinPart
}

type twinPart struct {
	Content    string
	CustomID   string `json:"custom_id"`
	Components []twinPart
}

func (p twinPart) text() string {
	out := p.Content + "\n"
	for _, within := range p.Components {
		out += within.text()
	}
	return out
}

func (m twinMessage) text() string {
	out := m.Content
	for _, p := range m.Components {
		out += p.text()
	}
	return out
}

type twinSeen struct {
	Acked   bool
	AckType int     `json:"ack_type"`
	AckMS   float64 `json:"ack_ms"`
	Message *twinMessage
	Choices []struct{ Name, Value string }
}

// replies waits for n messages of the bot in a channel.
func (w *twin) replies(channel string, n int) []twinMessage {
	w.t.Helper()
	query := url.Values{"bot": {"1"}, "channel": {channel}, "count": {fmt.Sprint(n)}, "wait_ms": {"10000"}}
	out := twinCall[[]twinMessage](w, "GET", "/messages?"+query.Encode(), nil)
	if len(out) < n {
		w.t.Fatalf("%d messages of the bot in %s, want %d", len(out), channel, n)
	}
	return out
}

func TestTwin(t *testing.T) {
	w := startTwin(t)
	w.begin(discord.Community{}, &service{})
	t.Run("commands", func(t *testing.T) { w.with(t).commands() })
	t.Run("slash", func(t *testing.T) { w.with(t).slash() })
	t.Run("autocomplete", func(t *testing.T) { w.with(t).autocomplete() })
	t.Run("free text", func(t *testing.T) { w.with(t).freeText() })
	t.Run("faults", func(t *testing.T) { w.with(t).faults() })
	t.Run("gateway", func(t *testing.T) { w.with(t).gateway() })
}

// begin runs a bot against the twin until the test ends, and waits for its commands.
func (w *twin) begin(shared discord.Community, s *service) {
	w.t.Helper()
	runBot(w.t, discord.Config{Token: w.Token, API: w.REST, Community: shared}, s)
	if done := twinCall[[]object](w, "GET", "/requests?method=PUT&path=/commands$&done=1&count=1&wait_ms=15000", nil); len(done) != 1 {
		w.t.Fatalf("%d requests to register commands, want one", len(done))
	}
}

// with begins a part of the test, at whose end no rule may have been broken.
func (w *twin) with(t *testing.T) *twin {
	part := *w
	part.t = t
	twinCall[object](&part, "POST", "/reset", nil)
	t.Cleanup(func() {
		if broken := twinViolations(t, w.Control); broken != "[]" {
			t.Errorf("against Discord's rules: %s", broken)
		}
	})
	return &part
}

// twinViolations reads without the test's context, which is done in its cleanup.
func twinViolations(t *testing.T, control string) string {
	res, err := http.Get(control + "/violations")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(got))
}

func (w *twin) commands() {
	names := map[string]string{}
	for _, c := range twinCall[[]struct {
		Name          string
		Localizations map[string]string `json:"name_localizations"`
	}](w, "GET", "/commands", nil) {
		names[c.Name] = c.Localizations["fr"] + " " + c.Localizations["ru"]
	}
	want := map[string]string{"ask": "demander спросить", "delegation": "délégation делегация", "sources": "sources источники", "help": "aide помощь"}
	if fmt.Sprint(names) != fmt.Sprint(want) {
		w.t.Errorf("commands %v, want %v", names, want)
	}
}

func (w *twin) slash() {
	for _, c := range []struct {
		name, locale string
		options      object
		want         string
	}{
		{"ask", "fr", object{"question": "Qui dirigeait la délégation ?"}, "Ce que disent les articles"},
		{"ask", "fr", object{"question": "Кто возглавлял делегацию?"}, "Что говорится в статьях"},
		{"ask", "ru", object{"question": "Who led the delegation?"}, "What the articles say"},
		{"delegation", "fr", object{"place": "Irkoutsk"}, "Délégations\u00a0: Irkoutsk"},
		{"delegation", "ru", object{"place": "Иркутск"}, "Делегации: Иркутск"},
		{"delegation", "en-US", object{"place": "Irkutsk"}, "Delegations: Irkutsk"},
		{"sources", "fr", object{}, "Ce que j’ai lu"},
		{"sources", "ru", object{}, "Что прочитано"},
		{"sources", "en-GB", object{}, "What I have read"},
		{"help", "fr", object{}, "Comment me parler"},
		{"help", "ru", object{}, "Как со мной говорить"},
		{"help", "en-US", object{}, "How to talk to me"},
	} {
		seen := twinCall[twinSeen](w, "POST", "/slash", object{"name": c.name, "options": c.options, "locale": c.locale, "wait_ms": 10000, "until": "message"})
		if seen.AckType != 5 || seen.AckMS > 3000 || seen.Message == nil || !strings.Contains(seen.Message.text(), c.want) {
			w.t.Errorf("/%s %v (%s): %+v %+v, want %q", c.name, c.options, c.locale, seen, seen.Message, c.want)
		}
	}
}

func (w *twin) autocomplete() {
	for typed, want := range map[string]string{"ir": "Irkoutsk", "zzz": ""} {
		seen := twinCall[twinSeen](w, "POST", "/autocomplete", object{"name": "delegation", "options": object{"place": typed}, "focused": "place", "locale": "fr", "wait_ms": 10000})
		if !seen.Acked || seen.AckType != 8 || (want == "") != (len(seen.Choices) == 0) || want != "" && seen.Choices[0].Name != want {
			w.t.Errorf("%q: %+v, want %q", typed, seen, want)
		}
	}
}

func (w *twin) freeText() {
	twinCall[object](w, "POST", "/msg", object{"content": "nobody asks the bot"})
	twinCall[object](w, "POST", "/msg", object{"content": "<@" + w.App + "> Кто возглавлял делегацию?", "user": "bob"})
	first := w.replies(w.Channel, 1)[0]
	if first.Type != 19 || !strings.Contains(first.text(), "Что говорится") {
		w.t.Errorf("mention: %+v", first)
	}
	if typing := twinCall[[]object](w, "GET", "/typing?channel="+w.Channel, nil); len(typing) != 1 {
		w.t.Errorf("typing shown %d times, want once", len(typing))
	}
	twinCall[object](w, "POST", "/msg", object{"content": "Et qui l’accompagnait ?", "reply_to": first.ID})
	if second := w.replies(w.Channel, 2)[1]; !strings.Contains(second.text(), "Ce que disent") {
		w.t.Errorf("reply: %+v", second)
	}
	twinCall[object](w, "POST", "/msg", object{"content": "<@" + w.App + ">"})
	if third := w.replies(w.Channel, 3)[2]; !strings.Contains(third.text(), "/delegation") {
		w.t.Errorf("mention without text: %+v", third)
	}
	direct, _ := twinCall[object](w, "POST", "/dm", object{"user": "bob"})["channel"].(string)
	twinCall[object](w, "POST", "/msg", object{"content": "Who led it?", "user": "bob", "dm": true})
	if m := w.replies(direct, 1)[0]; !strings.Contains(m.text(), "What the articles say") {
		w.t.Errorf("direct message: %+v", m)
	}
}

func (w *twin) faults() {
	twinCall[[]object](w, "POST", "/faults", []object{
		{"kind": "429", "method": "POST", "path": "/messages$", "retry_after": 0.2},
		{"kind": "502-after", "method": "POST", "path": "/messages$"},
		{"kind": "500", "method": "PATCH", "path": "@original$"},
	})
	twinCall[object](w, "POST", "/msg", object{"content": "<@" + w.App + "> Qui ?"})
	// One is refused, one carried out although the bot is told otherwise, one repeats it.
	if sent := twinCall[[]object](w, "GET", "/requests?method=POST&path=/messages$&done=1&count=3&wait_ms=10000", nil); len(sent) != 3 {
		w.t.Errorf("%d attempts to reply, want 3", len(sent))
	}
	seen := twinCall[twinSeen](w, "POST", "/slash", object{"name": "help", "locale": "fr", "wait_ms": 10000, "until": "message"})
	if seen.Message == nil || !strings.Contains(seen.Message.text(), "Comment me parler") {
		w.t.Errorf("after a 500: %+v", seen)
	}
	if n := len(w.replies(w.Channel, 2)); n != 2 {
		w.t.Errorf("%d messages, want the reply once and the response", n)
	}
}

func (w *twin) gateway() {
	twinCall[any](w, "POST", "/gateway", object{"action": "drop"})
	twinCall[object](w, "POST", "/msg", object{"content": "<@" + w.App + "> Qui ?"}) // the bot is away; RESUME brings it
	w.replies(w.Channel, 1)
	if state := twinCall[struct{ Resumed, Identifies int }](w, "GET", "/gateway", nil); state.Resumed != 1 || state.Identifies != 0 {
		w.t.Errorf("%+v, want one resumption and no new session", state)
	}
}
