package local

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/vectors"
)

// Encoder turns texts into vectors of length 1, such that the dot product of a question's and a passage's is their
// similarity. It is safe for concurrent use. An error of Query or Passages may have a method Temporary, which tells
// whether trying again is of use, and a method Pause, which says how long to wait first.
type Encoder interface {
	// Name tells the vectors of this encoder from those of others: vectors of two names are never compared. It must
	// change with whatever changes the vectors, and be shorter than 4 KB.
	Name() string
	// Query returns the vector of a question.
	Query(ctx context.Context, text string) ([]float32, error)
	// Passages returns a vector for each text, or an error and none.
	Passages(ctx context.Context, texts []string) ([][]float32, error)
}

// sentenceEncoder is an Encoder that gives with the vectors of sentences those of their words, packed by an Aligner of the
// embedded model, so that questions find them read. Texts of which it gives none are read when a question comes to them.
type sentenceEncoder interface {
	Sentences(ctx context.Context, texts []string) (vectors [][]float32, words [][]byte, err error)
}

// questionEncoder is an Encoder that gives with the vector of a question those of its words, by one pass.
type questionEncoder interface {
	Question(ctx context.Context, text, language string) (vector []float32, words *alignment.Text, err error)
}

// embedded is the model inside the binary as an Encoder, loaded with the first text: what lists or shows documents needs none.
type embedded struct {
	lazy   *encoder.Lazy
	packer packer
}

func (embedded) Name() string { return encoder.Fingerprint }

// Query reads a question in small letters: names count by their words, and it matters little how somebody typed them. On
// 474 development questions that brings six more facts among four sentences.
func (e embedded) Query(_ context.Context, text string) ([]float32, error) {
	model, err := e.lazy.Model()
	if err != nil {
		return nil, err
	}
	return model.Encode(strings.ToLower(text), true), nil
}

// Question implements questionEncoder. The vector is that of Query.
func (e embedded) Question(ctx context.Context, text, language string) ([]float32, *alignment.Text, error) {
	if len(text) <= maxReadBytes {
		if vector, words, err := e.packer.aligner.Query(text, language); err == nil {
			return vector, words, nil
		}
	}
	vector, err := e.Query(ctx, text)
	return vector, nil, err
}

func (e embedded) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	model, err := e.lazy.Model()
	if err != nil {
		return nil, err
	}
	out := make([][]float32, len(texts))
	return out, inParallel(ctx, len(texts), func(i int) error {
		out[i] = model.Encode(texts[i], false)
		return nil
	})
}

// Sentences implements sentenceEncoder. The vectors are those of Passages; a sentence that is too long to be read, as one with
// a page of blanks in it, has no words.
func (e embedded) Sentences(ctx context.Context, texts []string) (out [][]float32, packed [][]byte, err error) {
	model, err := e.lazy.Model()
	if err != nil {
		return nil, nil, err
	}
	out, packed = make([][]float32, len(texts)), make([][]byte, len(texts))
	return out, packed, inParallel(ctx, len(texts), func(i int) (err error) {
		if len(texts[i]) > maxReadBytes {
			out[i] = model.Encode(texts[i], false)
			return nil
		}
		out[i], packed[i], err = e.packer.pass(texts[i])
		return err
	})
}

// inParallel does n things on all processors, until one fails or ctx is done.
func inParallel(ctx context.Context, n int, do func(i int) error) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		if err := ctx.Err(); err != nil {
			return errors.Join(err, g.Wait())
		}
		g.Go(func() error { return do(i) })
	}
	return g.Wait()
}

// contact is how the encoder and questions get on.
type contact struct {
	traffic traffic
	away    atomic.Bool   // the last question got no vector
	stalled atomic.Bool   // the filler waits for the encoder to come back
	back    chan struct{} // wakes the filler, which would wait longer
}

// meaning compares questions with texts by their vectors, of which some or all may be missing.
type meaning struct {
	*shared
	set    *vectors.Union
	corpus *corpus
	rows   rows
	line   line
}

// asker gives a question's vector, and perhaps the vectors of its words.
type asker func(ctx context.Context, question string) ([]float32, *alignment.Text, error)

// asker is of one pass of the encoder for both, where it can do that and once is wanted: words read by themselves tell a
// little more.
func (m *meaning) asker(language string, once bool) asker {
	if e, ok := m.encoder.(questionEncoder); ok && once {
		return func(ctx context.Context, question string) ([]float32, *alignment.Text, error) {
			return e.Question(ctx, question, language)
		}
	}
	return func(ctx context.Context, question string) ([]float32, *alignment.Text, error) {
		vector, err := m.encoder.Query(ctx, question)
		return vector, nil, err
	}
}

