package measure

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"

	"passerelle/bot/cite"
	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/ingest"
)

// Corpus is what claims are built from.
type Corpus struct {
	Documents    []*retrieval.Document
	Places       *gazetteer.Gazetteer
	Translations []Translation // those of sentences that no document has are passed over
}

// Options bound what is built; zero values are the defaults.
type Options struct {
	Wrong int // claims of each kind of being wrong, at most, in each language
	True  int // true claims, at most, in each language
}

// Claims of each kind, where the corpus has as many: enough for a figure that stands within some 3 points, few
// enough for a minute's run.
const (
	defaultWrong = 120
	defaultTrue  = 400
)

// base is a true claim with the sentence that proves it.
type base struct {
	document *retrieval.Document
	passage  *retrieval.Passage
	quote    string
	language string
	text     string
	people   []string // as the text writes them, where it is a translation; for French see the document
	bodies   []string
}

// key names a base, for random choices that stay the same when others are added.
func (b base) key() string { return b.language + "\x00" + b.document.ID + "\x00" + b.quote }

// evidence is all that may prove a number or a name.
func (b base) evidence() string {
	return b.quote + "\n" + b.document.Title + "\n" + b.document.Date.Text
}

// Build makes the samples of a corpus, kind by kind.
func Build(c Corpus, o Options) []Sample {
	if o.Wrong == 0 {
		o.Wrong = defaultWrong
	}
	if o.True == 0 {
		o.True = defaultTrue
	}
	b := newBuilder(c)
	var out []Sample
	for _, kind := range Kinds() {
		out = append(out, b.wrong(kind, o.Wrong)...)
	}
	return append(out, b.truths(o.True)...)
}

type builder struct {
	corpus   Corpus
	data     data
	bases    []base // in an order that chance has given them once and for all
	passages []cite.Source
	pools    pools
	// details to invent, by whether they have more than maxShortWords that say something
	long, short []inLanguages
}

func newBuilder(c Corpus) *builder {
	b := &builder{corpus: c, data: readData()}
	for _, d := range c.Documents {
		for i, passages := 0, ingest.Passages(d); i < len(passages); i++ {
			p := &passages[i]
			b.passages = append(b.passages, cite.Source{Document: d, Passage: p})
			for _, s := range p.Sentences {
				b.addFrench(d, p, d.Text[s.Start:s.End])
			}
		}
	}
	b.addTranslations(c.Translations)
	slices.SortStableFunc(b.bases, func(x, y base) int {
		return strings.Compare(scattered(x.key()), scattered(y.key()))
	})
	b.pools = b.newPools()
	for _, tail := range b.data.tails {
		if len(stems(tail[retrieval.French])) > maxShortWords {
			b.long = append(b.long, tail)
		} else {
			b.short = append(b.short, tail)
		}
	}
	return b
}

const maxShortWords = 2

// Sentences of a length that says one thing or two.
const (
	minSentenceWords = 8
	maxSentenceWords = 60
)

func (b *builder) addFrench(d *retrieval.Document, p *retrieval.Passage, sentence string) {
	n := len(strings.Fields(sentence))
	if n < minSentenceWords || n > maxSentenceWords || analysis.DetectLanguage(sentence) != retrieval.French {
		return
	}
	if slices.ContainsFunc(b.bases, func(have base) bool { return have.document == d && have.quote == sentence }) {
		return // passages overlap by a sentence
	}
	b.bases = append(b.bases, base{document: d, passage: p, quote: sentence, language: retrieval.French, text: sentence})
}

func (b *builder) addTranslations(translations []Translation) {
	for _, t := range translations {
		for _, have := range b.bases {
			if have.language == retrieval.French && have.document.ID == t.Document && have.quote == t.Quote {
				text, people, bodies := unmark(t.Text)
				b.bases = append(b.bases, base{
					document: have.document, passage: have.passage, quote: t.Quote, language: t.Language, text: text,
					people: people, bodies: bodies,
				})
				break
			}
		}
	}
}

