package local_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/ingest"
	"passerelle/retrieval/local"
	"passerelle/seeds"
)

// Large corpora are made up: words as Zipf and Mandelbrot have them, p(r) ~ 1/(r+2.7)^1.05 over 200,000, drawn one by one,
// and vectors that follow from a text's words (madeUp).
const (
	scaleVocabulary = 200_000
	scaleExponent   = 1.05
	scaleShift      = 2.7
	scaleQuestions  = 200
)

// zipf draws words.
type zipf struct {
	words      []string
	cumulative []float64
	*rand.Rand
}

func newZipf(seed uint64) *zipf {
	z := &zipf{Rand: rand.New(rand.NewPCG(seed, 8))}
	var syllables []string
	for _, c := range strings.Fields("b c d f g h j k l m n p r s t v z ch tr pl br") {
		for _, v := range strings.Fields("a e i o u ou an on") {
			syllables = append(syllables, c+v)
		}
	}
	total := 0.0
	for r := 1; r <= scaleVocabulary; r++ {
		word := ""
		for i := r; i > 0; i /= len(syllables) {
			word += syllables[i%len(syllables)]
		}
		total += math.Pow(float64(r)+scaleShift, -scaleExponent)
		z.words, z.cumulative = append(z.words, word), append(z.cumulative, total)
	}
	return z
}

func (z *zipf) draw() string {
	return z.words[sort.SearchFloat64s(z.cumulative, z.Float64()*z.cumulative[len(z.cumulative)-1])]
}

// documents makes documents of about thirteen sentences until they have so many passages.
func (z *zipf) documents(passages int) (out []*retrieval.Document) {
	for n := 0; n < passages; {
		var text strings.Builder
		for range 13 {
			words := max(6, min(60, int(z.NormFloat64()*8+22)))
			for i := range words {
				w := z.draw()
				if i == 0 {
					w = strings.ToUpper(w[:1]) + w[1:]
				} else {
					text.WriteByte(' ')
				}
				text.WriteString(w)
			}
			text.WriteString(". ")
		}
		d := &retrieval.Document{
			ID: "d" + strconv.Itoa(len(out)), Title: z.draw() + " " + z.draw(), Text: strings.TrimSpace(text.String()),
			Kind: retrieval.KindText, Language: "fr",
		}
		n += len(ingest.Passages(d))
		out = append(out, d)
	}
	return out
}

