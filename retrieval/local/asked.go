package local

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/fusion"
)

// request is a question read for what an answer must state.
type request struct {
	text  *alignment.Text
	wants wants
	head  int             // the place in text of the noun asked for ("tribunal" of "quel tribunal"); -1 for none
	words []requestWord   // those of found.words, in their order
	own   map[string]bool // all words of the question, folded
}

// requestWord is a word of found.words as the question uses it.
type requestWord struct {
	at      int     // its first place in request.text; -1 where that does not have it
	weight  float64 // its idf
	name    bool
	subject bool // a sentence that answers has a counterpart of it: it is no name, and says more than what kind of answer is wanted
}

// wants is what an answer holds.
type wants string

const (
	wantsAnything wants = "" // the question's form tells nothing
	wantsNumber   wants = "number"
	wantsDate     wants = "date"
	wantsPerson   wants = "person"
	wantsPlace    wants = "place"
	wantsWhich    wants = "which" // one of a kind that the question names, or its name
)

// askWords tells by its stem what a word of a question asks for.
type askWords map[string][]wants // by language, a blank and stem

// Classes of asked.tsv that are no wants: words that ask for a name, and words that say little.
const (
	classNaming wants = "naming"
	classLight  wants = "light"
)

//go:embed asked.tsv
var askedFile string

func readAskWords(file string) (askWords, error) {
	a := askWords{}
	for i, line := range strings.Split(strings.TrimSpace(file), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 3 {
			return nil, fmt.Errorf("asked.tsv: line %d: %d columns, want class, language, words", i+1, len(columns))
		}
		for _, word := range strings.Fields(columns[2]) {
			for _, form := range []string{word, analysis.Fold(word)} {
				key := columns[1] + " " + analysis.Stem(form, columns[1])
				a[key] = append(a[key], wants(columns[0]))
			}
		}
	}
	return a, nil
}

func (a askWords) is(w alignment.Word, language string, class wants) bool {
	return slices.Contains(a[language+" "+w.Stem], class)
}

// request reads a question, whose words have these idf.
func (a askWords) request(f *found, text *alignment.Text, idf []float32) request {
	r := request{text: text, own: map[string]bool{}}
	taken := make([]bool, len(text.Words))
	for i, w := range f.words {
		r.words = append(r.words, requestWord{at: place(w, text, f.language, taken), weight: float64(idf[i]), name: w.Name})
	}
	r.head = headOf(text.Words, taken)
	r.wants = a.wants(f, text, r.head)
	for i := range r.words {
		w := &r.words[i]
		w.subject = !w.name && w.at >= 0 && !a.empty(text.Words[w.at], f.language, r.wants)
	}
	for _, t := range text.Words {
		r.own[analysis.Fold(t.Text)] = true
	}
	return r
}

// place finds a word, or the first of several that are one name, among those of the text that no other has taken; -1 where
// it is not there.
func place(w analysis.Word, text *alignment.Text, language string, taken []bool) int {
	at := -1
	for _, part := range analysis.Tokens(w.Text, language) {
		for j, t := range text.Words {
			if taken[j] || !strings.EqualFold(t.Text, part.Text) {
				continue
			}
			taken[j] = true
			if at < 0 {
				at = j
			}
			break
		}
	}
	return at
}

// headReach is how many words stand at most between "quel" and the noun that it asks for.
const headReach = 3

// headOf is the first word after an interrogative that says something.
func headOf(words []alignment.Word, says []bool) int {
	for i, w := range words {
		if !asksForNoun(strings.ToLower(w.Text)) {
			continue
		}
		for j := i + 1; j < len(words) && j <= i+headReach; j++ {
			if says[j] {
				return j
			}
		}
	}
	return -1
}

// asksForNoun tells an interrogative that a noun follows.
func asksForNoun(word string) bool {
	switch word {
	case "quel", "quelle", "quels", "quelles", "combien", "which", "what", "many", "much",
		"какой", "какая", "какое", "какие", "какого", "каком", "какую", "каким", "какими", "каких", "какому",
		"сколько", "скольких", "сколькими", "скольким", "чей", "чья", "чьё", "чьи":
		return true
	}
	return false
}

func (a askWords) wants(f *found, text *alignment.Text, head int) wants {
	switch f.asked {
	case fusion.ANumber:
		return wantsNumber
	case fusion.ADate:
		return wantsDate
	case fusion.APlace:
		return wantsPlace
	case fusion.APerson, fusion.ALeader, fusion.AnOffice:
		return wantsPerson
	}
	if head >= 0 {
		for _, k := range []wants{wantsNumber, wantsPerson, wantsDate, wantsPlace} {
			if a.is(text.Words[head], f.language, k) {
				return k
			}
		}
		return wantsWhich
	}
	want := wantsAnything // typed in keywords, a question names what it asks for: "mamison altitude"
	for _, w := range text.Words {
		switch {
		case a.is(w, f.language, wantsNumber):
			return wantsNumber
		case a.is(w, f.language, wantsDate):
			return wantsDate
		case a.is(w, f.language, classNaming):
			want = wantsWhich
		}
	}
	return want
}

// empty tells a word that no sentence needs to have.
func (a askWords) empty(w alignment.Word, language string, want wants) bool {
	return a.is(w, language, classLight) || a.is(w, language, classNaming) ||
		(want == wantsDate || want == wantsPlace) && a.is(w, language, want)
}
