package embeddings_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"passerelle/retrieval/embeddings"
	"passerelle/retrieval/embeddings/embeddingstest"
)

const testKey = "sk-secret-0123456789"

// never is a time-out that no test is meant to reach; soon is one that a server which never answers must reach.
const (
	never = time.Minute
	soon  = 60 * time.Millisecond
)

func newClient(t *testing.T, c embeddings.Config) *embeddings.Client {
	t.Helper()
	if c.QueryModel == "" && c.PassageModel == "" {
		c.PassageModel = "m"
	}
	if c.Timeout == 0 {
		c.Timeout = never
	}
	client, err := embeddings.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

func length(v []float32) float64 {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}

func dot(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestBatchesPrefixesAndOrder(t *testing.T) {
	server := embeddingstest.New(t, embeddingstest.Good)
	client := newClient(t, embeddings.Config{
		BaseURL: server.URL + "/", QueryModel: "q", PassageModel: "p", QueryPrefix: "query: ", PassagePrefix: "passage: ", Batch: 3, Key: testKey,
	})
	texts := []string{"un", "deux", "trois", "quatre", "cinq", "six", "sept"}
	passages, err := client.Passages(t.Context(), texts)
	if err != nil || len(passages) != len(texts) {
		t.Fatalf("%d vectors, %v", len(passages), err)
	}
	question, err := client.Query(t.Context(), "cinq")
	if err != nil {
		t.Fatal(err)
	}
	best := 0
	for i, v := range passages {
		if math.Abs(length(v)-1) > 1e-5 {
			t.Errorf("vector %d has length %v", i, length(v))
		}
		if dot(question, v) > dot(question, passages[best]) {
			best = i
		}
	}
	if texts[best] != "cinq" {
		t.Errorf("nearest to cinq is %s: the order was lost", texts[best])
	}
	var sizes []int
	for _, r := range server.Requests() {
		sizes = append(sizes, len(r.Input))
		prefix, model := "passage: ", "p"
		if len(sizes) == 4 {
			prefix, model = "query: ", "q"
		}
		if r.Path != "/v1/embeddings" || r.Model != model || r.Header.Get("Authorization") != "Bearer "+testKey {
			t.Errorf("request to %s for %s", r.Path, r.Model)
		}
		for _, text := range r.Input {
			if !strings.HasPrefix(text, prefix) {
				t.Errorf("%q was sent without %q", text, prefix)
			}
		}
	}
	if fmt.Sprint(sizes) != "[3 3 1 1]" {
		t.Errorf("batches of %v texts", sizes)
	}
	if client.Dimension() != embeddingstest.Dimension {
		t.Errorf("dimension %d", client.Dimension())
	}
}

func TestNoKeyNoHeader(t *testing.T) {
	server := embeddingstest.New(t, embeddingstest.Good)
	if _, err := newClient(t, embeddings.Config{BaseURL: server.URL}).Query(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	if got, sent := server.Requests()[0].Header["Authorization"]; sent {
		t.Errorf("Authorization %q sent without a key", got)
	}
}

// A text longer than models read is sent in parts, cut between words, nothing lost, and gets one vector.
func TestLongTexts(t *testing.T) {
	for name, text := range map[string]string{
		"words":    strings.TrimSpace(strings.Repeat("Волга впадает в Каспийское море ", 400)),
		"no space": strings.Repeat("я", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			server := embeddingstest.New(t, embeddingstest.Good)
			client := newClient(t, embeddings.Config{BaseURL: server.URL, PassagePrefix: "p: "})
			vectors, err := client.Passages(t.Context(), []string{"court", text, "bref"})
			if err != nil || len(vectors) != 3 || math.Abs(length(vectors[1])-1) > 1e-5 {
				t.Fatalf("%d vectors, %v", len(vectors), err)
			}
			sent := server.Requests()[0].Input
			whole := ""
			for _, part := range sent[1 : len(sent)-1] {
				part, ok := strings.CutPrefix(part, "p: ")
				if n := len([]rune(part)); !ok || n > 1500 {
					t.Errorf("a part of %d characters, prefix %v", n, ok)
				}
				whole += part
			}
			if len(sent) < 5 || whole != text {
				t.Errorf("%d parts that are not the text", len(sent)-2)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	edited := func(edit func(items []embeddingstest.Item)) embeddingstest.Behaviour {
		return embeddingstest.Edited(func(items []embeddingstest.Item) []embeddingstest.Item { edit(items); return items })
	}
	zeros := strings.Split(strings.Repeat("0 ", embeddingstest.Dimension-1)+"0", " ")
	for name, c := range map[string]struct {
		behave    embeddingstest.Behaviour
		timeout   time.Duration
		status    int
		temporary bool
		why       string // part of the error's text
	}{
		"never answers":    {behave: embeddingstest.Slow, timeout: soon, temporary: true, why: "deadline"},
		"429":              {behave: embeddingstest.Status(429), status: 429, temporary: true, why: "429"},
		"500":              {behave: embeddingstest.Status(500), status: 500, temporary: true, why: "500"},
		"401":              {behave: embeddingstest.Status(401), status: 401, why: "embeddings.key_file"},
		"404":              {behave: embeddingstest.Status(404), status: 404, why: "/v1"},
		"redirect":         {behave: embeddingstest.Status(307, "Location", "http://127.0.0.1:1/"), status: 307, why: "redirect"},
		"reset":            {behave: embeddingstest.Reset, temporary: true, why: "connection failed"},
		"HTML":             {behave: embeddingstest.Body("text/html", "<html>hello</html>"), why: "content type"},
		"JSON as text":     {behave: embeddingstest.Body("application/json", "<html>hello</html>"), why: "not JSON"},
		"another form":     {behave: embeddingstest.Body("application/json", `{"data":"hello"}`), why: "not a list of vectors"},
		"error with 200":   {behave: embeddingstest.Body("application/json", `{"error":{"message":"busy"}}`), why: "0 vectors for 3"},
		"base64":           {behave: embeddingstest.Body("application/json", `{"data":[{"index":0,"embedding":"AAAA"}]}`), why: "not a list of vectors"},
		"endless":          {behave: embeddingstest.Endless, why: "more than"},
		"one too few":      {behave: embeddingstest.Edited(func(i []embeddingstest.Item) []embeddingstest.Item { return i[1:] }), why: "2 vectors for 3"},
		"one too many":     {behave: embeddingstest.Edited(func(i []embeddingstest.Item) []embeddingstest.Item { return append(i, i[0]) }), why: "4 vectors for 3"},
		"an index twice":   {behave: edited(func(i []embeddingstest.Item) { i[2].Index = 1 }), why: "two vectors for text 1"},
		"an index too big": {behave: edited(func(i []embeddingstest.Item) { i[2].Index = 3 }), why: "text 3 of 3"},
		"a negative index": {behave: edited(func(i []embeddingstest.Item) { i[0].Index = -1 }), why: "text -1 of 3"},
		"NaN":              {behave: edited(func(i []embeddingstest.Item) { i[1].Numbers[0] = "NaN" }), why: "not JSON"},
		"null":             {behave: edited(func(i []embeddingstest.Item) { i[1].Numbers = nil }), why: "0 numbers"},
		"infinity":         {behave: edited(func(i []embeddingstest.Item) { i[1].Numbers[0] = "1e999" }), why: "not a list of vectors"},
		"zeros":            {behave: edited(func(i []embeddingstest.Item) { i[1].Numbers = zeros }), why: "zeros"},
		"shorter":          {behave: edited(func(i []embeddingstest.Item) { i[1].Numbers = i[1].Numbers[1:] }), why: "47 numbers after some of 48"},
	} {
		t.Run(name, func(t *testing.T) {
			server := embeddingstest.New(t, c.behave)
			timeout := c.timeout
			if timeout == 0 {
				timeout = never
			}
			client := newClient(t, embeddings.Config{BaseURL: server.URL, Key: testKey, Timeout: timeout, Batch: 4})
			vectors, err := client.Passages(t.Context(), []string{"texte confidentiel", "deux", "trois"})
			var failed *embeddings.Error
			if !errors.As(err, &failed) || vectors != nil {
				t.Fatalf("%d vectors, error %v: want an *embeddings.Error", len(vectors), err)
			}
			if failed.Status != c.status || failed.Temporary() != c.temporary || !strings.Contains(err.Error(), c.why) {
				t.Errorf("status %d, temporary %v: %v", failed.Status, failed.Temporary(), err)
			}
			for _, never := range []string{testKey, "confidentiel"} {
				if strings.Contains(err.Error(), never) {
					t.Errorf("%q is in the error: %v", never, err)
				}
			}
			if strings.Contains(fmt.Sprintf("%+v", *failed), testKey) {
				t.Errorf("the key is in %+v", *failed)
			}
		})
	}
}

func TestPause(t *testing.T) {
	for header, want := range map[string]time.Duration{"7": 7 * time.Second, "": 0, "soon": 0, "-3": 0, "99999999999": 0} {
		server := embeddingstest.New(t, embeddingstest.Status(http.StatusTooManyRequests, "Retry-After", header))
		_, err := newClient(t, embeddings.Config{BaseURL: server.URL}).Query(t.Context(), "x")
		var failed *embeddings.Error
		if !errors.As(err, &failed) {
			t.Fatal(err)
		}
		if want == 0 && header == "99999999999" {
			want = 24 * time.Hour
		}
		if failed.Pause() != want {
			t.Errorf("%q: pause %v, want %v", header, failed.Pause(), want)
		}
	}
}

func TestCallerGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	reached := make(chan struct{}, 1)
	server := embeddingstest.New(t, func(w http.ResponseWriter, r *http.Request, in embeddingstest.Request) {
		reached <- struct{}{}
		embeddingstest.Slow(w, r, in)
	})
	client := newClient(t, embeddings.Config{BaseURL: server.URL})
	go func() {
		<-reached
		cancel()
	}()
	_, err := client.Query(ctx, "x")
	var failed *embeddings.Error
	if !errors.Is(err, context.Canceled) || errors.As(err, &failed) {
		t.Fatalf("error %v: a caller who gave up is not the server's failure", err)
	}
}

func TestNamesDiffer(t *testing.T) {
	names := map[string]string{}
	for _, c := range []embeddings.Config{
		{PassageModel: "a"}, {PassageModel: "b"}, {PassageModel: "a", QueryModel: "b"}, {PassageModel: "a", QueryPrefix: "b"},
		{PassageModel: "a", PassagePrefix: "b"}, {PassageModel: `a" "b`}, {PassageModel: "a", QueryPrefix: " "},
	} {
		name := newClient(t, c).Name()
		if before, twice := names[name]; twice {
			t.Errorf("%+v and %s are both %s", c, before, name)
		}
		names[name] = fmt.Sprintf("%+v", c)
	}
	here, there := newClient(t, embeddings.Config{BaseURL: "http://a/v1"}), newClient(t, embeddings.Config{BaseURL: "http://b/v1", Key: "k"})
	if here.Name() != there.Name() {
		t.Error("a model has another name at another address")
	}
}

func TestConfigErrors(t *testing.T) {
	for name, c := range map[string]struct {
		config embeddings.Config
		want   string
	}{
		"no model":                {embeddings.Config{}, "embeddings model"},
		"no scheme":               {embeddings.Config{PassageModel: "m", BaseURL: "localhost:8080/v1"}, "scheme or host"},
		"not an address":          {embeddings.Config{PassageModel: "m", BaseURL: "http://sk-secret@%zz"}, "not an address"},
		"a user in the address":   {embeddings.Config{PassageModel: "m", BaseURL: "https://u:sk-secret@host/v1"}, "user, query"},
		"timeout":                 {embeddings.Config{PassageModel: "m", Timeout: -1}, "timeout"},
		"batch":                   {embeddings.Config{PassageModel: "m", Batch: 5000}, "batch"},
		"a key with a line end":   {embeddings.Config{PassageModel: "m", Key: "sk-secret\n"}, "embeddings key"},
		"a prefix that is a tome": {embeddings.Config{PassageModel: "m", QueryPrefix: strings.Repeat("x", 5000)}, "prefix"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := embeddings.New(c.config)
			if client != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want one about %q", err, c.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("a secret is in the error: %v", err)
			}
		})
	}
}