// scattered brings keys into an order that has nothing to do with theirs.
func scattered(key string) string {
	h := fnv.New128a()
	_, _ = h.Write([]byte(key))
	return string(h.Sum(nil))
}

// chance returns the random numbers of one base for one use of it: the same in every run.
func chance(b base, use string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(use + "\x00" + b.key()))
	return rand.New(rand.NewPCG(h.Sum64(), 1)) //nolint:gosec // it is to be the same in every run, and guards nothing
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// wrong builds claims of one kind, at most limit in each language.
func (b *builder) wrong(kind Kind, limit int) []Sample {
	rule := b.rules()[kind]
	var out []Sample
	built := map[string]int{}
	for _, one := range b.bases {
		if built[one.language] == limit {
			continue
		}
		r := chance(one, string(kind))
		s, ok := rule(one, r)
		if !ok {
			continue
		}
		built[one.language]++
		s.Kind, s.Language = kind, one.language
		out = append(out, s)
	}
	return out
}

// rule makes a claim wrong; false where it can't.
type rule func(b base, r *rand.Rand) (Sample, bool)

func (b *builder) rules() map[Kind]rule {
	return map[Kind]rule{
		Number:          b.reworded(swapNumber),
		Date:            b.reworded(swapDate),
		Name:            b.reworded(b.swapName),
		Place:           b.reworded(b.swapPlace),
		Body:            b.reworded(b.swapBody),
		NegationDropped: b.reworded(b.dropNegation),
		NegationAdded:   b.reworded(b.addNegation),
		Plan:            b.reworded(b.planAsDone),
		Speaker:         b.reworded(b.dropSpeaker),
		Invented:        b.reworded(b.invent(b.long)),
		InventedShort:   b.reworded(b.invent(b.short)),
		Altered:         b.alterQuote,
		WrongID:         b.wrongID,
		OtherThing:      b.otherThing,
	}
}

// reworded makes a rule of one that writes another text for the claim.
func (b *builder) reworded(write func(base, *rand.Rand) (string, bool)) rule {
	return func(one base, r *rand.Rand) (Sample, bool) {
		text, ok := write(one, r)
		if !ok || text == one.text {
			return Sample{}, false
		}
		return b.sample(one, text, one.quote, r), true
	}
}

// otherPassages is how many passages a request has beside the right one.
const otherPassages = 3

const rightID = "p1"

// sample makes a request of the base's passage and some others.
func (b *builder) sample(one base, text, quote string, r *rand.Rand) Sample {
	s := Sample{
		Sources: []cite.Source{{ID: rightID, Document: one.document, Passage: one.passage}},
		Claim:   cite.Claim{Text: text, Evidence: []cite.Evidence{{ID: rightID, Quote: quote}}},
	}
	for _, other := range b.others(one, r) {
		other.ID = "p" + string(rune('1'+len(s.Sources)))
		s.Sources = append(s.Sources, other)
	}
	return s
}

// others draws passages that do not hold the base's quote.
func (b *builder) others(one base, r *rand.Rand) (out []cite.Source) {
	for tries := 0; tries < 4*otherPassages && len(out) < otherPassages; tries++ {
		p := pick(r, b.passages)
		again := slices.ContainsFunc(out, func(have cite.Source) bool { return have.Passage == p.Passage })
		if !again && !strings.Contains(p.Passage.Text, one.quote) {
			out = append(out, p)
		}
	}
	return out
}

// truths returns true claims, at most limit in each language: French sentences reworded by rule, translations as they are.
func (b *builder) truths(limit int) []Sample {
	var out []Sample
	built := map[string]int{}
	for _, one := range b.bases {
		if built[one.language] == limit {
			continue
		}
		r := chance(one, string(True))
		text := one.text
		if one.language == retrieval.French {
			var ok bool
			if text, ok = b.reword(one, r); !ok {
				continue
			}
		}
		built[one.language]++
		s := b.sample(one, text, one.quote, r)
		s.Kind, s.Language = True, one.language
		out = append(out, s)
	}
	return out
}
