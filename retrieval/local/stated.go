package local

import (
	"context"
	"math"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/bleveindex"
)

// What tells a sentence that states what a question asks for from one that is about the same.
const (
	statedCover   = iota // mean of how well the subject's words have a counterpart in the sentence
	statedReverse        // mean likeness of the sentence's own words to the question's
	statedHead           // how well the noun asked for has a counterpart; 1 where there is none
	statedHolds          // 1 where the sentence holds a value of the kind asked for that the question does not name, .5 where no kind is
	statedBound          // mean of how well the subject's words have a counterpart near such a value; .5 where no kind is asked for
	statedNames          // share of the question's names, by idf, that the sentence's document has
	statedOpening        // 1 for a document's first sentence, which is like its title whatever is asked
	statedGain           // how much nearer to the question the sentence is than its document, as a cosine times 20
	statedCount
)

type statement [statedCount]float64

// statedRead is how many of the best sentences are read: those that an answer may quote.
const statedRead = 4

// maxReadBytes bounds what of a question or sentence is read: less than what the aligner takes.
const maxReadBytes = 1500

// reading is what the best sentences say to a question.
type reading struct {
	statements []statement // the best sentence's first
	aligned    []float64   // of each, mean cosine of the question's words with their counterparts, by rarity
	lacking    float64     // the idf of the rarest of the question's names that a document lacks, of the document that lacks least
}

// read reads so many of the best sentences for what the question asks. The reading is empty where the encoder of the word
// vectors is away, or does not know the question's language.
func (s *view) read(ctx context.Context, f *found, most int) (reading, error) {
	question, err := f.read, error(nil)
	if question == nil {
		question, err = s.aligner.Text(clip(f.question), f.language)
	}
	if err != nil {
		return reading{}, nil //nolint:nilerr // what the search found is no worse for it
	}
	head := f.order[:min(most, len(f.order))]
	documents := make([]int, len(head))
	for i, n := range head {
		documents[i] = s.corpus.sentences[n].document
	}
	idf, around, err := s.words.Coverage(ctx, bleveindex.Document, f.words, documents)
	if err != nil {
		return reading{}, err
	}
	_, in, err := s.words.Coverage(ctx, bleveindex.Sentence, f.words, head)
	if err != nil {
		return reading{}, err
	}
	r := s.ask.request(f, question, idf)
	texts, err := s.texts(head)
	if err != nil {
		return reading{}, nil //nolint:nilerr // as above
	}
	out := reading{statements: make([]statement, len(head)), aligned: make([]float64, len(head)), lacking: math.Inf(1)}
	for i, n := range head {
		al := alignment.Align(r.text, texts[i])
		x, lacking := s.readStatement(r, texts[i], al, clip(s.corpus.text(s.corpus.sentences[n])), column(in, i), column(around, i))
		out.aligned[i] = r.aligned(al)
		out.lacking = min(out.lacking, lacking)
		if s.opens(n) {
			x[statedOpening] = 1
		}
		x[statedGain] = 20 * float64(f.of(n).CosTitled-f.of(n).CosDocument)
		out.statements[i] = x
	}
	return out, nil
}

// texts are the words of sentences with their vectors, made on all processors.
func (s *view) texts(sentences []int) ([]*alignment.Text, error) {
	out := make([]*alignment.Text, len(sentences))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, n := range sentences {
		g.Go(func() (err error) {
			out[i], err = s.wordsOf(n)
			return err
		})
	}
	return out, g.Wait()
}

// wordsOf are the words of a sentence with their vectors. In a large corpus, whose sentences are seldom asked about again, they
// are those that lie packed beside the sentence's own vector, where there are some; else the encoder reads them.
func (s *view) wordsOf(n int) (*alignment.Text, error) {
	text := s.corpus.text(s.corpus.sentences[n])
	if s.packed {
		if t := s.packer.unpack(s.meaning.set.Beside(int(s.meaning.rows[sentenceVector][n])), text); t != nil {
			return t, nil
		}
	}
	return s.readWords(text)
}

// readWords has the encoder read a sentence.
func (s *shared) readWords(sentence string) (*alignment.Text, error) {
	sentence = clip(sentence)
	return s.aligner.Text(sentence, analysis.DetectLanguage(sentence))
}

// aligned is the mean cosine of the question's words that say something with their counterparts, by how rare they are. Names
// are left out: those of one kind lie close, whosever they are.
func (r request) aligned(al alignment.Alignment) float64 {
	names := make([]bool, len(r.text.Words))
	for _, w := range r.words {
		if w.name && w.at >= 0 {
			names[w.at] = true
		}
	}
	sum, all := 0.0, 0.0
	for i, w := range r.text.Words {
		if w.Content && !names[i] {
			sum += w.Rarity * al.Links[i].Cosine
			all += w.Rarity
		}
	}
	return share(sum, all, 0)
}

