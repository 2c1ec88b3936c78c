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
	documents []*retrieval.Document
	number    map[string]int // of a document, by id
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

func newCorpus(documents []*retrieval.Document) (*corpus, error) {
	c := &corpus{documents: slices.Clone(documents), number: make(map[string]int, len(documents))}
	slices.SortFunc(c.documents, func(a, b *retrieval.Document) int { return strings.Compare(a.ID, b.ID) })
	for d, doc := range c.documents {
		if _, twice := c.number[doc.ID]; twice {
			return nil, fmt.Errorf("two documents have the id %q", doc.ID)
		}
		c.number[doc.ID] = d
		begin := len(c.sentences)
		for _, p := range ingest.Passages(doc) {
			n := len(c.passages)
			c.passages = append(c.passages, passage{p, d})
			for _, span := range p.Sentences {
				if last := len(c.sentences) - 1; last >= begin && span.Start <= c.sentences[last].Start {
					i := slices.IndexFunc(c.sentences[begin:], func(s sentence) bool { return s.Span == span })
					if i >= 0 {
						c.sentences[begin+i].last = n
					}
					continue
				}
				c.sentences = append(c.sentences, sentence{span, d, n, n})
			}
		}
	}
	return c, nil
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

func (c *corpus) passageText(p passage) string { return titled(c.documents[p.document], p.Text) }

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

// texts lists all that is encoded; some may be equal.
func (c *corpus) texts() []string {
	out := make([]string, 0, 2*len(c.sentences)+len(c.passages)+len(c.documents))
	for _, s := range c.sentences {
		t := c.text(s)
		out = append(out, t, titled(c.documents[s.document], t))
	}
	for _, p := range c.passages {
		out = append(out, c.passageText(p))
	}
	for _, d := range c.documents {
		out = append(out, documentText(d))
	}
	return out
}

// format is raised when a change of the analysis or of a file's layout that nothing else in the fingerprint shows makes an
// index of before useless. A golden of the terms of a sample text tells when that is so.
const format = 2

// fingerprint tells an index of exactly these documents, cut into these passages and sentences, this analysis, these
// places and this encoder from all others.
func (c *corpus) fingerprint(encoder string) (string, error) {
	places, err := gazetteer.Fingerprint()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	write(h, fmt.Sprintf("format %d", format), encoder, analysis.Fingerprint(), places)
	for _, p := range c.passages {
		write(h, p.Document, fmt.Sprint(p.Start, p.End, p.Sentences))
	}
	for _, d := range c.documents {
		write(h, d.ID, d.Title, d.Source, d.URL, d.Date.Text, d.Language, d.Kind, d.Text)
		for _, list := range [][]string{d.Places, d.People, d.Organisations} {
			write(h, fmt.Sprint(len(list)))
			write(h, list...)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// write hashes texts so that no two lists of texts hash alike: each after its length.
func write(h hash.Hash, texts ...string) {
	for _, t := range texts {
		_, _ = fmt.Fprintf(h, "%d:", len(t)) // a hash takes every write
		_, _ = h.Write([]byte(t))
	}
}
