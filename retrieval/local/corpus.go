package local

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/ingest"
)

// corpus is the documents cut into passages and sentences, each numbered from 0 in the order of the documents' ids.
type corpus struct {
	cuts      []*cut
	documents []*retrieval.Document
	number    map[string]int // of a document, by id
	starts    []unitStart    // by document
	passages  []passage
	sentences []sentence
}

type passage struct {
	retrieval.Passage
	document int
}

// sentence is one sentence; where passages overlap it stands in two.
type sentence struct {
	retrieval.Span
	document    int
	first, last int // the passages it stands in
}

// cut is a document cut into passages and sentences, whose numbers are from 0 in it. It is never changed.
type cut struct {
	document  *retrieval.Document
	passages  []retrieval.Passage
	sentences []sentence
	text      [sha256.Size]byte // sum of all that the document says
	sum       string            // of that and of how it is cut
}

func newCut(d *retrieval.Document, text [sha256.Size]byte) *cut {
	c := &cut{document: d, passages: ingest.Passages(d), text: text}
	for n, p := range c.passages {
		for _, span := range p.Sentences {
			if last := len(c.sentences) - 1; last >= 0 && span.Start <= c.sentences[last].Start {
				i := slices.IndexFunc(c.sentences, func(s sentence) bool { return s.Span == span })
				if i >= 0 {
					c.sentences[i].last = n
				}
				continue
			}
			c.sentences = append(c.sentences, sentence{span, 0, n, n})
		}
	}
	c.sum = sumOf(c.text, c.passages)
	return c
}

