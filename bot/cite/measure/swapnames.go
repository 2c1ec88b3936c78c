package measure

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
)

// pools are what is named in the place of something else.
type pools struct {
	people []string // surnames, as French texts write them
	bodies []string
	places []*gazetteer.Place
}

func (b *builder) newPools() (p pools) {
	for _, d := range b.corpus.Documents {
		for _, name := range d.People {
			p.people = append(p.people, surname(name))
		}
		p.bodies = append(p.bodies, d.Organisations...)
		for _, m := range b.corpus.Places.Find(d.Text, retrieval.French) {
			if m.Exact {
				p.places = append(p.places, m.Place)
			}
		}
	}
	slices.Sort(p.people)
	p.people = slices.Compact(p.people)
	slices.Sort(p.bodies)
	p.bodies = slices.Compact(p.bodies)
	slices.SortFunc(p.places, func(x, y *gazetteer.Place) int { return strings.Compare(x.ID, y.ID) })
	p.places = slices.Compact(p.places)
	return p
}

func surname(name string) string {
	words := strings.Fields(name)
	return words[len(words)-1]
}

// alike is the likeness of two names from which one may be a spelling of the other.
const alike = .5

// namedIn tells that a text has a name, or one that could be it.
func namedIn(text, name string) bool {
	if holds(text, name) {
		return true
	}
	for _, t := range analysis.Tokens(text, retrieval.French) {
		if !t.Capital {
			continue
		}
		for _, form := range analysis.NameForms(name, "") {
			if analysis.NameSimilarity(form, analysis.NameKey(t.Text, "")) >= alike {
				return true
			}
		}
	}
	return false
}

// swapName puts another surname in the place of that of a person whom the text names.
func (b *builder) swapName(one base, r *rand.Rand) (string, bool) {
	var named []string
	if one.language == retrieval.French {
		for _, name := range one.document.People {
			if s := surname(name); strings.Contains(one.text, s) {
				named = append(named, s)
			}
		}
	} else {
		for _, name := range one.people {
			named = append(named, surname(name))
		}
	}
	if len(named) == 0 {
		return "", false
	}
	old := pick(r, named)
	for range 20 {
		row := pick(r, b.data.people)
		name := row[one.language]
		if one.language == retrieval.French && r.IntN(2) == 0 {
			name = pick(r, b.pools.people)
			row = inLanguages{retrieval.French: name}
		}
		if !namedIn(one.evidence(), row[retrieval.French]) {
			return b.mended(one.language, strings.Replace(one.text, old, name, 1)), true
		}
	}
	return "", false
}

// swapPlace puts another place of the same kind and country in the place of one.
func (b *builder) swapPlace(one base, r *rand.Rand) (string, bool) {
	places := b.corpus.Places
	var named []gazetteer.Mention
	for _, m := range places.Find(one.text, one.language) {
		if m.Exact && m.Place.Kind != gazetteer.Area {
			named = append(named, m)
		}
	}
	if len(named) == 0 {
		return "", false
	}
	known := map[string]bool{}
	for _, m := range places.Find(one.evidence(), retrieval.French) {
		known[m.Place.ID] = true
		for _, id := range m.Place.Related {
			known[id] = true
		}
	}
	old := pick(r, named)
	for range 60 {
		p := pick(r, b.pools.places)
		name := places.Name(p, one.language)
		related := slices.ContainsFunc(p.Related, func(id string) bool { return known[id] })
		if p.Kind != old.Place.Kind || p.Country != old.Place.Country || known[p.ID] || related ||
			holds(one.evidence(), places.Name(p, retrieval.French)) || analysis.IsCyrillic(name) != (one.language == retrieval.Russian) {
			continue
		}
		return b.mended(one.language, one.text[:old.Start]+name+one.text[old.End:]), true
	}
	return "", false
}

// swapBody puts another company or institution in the place of one.
func (b *builder) swapBody(one base, r *rand.Rand) (string, bool) {
	named := one.bodies
	if one.language == retrieval.French {
		named = nil
		for _, name := range one.document.Organisations {
			if strings.Contains(one.text, name) {
				named = append(named, name)
			}
		}
	}
	if len(named) == 0 {
		return "", false
	}
	old := pick(r, named)
	for range 20 {
		row := pick(r, b.data.bodies)
		name := row[one.language]
		french := row[retrieval.French]
		if one.language == retrieval.French && r.IntN(2) == 0 {
			french = pick(r, b.pools.bodies)
			name = french
		}
		if !b.bodyIn(one.evidence(), french) {
			return b.mended(one.language, strings.Replace(one.text, old, name, 1)), true
		}
	}
	return "", false
}

// bodyIn tells that a text may name a body: it has half of the words of its name, a place among them or not.
func (b *builder) bodyIn(text, body string) bool {
	return shared(stems(body), stems(text)) >= alike
}

// elided mends French articles where another name has come behind them: d’Lyon, de Irkoutsk, de le.
func elided(text string) string {

	words := strings.Split(text, " ")
	for i, w := range words {
		for _, article := range []string{"d’", "D’"} {
			if rest, ok := strings.CutPrefix(w, article); ok && isConsonant(rest) {
				words[i] = article[:1] + "e " + rest
			}
		}
		if (w == "de" || w == "De") && i+1 < len(words) && isVowel(words[i+1]) {
			words[i], words[i+1] = "", w[:1]+"’"+words[i+1]
		}
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

func isVowel(word string) bool {
	r, _ := utf8.DecodeRuneInString(analysis.Fold(word))
	return strings.ContainsRune("aeiouy", r)
}

func isConsonant(word string) bool {
	r, _ := utf8.DecodeRuneInString(analysis.Fold(word))
	return unicode.In(r, unicode.Latin) && !strings.ContainsRune("aeiouyh", r)
}

func (b *builder) mended(language, text string) string {
	if language != retrieval.French {
		return text
	}
	return elided(text)
}
