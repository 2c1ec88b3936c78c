package gazetteer

import (
	"strings"
	"unicode/utf8"
)

// trie holds names word by word. A word of a Russian name is held as its stem, so that its cases are found too.
type trie struct {
	next     map[edge]int32
	meanings []meaning // by node; node 0 is the beginning
}

type edge struct {
	from int32
	word string // folded
	form form
}

// form is how a word of a name may be inflected.
type form uint8

const (
	exact     form = iota // not at all
	noun                  // word is a stem, followed by the ending of a Russian noun or none
	vowelNoun             // the same, but never without ending
	adjective             // word is a stem, followed by the ending of a Russian adjective
)

// meaning is the place that a name ending at a node means.
type meaning struct {
	place     int32 // index plus one; 0 where no name ends
	adjective bool  // an adjective or an inhabitant, not the name itself
}

func newTrie() trie {
	return trie{next: make(map[edge]int32, 24000), meanings: make([]meaning, 1, 20000)}
}

// add indexes a name. What is indexed already keeps its meaning, unless that was an adjective only.
func (t *trie) add(name string, m meaning, isRussian, declines bool) {
	var room [8]word
	words := splitWords(room[:0], name)
	if len(words) == 0 {
		return
	}
	t.addFrom(0, words, m, isRussian, declines)
}

func (t *trie) addFrom(node int32, words []word, m meaning, isRussian, declines bool) {
	if len(words) == 0 {
		if old := t.meanings[node]; old.place == 0 || old.adjective && !m.adjective {
			t.meanings[node] = m
		}
		return
	}
	stems := [2]stem{{text: words[0].folded, form: exact}}
	n := 1
	if isRussian && !words[0].acronym {
		n = stemsOf(&stems, words[0].folded, declines)
	}
	for _, s := range stems[:n] {
		e := edge{node, s.text, s.form}
		to, ok := t.next[e]
		if !ok {
			to = int32(len(t.meanings))
			t.meanings = append(t.meanings, meaning{})
			t.next[e] = to
		}
		t.addFrom(to, words[1:], m, isRussian, declines)
	}
}

// stem is a word of a name without its ending.
type stem struct {
	text string
	form form
}

// stemsOf gives the one or two stems of a Russian word in the nominative. A French town that ends in a vowel other than а
// or я does not decline.
func stemsOf(stems *[2]stem, folded string, declines bool) int {
	for _, ending := range [...]string{"ий", "ый", "ая", "яя", "ое", "ее", "ие", "ые"} {
		if s, ok := strings.CutSuffix(folded, ending); ok && utf8.RuneCountInString(s) >= minStem && declines {
			stems[0] = stem{s, adjective}
			return 1
		}
	}
	last, size := utf8.DecodeLastRuneInString(folded)
	s := folded[:len(folded)-size]
	if utf8.RuneCountInString(s) < minStem {
		stems[0] = stem{folded, exact}
		return 1
	}
	switch last {
	case 'а', 'я', 'ь', 'й':
		stems[0] = stem{s, vowelNoun}
		return 1
	case 'о', 'е', 'и', 'ы':
		switch {
		case !declines:
			stems[0] = stem{folded, exact}
		case last == 'и' || last == 'ы': // Мытищи, из Мытищ
			stems[0] = stem{s, noun}
		default:
			stems[0] = stem{s, vowelNoun}
		}
		return 1
	case 'у', 'ю', 'э':
		stems[0] = stem{folded, exact}
		return 1
	}
	stems[0] = stem{folded, noun}
	for _, fleeting := range [...]struct{ nominative, others string }{{"лец", "льц"}, {"ец", "ц"}, {"ок", "к"}} {
		if s, ok := strings.CutSuffix(folded, fleeting.nominative); ok && declines && utf8.RuneCountInString(s) >= minStem {
			stems[1] = stem{s + fleeting.others, noun}
			return 2
		}
	}
	return 1
}

// minStem is how many letters of a Russian name an ending leaves at least: Уфа, Обь.
const minStem = 2

// match is a name found in a row of words.
type match struct {
	words int // how many it spans
	meaning
}

// longest finds the longest name that begins with the first of the words.
func (t *trie) longest(words []word) match {
	var best match
	t.walk(0, words, 0, &best)
	if best.words == 0 && len(words) > 0 {
		if m, ok := t.adjectiveOfTown(words[0].folded); ok {
			best = match{words: 1, meaning: m}
		}
	}
	return best
}

func (t *trie) walk(node int32, words []word, depth int, best *match) {
	if m := t.meanings[node]; m.place != 0 && (depth > best.words || depth == best.words && best.adjective) {
		*best = match{words: depth, meaning: m}
	}
	if len(words) == 0 || depth > 0 && !words[0].joined {
		return
	}
	w := words[0].folded
	if to, ok := t.next[edge{node, w, exact}]; ok {
		t.walk(to, words[1:], depth+1, best)
	}
	if !words[0].cyrillic {
		return
	}
	if to, ok := t.next[edge{node, w, noun}]; ok {
		t.walk(to, words[1:], depth+1, best)
	}
	for s := range cut(w, nounEndings[:]) {
		for _, f := range [...]form{noun, vowelNoun} {
			if to, ok := t.next[edge{node, s, f}]; ok {
				t.walk(to, words[1:], depth+1, best)
			}
		}
	}
	for s := range cut(w, adjectiveEndings[:]) {
		if to, ok := t.next[edge{node, s, adjective}]; ok {
			t.walk(to, words[1:], depth+1, best)
		}
	}
}

// adjectiveOfTown reads a Russian adjective made of a town's name by rule: иркутский, калужский, казанский.
func (t *trie) adjectiveOfTown(folded string) (meaning, bool) {
	for s := range cut(folded, adjectiveEndings[:]) {
		if !strings.HasSuffix(s, "ск") && !strings.HasSuffix(s, "цк") {
			continue
		}
		town := s[:len(s)-len("ск")]
		if utf8.RuneCountInString(town) < 2*minStem-1 {
			continue
		}
		soft, size := utf8.DecodeLastRuneInString(town)
		candidates := [...]string{s, town, ""}
		root := town[:len(town)-size]
		switch soft {
		case 'ж':
			candidates[2] = root + "г"
		case 'ч':
			candidates[2] = root + "к"
		case 'ь':
			candidates[2] = root
		}
		for _, candidate := range candidates {
			if candidate == "" {
				continue
			}
			for _, f := range [...]form{noun, vowelNoun} {
				if to, ok := t.next[edge{0, candidate, f}]; ok && t.meanings[to].place != 0 && !t.meanings[to].adjective {
					return meaning{place: t.meanings[to].place, adjective: true}, true
				}
			}
		}
	}
	return meaning{}, false
}