func sumOf(text [sha256.Size]byte, passages []retrieval.Passage) string {
	h := sha256.New()
	write(h, string(text[:]))
	for _, p := range passages {
		write(h, fmt.Sprint(p.Start, p.End, p.Sentences))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// textSum tells documents that say the same in the same words from all others.
func textSum(d *retrieval.Document) (sum [sha256.Size]byte) {
	h := sha256.New()
	write(h, d.ID, d.Title, d.Source, d.URL, d.Date.Text, d.Language, d.Kind, d.Text)
	for _, list := range [][]string{d.Places, d.People, d.Organisations} {
		write(h, fmt.Sprint(len(list)))
		write(h, list...)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// newCorpus takes from an earlier corpus, which may be nil, the documents that are as they were.
func newCorpus(documents []*retrieval.Document, earlier *corpus) (*corpus, error) {
	cuts := make([]*cut, 0, len(documents))
	for _, d := range documents {
		text := textSum(d)
		if known := earlier.cut(d.ID); known != nil && known.text == text {
			cuts = append(cuts, known)
		} else {
			cuts = append(cuts, newCut(d, text))
		}
	}
	slices.SortFunc(cuts, func(a, b *cut) int { return strings.Compare(a.document.ID, b.document.ID) })
	return corpusOf(cuts)
}

// corpusOf numbers documents that are cut, in their order.
func corpusOf(cuts []*cut) (*corpus, error) {
	c := &corpus{cuts: cuts, number: make(map[string]int, len(cuts))}
	for d, one := range cuts {
		if _, twice := c.number[one.document.ID]; twice {
			return nil, fmt.Errorf("two documents have the id %q", one.document.ID)
		}
		c.number[one.document.ID] = d
		c.documents = append(c.documents, one.document)
		before := len(c.passages)
		c.starts = append(c.starts, unitStart{before, len(c.sentences)})
		for _, p := range one.passages {
			c.passages = append(c.passages, passage{p, d})
		}
		for _, s := range one.sentences {
			c.sentences = append(c.sentences, sentence{s.Span, d, before + s.first, before + s.last})
		}
	}
	return c, nil
}

// cut returns the document of an id as it is cut; nil for none.
func (c *corpus) cut(id string) *cut {
	if c == nil {
		return nil
	}
	if d, ok := c.number[id]; ok {
		return c.cuts[d]
	}
	return nil
}

func (c *corpus) text(s sentence) string { return c.documents[s.document].Text[s.Start:s.End] }

// titled puts the title before a text, as it was when the weights of the ranking were learned.
func titled(d *retrieval.Document, text string) string {
	if d.Title == "" {
		return text
	}
	return d.Title + ". " + text
}

// The texts that are encoded: each sentence alone and after its title, each passage and document after its title.

func (c *cut) sentence(i int) string { return c.document.Text[c.sentences[i].Start:c.sentences[i].End] }
func (c *cut) titled(i int) string   { return titled(c.document, c.sentence(i)) }
func (c *cut) passage(i int) string  { return titled(c.document, c.passages[i].Text) }
func (c *cut) whole() string         { return documentText(c.document) }

func documentText(d *retrieval.Document) string {
	text := strings.Join(strings.Fields(d.Text), " ")
	if len(text) > maxDocumentText {
		text = text[:maxDocumentText]
		text = text[:max(strings.LastIndexByte(text, ' '), 0)]
	}
	return titled(d, text)
}

// maxDocumentText is how much of a document, in bytes, its own vector is made of: some four of the encoder's windows.
// Beyond that an average says little, and encoding could not be called off for minutes.
const maxDocumentText = 8000

// texts lists all that is encoded of documents; some may be equal.
func texts(cuts []*cut) []string {
	var sentences, passages, wholes []string
	for _, c := range cuts {
		for i := range c.sentences {
			sentences = append(sentences, c.sentence(i), c.titled(i))
		}
		for i := range c.passages {
			passages = append(passages, c.passage(i))
		}
		wholes = append(wholes, c.whole())
	}
	return slices.Concat(sentences, passages, wholes)
}

// wanted is all that is encoded of documents; some may be equal. A sentence that is another text, too, is among the sentences.
type wanted struct {
	others    []string // the most wanted first: with documents and passages alone most questions find their document
	sentences []string // alone
}

func wantedOf(cuts []*cut) (w wanted) {
	alone := map[string]bool{}
	for _, c := range cuts {
		for i := range c.sentences {
			alone[c.sentence(i)] = true
		}
	}
	for _, text := range slices.Backward(texts(cuts)) {
		if alone[text] {
			w.sentences = append(w.sentences, text)
		} else {
			w.others = append(w.others, text)
		}
	}
	return w
}

func (w wanted) some() bool { return len(w.others)+len(w.sentences) > 0 }

// together lists the same texts, those of one document one after the other.
func together(cuts []*cut) (out []string) {
	for _, c := range cuts {
		out = append(out, texts([]*cut{c})...)
	}
	return out
}

// format is raised when a change of the analysis or of a file's layout that nothing else in the fingerprint shows makes an
// index of before useless. A golden of the terms of a sample text tells when that is so.
const format = 3

// recipe tells an index made by this analysis, with these places and by this encoder, from all others.
func recipe(encoder string) (string, error) {
	places, err := gazetteer.Fingerprint()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	write(h, fmt.Sprintf("format %d", format), encoder, analysis.Fingerprint(), places)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// fingerprint tells an index of exactly these documents, cut into these passages and sentences and made by a recipe, from
// all others.
func fingerprint(recipe string, members []memberDocument) string {
	h := sha256.New()
	write(h, recipe)
	for _, m := range members {
		write(h, m.ID, m.Sum)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// memberDocument is a document of a segment.
type memberDocument struct {
	ID, Sum             string
	Passages, Sentences int    // how many it has
	Language            string // that its terms are made by
}

func membersOf(cuts []*cut) []memberDocument {
	out := make([]memberDocument, len(cuts))
	for i, c := range cuts {
		out[i] = memberDocument{ID: c.document.ID, Sum: c.sum, Passages: len(c.passages), Sentences: len(c.sentences)}
	}
	return out
}

// write hashes texts so that no two lists of texts hash alike: each after its length.
func write(h hash.Hash, texts ...string) {
	for _, t := range texts {
		_, _ = fmt.Fprintf(h, "%d:", len(t)) // a hash takes every write
		_, _ = h.Write([]byte(t))
	}
}