func clip(text string) string {
	if len(text) <= maxReadBytes {
		return text
	}
	end := maxReadBytes
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

func column(table [][]float32, i int) []float64 {
	out := make([]float64, len(table))
	for j, row := range table {
		out[j] = float64(row[i])
	}
	return out
}

// opens tells the first sentence of a document.
func (s *view) opens(n int) bool {
	return n == 0 || s.corpus.sentences[n-1].document != s.corpus.sentences[n].document
}

// match is the counterpart of a question's word in a sentence.
type match struct {
	likeness float64 // 0 to 1
	at       int     // its place; -1 where the sentence has no words
}

// readStatement reads one sentence. in and around tell how well the sentence and its document have each word, by terms.
// lacking is the idf of the rarest name, each by as much of it as the document lacks.
func (s *view) readStatement(r request, text *alignment.Text, al alignment.Alignment, raw string, in, around []float64) (x statement, lacking float64) {
	matches := make([]match, len(r.words))
	var names, known float64
	var subject []match
	x[statedHead] = 1
	for i, w := range r.words {
		m := match{likeness: in[i], at: -1}
		if w.at >= 0 {
			m.at = al.Links[w.at].Word
			m.likeness = max(m.likeness, likeness(al.Links[w.at].Cosine))
		}
		matches[i] = m
		if w.name {
			has := max(m.likeness, around[i])
			names += w.weight
			known += w.weight * has
			lacking = max(lacking, w.weight*(1-has))
		}
		if w.subject {
			subject = append(subject, m)
			if w.at == r.head {
				x[statedHead] = m.likeness
			}
		}
	}
	x[statedCover] = cover(subject)
	x[statedNames] = share(known, names, 1)
	x[statedReverse] = reverse(text, al)
	x[statedHolds], x[statedBound] = .5, .5
	if r.wants != wantsAnything {
		x[statedHolds], x[statedBound] = bound(s.values(r, text, raw), subject)
	}
	return x, lacking
}

// likeness is 0 to 1 for the cosine of two words' vectors: words that mean the same lie above .5, any two words of two
// sentences on one subject below .4.
func likeness(cosine float64) float64 { return logistic(18 * (cosine - .47)) }

func cover(subject []match) float64 {
	sum := 0.0
	for _, m := range subject {
		sum += m.likeness
	}
	return share(sum, float64(len(subject)), 1)
}

func reverse(text *alignment.Text, al alignment.Alignment) float64 {
	content, sum := 0, 0.0
	for i, w := range text.Words {
		if w.Content {
			content++
			sum += al.Back[0][i]
		}
	}
	return share(sum, float64(content), 0)
}

// A word within boundNear words of a value is bound to it; farther away, by the less the farther, by 1/e at boundFar more.
const (
	boundNear = 2
	boundFar  = 6
)

// bound tells whether there is a value, and how much of the subject stands near the best one.
func bound(values []int, subject []match) (holds, best float64) {
	for _, v := range values {
		holds = 1
		sum := 0.0
		for _, m := range subject {
			if m.at >= 0 {
				distance := float64(max(m.at-v, v-m.at))
				sum += m.likeness * math.Exp(-max(0, distance-boundNear)/boundFar)
			}
		}
		best = max(best, share(sum, float64(len(subject)), .5))
	}
	return holds, best
}

// values are the places of what may be the answer: words that the question does not have.
func (s *view) values(r request, text *alignment.Text, raw string) (out []int) {
	if r.wants == wantsPlace {
		for _, m := range s.places.Find(raw, text.Language) {
			if i := text.At(m.Start); i < len(text.Words) && !r.has(text.Words[i]) {
				out = append(out, i)
			}
		}
		return out
	}
	for i, w := range text.Words {
		if !r.has(w) && s.isValue(r, text.Words, i) {
			out = append(out, i)
		}
	}
	return out
}

func (r request) has(w alignment.Word) bool { return r.own[analysis.Fold(w.Text)] }

func (s *view) isValue(r request, words []alignment.Word, i int) bool {
	w := words[i]
	switch r.wants {
	case wantsNumber:
		return len(s.types.Numbers(strings.ToLower(w.Text))) > 0
	case wantsDate:
		return len(s.types.Dates(strings.ToLower(w.Text))) > 0
	case wantsPerson:
		return w.Capital && (s.known.people[analysis.Fold(w.Text)] || fullName(r, words, i))
	case wantsWhich:
		return w.Number || w.Capital && !w.First
	}
	return false
}

// fullName tells a name of two words that the question does not have: a first name and a surname.
func fullName(r request, words []alignment.Word, i int) bool {
	if words[i].First {
		return false
	}
	part := func(j int) bool { return words[j].Capital && !r.has(words[j]) }
	return i > 0 && part(i-1) && words[i-1].End+1 == words[i].Start ||
		i+1 < len(words) && part(i+1) && words[i+1].Start == words[i].End+1
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