// compare prepares to compare a question with texts. Where there is no vector for the question or for any text, all
// similarities are 0.
func (m *meaning) compare(ctx context.Context, question string, ask asker) (*cosines, retrieval.SearcherNotice, error) {
	if m.set.Len() == 0 && !m.contact.stalled.Load() {
		return &cosines{}, retrieval.WithoutMeaning, nil
	}
	c, err := m.encode(ctx, question, ask)
	if ctx.Err() != nil {
		return nil, "", ctx.Err()
	}
	if err != nil {
		if !m.contact.away.Swap(true) {
			m.log.Warn("no vectors for questions: words alone are searched", "error", err)
		}
		return &cosines{}, retrieval.WithoutMeaning, nil
	}
	if m.contact.away.Swap(false) {
		m.log.Info("vectors for questions are back")
	}
	select {
	case m.contact.back <- struct{}{}:
	default:
	}
	switch {
	case m.set.Len() == 0:
		return &cosines{}, retrieval.WithoutMeaning, nil
	case !m.set.Whole():
		c.findMeans()
		return c, retrieval.PartialMeaning, nil
	}
	return c, "", nil
}

func (m *meaning) encode(ctx context.Context, question string, ask asker) (*cosines, error) {
	vector, words, err := ask(ctx, question)
	if err != nil {
		return nil, err
	}
	c := &cosines{rows: m.rows, vector: vector, words: words, scale: 1}
	if c.question, err = m.set.Question(vector); err != nil || !m.foreign {
		return c, err
	}
	c.scale, c.shift, err = m.line.of(m)
	return c, err
}

// line brings the similarities of another encoder to the range of the embedded model's, for which the ranking and the
// judge have their weights: by a line that gives those of a few dozen sentences with one another the same mean and
// deviation. It is found once and for all when there are enough vectors.
type line struct {
	mu    sync.Mutex
	found bool
	a, b  float32
	own   map[int][]float32 // the embedded model's vectors of sentences, by number, until it is found
}

// scaleTexts is how many sentences the line is drawn from: some hundred pairs, and a quarter second of encoding.
const scaleTexts = 32

func (s *line) of(m *meaning) (a, b float32, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.found {
		return s.a, s.b, nil
	}
	own, err := m.model.Model()
	if err != nil {
		return 0, 0, err
	}
	if s.own == nil {
		s.own = make(map[int][]float32, scaleTexts)
	}
	var theirs, ours [][]float32
	step := max(len(m.corpus.sentences)/scaleTexts, 1)
	for i := 0; i < len(m.corpus.sentences) && len(theirs) < scaleTexts; i += step {
		if v := m.set.Vector(int(m.rows[sentenceVector][i])); v != nil {
			if s.own[i] == nil {
				s.own[i] = own.Encode(m.corpus.text(m.corpus.sentences[i]), false)
			}
			theirs, ours = append(theirs, v), append(ours, s.own[i])
		}
	}
	mean, deviation := similarities(theirs)
	ownMean, ownDeviation := similarities(ours)
	if deviation < 1e-6 || ownDeviation < 1e-6 {
		return 1, 0, nil // fewer than three different sentences
	}
	s.a = float32(ownDeviation / deviation)
	s.b = float32(ownMean) - s.a*float32(mean)
	if s.found = len(theirs) == scaleTexts || m.set.Whole(); s.found {
		s.own = nil
	}
	return s.a, s.b, nil
}

// similarities returns mean and standard deviation of the dot products of different vectors.
func similarities(all [][]float32) (mean, deviation float64) {
	var n, sum, squares float64
	for i, v := range all {
		for _, w := range all[:i] {
			dot := 0.0
			for k := range v {
				dot += float64(v[k]) * float64(w[k])
			}
			n, sum, squares = n+1, sum+dot, squares+dot*dot
		}
	}
	mean = sum / max(n, 1)
	return mean, math.Sqrt(max(squares/max(n, 1)-mean*mean, 0))
}

// traffic lets background work wait while questions are answered.
type traffic struct {
	mu    sync.Mutex
	now   int
	quiet chan struct{} // closed when now falls to 0
}

// enter counts a question in; the function counts it out.
func (t *traffic) enter() (leave func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now == 0 {
		t.quiet = make(chan struct{})
	}
	t.now++
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.now--; t.now == 0 {
			close(t.quiet)
		}
	}
}

// maxYield bounds one wait, so that a bot that is always asked still gets its vectors.
const maxYield = time.Second

// yield waits until no question is being answered.
func (t *traffic) yield(ctx context.Context) error {
	t.mu.Lock()
	quiet := t.quiet
	t.mu.Unlock()
	if quiet == nil {
		return ctx.Err()
	}
	timer := time.NewTimer(maxYield)
	defer timer.Stop()
	select {
	case <-quiet:
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// checkName tells what keeps an encoder's name from standing in a file of vectors.
func checkName(e Encoder) error {
	const most = 4096
	if name := e.Name(); name == "" || len(name) >= most {
		return fmt.Errorf("the encoder's name has %d bytes; it must have 1 to %d", len(name), most-1)
	}
	return nil
}