func (z *zipf) questions(n int) (out []string) {
	for range n {
		var words []string
		for k := 4 + z.IntN(6); len(words) < k; {
			if w := z.draw(); !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

// madeUp gives vectors that follow from the words alone: each stands for 16 of 384 directions, the longer (rarer) the
// stronger, and all texts have much in common, so that cosines lie as close together as the embedded model's. With model it
// pays for each question what the embedded model costs.
type madeUp struct {
	model   *encoder.Model
	aligner *alignment.Aligner
	spent   *time.Duration
}

func (madeUp) Name() string { return "made up" }

func (m madeUp) Query(_ context.Context, text string) ([]float32, error) {
	if m.model != nil {
		began := time.Now()
		m.model.Encode(text, true)
		*m.spent += time.Since(began)
	}
	return m.vector(text), nil
}

// Question is Query with the words that the embedded model reads, where there is one.
func (m madeUp) Question(ctx context.Context, text, language string) (vector []float32, words *alignment.Text, err error) {
	if m.aligner == nil {
		vector, err = m.Query(ctx, text)
		return vector, nil, err
	}
	began := time.Now()
	_, words, err = m.aligner.Query(text, language)
	*m.spent += time.Since(began)
	return m.vector(text), words, err
}

func (m madeUp) Passages(_ context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = m.vector(t)
	}
	return out, nil
}

// Sentences gives words made up, too: packed as an alignment.Aligner packs them, with codes drawn from their letters.
func (m madeUp) Sentences(ctx context.Context, texts []string) ([][]float32, [][]byte, error) {
	all, err := m.Passages(ctx, texts)
	packed := make([][]byte, len(texts))
	for i, t := range texts {
		packed[i] = packedUp(t)
	}
	return all, packed, err
}

// packedUp is what a searcher keeps beside a sentence's vector: a sign, and words as alignment.Aligner.Pack gives them (a
// checksum, a bit a word, 48 bytes for each that is no stop word).
func packedUp(text string) []byte {
	const bytesOfWord = 48
	language := analysis.DetectLanguage(text)
	words := analysis.Tokens(text, language)
	bitmap := make([]byte, (len(words)+7)/8)
	var codes []byte
	table := crc32.MakeTable(crc32.Castagnoli)
	of := []byte(language)
	for i, w := range words {
		of = append(append(binary.AppendUvarint(of, uint64(w.Start)), w.Text...), 0)
		if analysis.IsStop(analysis.Fold(w.Text), language) {
			continue
		}
		bitmap[i/8] |= 1 << (i % 8)
		for r := range bytesOfWord / sha256.Size * 2 {
			sum := sha256.Sum256([]byte(fmt.Sprint(r, w.Text)))
			codes = append(codes, sum[:bytesOfWord/2]...)
		}
	}
	packed := slices.Concat(bitmap, codes)
	out := []byte(alignment.PackFingerprint()[:8])
	out = binary.LittleEndian.AppendUint32(out, crc32.Update(crc32.Checksum(of, table), table, packed))
	return append(out, packed...)
}

func (madeUp) vector(text string) []float32 {
	v := make([]float32, encoder.Dim)
	for w := range strings.FieldsSeq(text) {
		w = strings.ToLower(strings.Trim(w, "."))
		h := fnv.New64a()
		_, _ = h.Write([]byte(w))
		x := h.Sum64()
		for range 16 {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			sign := float32(int(x>>40&1)*2 - 1)
			v[x%encoder.Dim] += sign * float32(len(w)-1)
		}
	}
	squares := 0.0
	for _, x := range v {
		squares += float64(x * x)
	}
	const common = 1.6 // two texts of no word in common have cosine .72
	unit := float32(1 / math.Sqrt(max(squares, 1e-9)))
	for i := range v {
		v[i] = (v[i]*unit + common/float32(math.Sqrt(encoder.Dim))) / float32(math.Sqrt(1+common*common))
	}
	return v
}

// scaled opens a made-up corpus of so many passages. Its index is kept in PASSERELLE_SCALE_DIR where that is set.
func scaled(t testing.TB, passages int, e local.Encoder) *local.Searcher {
	t.Helper()
	dir := os.Getenv("PASSERELLE_SCALE_DIR")
	if dir == "" {
		dir = t.TempDir()
	}
	s, err := local.Open(t.Context(), local.Options{
		Dir: filepath.Join(dir, strconv.Itoa(passages)), Name: "scale", Documents: newZipf(1).documents(passages), Encoder: e,
		Batch: 4096, Wait: true, Progress: t.Output(), Cache: scaleCache(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// kept is how many of the ten best that a search without a shortlist finds one with it finds too, over questions.
func kept(t *testing.T, s *local.Searcher, questions []retrieval.Query, long, short int) (hits, documents, sentences float64) {
	t.Helper()
	var total [3]float64
	for _, q := range questions {
		s.Shortlist(0, 0)
		all, err := s.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		s.Shortlist(long, short)
		some, err := s.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		total[0] += overlap10(all.Hits, some.Hits, func(h retrieval.Hit) any { return h.Passage })
		total[1] += overlap10(all.Documents, some.Documents, func(h retrieval.DocumentHit) any { return h.Document })
		total[2] += overlap10(all.Sentences, some.Sentences, func(h retrieval.SentenceHit) any { return [2]any{h.Document, h.Span} })
	}
	n := float64(len(questions))
	return total[0] / n, total[1] / n, total[2] / n
}

func overlap10[T any](want, got []T, key func(T) any) float64 {
	n := 0
	for _, w := range want {
		if slices.ContainsFunc(got, func(g T) bool { return key(g) == key(w) }) {
			n++
		}
	}
	return float64(n) / float64(max(len(want), 1))
}

// someQuestions are questions of the sets in three languages.
func someQuestions(t *testing.T, n int) (out []retrieval.Query) {
	t.Helper()
	for _, q := range slices.Concat(readQuestions(t, developmentSet), readQuestions(t, ownSet))[:n] {
		for _, l := range questionLanguages() {
			out = append(out, retrieval.Query{Text: q.text[l], Language: l})
		}
	}
	return out
}

// TestShortlistOfAll: where all passages are shortlisted, nothing differs from a search without a shortlist.
func TestShortlistOfAll(t *testing.T) {
	s := open(t, local.Options{Name: "seeds", Documents: seedDocuments(t), Vectors: seeds.Vectors(), Wait: true})
	for _, q := range append(someQuestions(t, 20), retrieval.Query{Text: "délégation à Lyon", Filter: retrieval.Filter{Place: "Irkoutsk"}}) {
		s.Shortlist(0, 0)
		want, err := s.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		s.Shortlist(1<<20, 1<<20)
		got, err := s.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		// A median is taken of fewer passages.
		const near = .1
		if math.Abs(want.Signals.Answerable-got.Signals.Answerable) > near {
			t.Errorf("%q: answerable by %.2f, want %.2f", q.Text, got.Signals.Answerable, want.Signals.Answerable)
		}
		got.Signals.Answerable = want.Signals.Answerable
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%q has another result", q.Text)
		}
	}
}

// TestShortlist holds what a shortlist finds against a search of all: with real questions and vectors, where a fifth of the
// passages is looked at closer and a fourteenth rated, and with made-up ones over a corpus large enough to have one. The
// measured shares stand in docs/benchmarks.md.
func TestShortlist(t *testing.T) {
	if testing.Short() {
		t.Skip("indexes some thousand passages")
	}
	const least = .99
	check := func(name string, s *local.Searcher, questions []retrieval.Query, long, short int) {
		hits, documents, sentences := kept(t, s, questions, long, short)
		t.Logf("%s: of the ten best passages %.4f, documents %.4f, sentences %.4f", name, hits, documents, sentences)
		if min(hits, documents, sentences) < least {
			t.Errorf("%s: at least %.2f are expected", name, least)
		}
	}
	check("seeds", open(t, local.Options{Name: "seeds", Documents: seedDocuments(t), Vectors: seeds.Vectors(), Wait: true}),
		someQuestions(t, 60), 150, 50)
	var questions []retrieval.Query
	for _, q := range newZipf(7).questions(40) {
		questions = append(questions, retrieval.Query{Text: q, Language: "fr"})
	}
	check("made up", scaled(t, scaleTested(t), madeUp{}), questions, local.Longlisted, local.Shortlisted)
}

// scaleTested is the first of the sizes that PASSERELLE_SCALE lists, or 4,000.
func scaleTested(t *testing.T) int {
	first, _, _ := strings.Cut(os.Getenv("PASSERELLE_SCALE"), ",")
	if first == "" {
		return 4000
	}
	n, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// scaleCache is PASSERELLE_INDEX_CACHE_MB in bytes, or 0 for the default.
func scaleCache(t testing.TB) int64 {
	megabytes := os.Getenv("PASSERELLE_INDEX_CACHE_MB")
	if megabytes == "" {
		return 0
	}
	n, err := strconv.ParseInt(megabytes, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return n << 20
}

// TestShortlistWhileVectorsCome: questions are answered by sketches that are made anew while the vectors are made, in few
// batches, as each waits a second for questions that never pause.
func TestShortlistWhileVectorsCome(t *testing.T) {
	s := open(t, local.Options{Documents: newZipf(3).documents(400), Encoder: madeUp{}, Batch: 600})
	s.Shortlist(60, 20)
	done := make(chan struct{})
	var g errgroup.Group
	for i := range 3 {
		questions := newZipf(uint64(20 + i)).questions(20)
		g.Go(func() error {
			for n := 0; ; n++ {
				select {
				case <-done:
					if n >= len(questions) {
						return nil
					}
				default:
				}
				r, err := s.Search(t.Context(), retrieval.Query{Text: questions[n%len(questions)], Language: "fr"})
				if err != nil {
					return err
				}
				if len(r.Hits) != retrieval.DefaultLimit {
					return fmt.Errorf("%d passages are found", len(r.Hits))
				}
			}
		})
	}
	err := s.Complete(t.Context())
	close(done)
	if err := errors.Join(err, g.Wait()); err != nil {
		t.Fatal(err)
	}
	if r := first(t, s, newZipf(30).questions(1)[0]); r.Warning != "" {
		t.Errorf("with all vectors there is a warning: %s", r.Warning)
	}
}
