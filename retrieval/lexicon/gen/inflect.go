package main

import (
	"slices"
	"strings"

	"passerelle/retrieval/analysis"
)

// stems gives the stems of a dictionary's word: that of the word itself first, then those that the stemmer makes of its
// other forms where they differ. It takes побратим for a participle (побрат) and побратимами for a noun (побратим).
func stems(word, language string) []string {
	out := []string{analysis.Stem(word, language)}
	if language != "ru" {
		return out
	}
	for _, form := range russianForms(strings.ToLower(word)) {
		if stem := analysis.Stem(form, language); !slices.Contains(out, stem) {
			out = append(out, stem)
		}
	}
	return out
}

// declensions are the endings of Russian nouns and adjectives by the ending of the dictionary form; the first that fits
// counts. Consonants that end a masculine noun stand for no ending.
var declensions = []struct{ ending, others string }{
	{"ый", "ая ое ые ого ой ому ую ым ыми ых ом"}, {"ий", "ая яя ое ее ие ого его ой ей ому ему ую юю им ими их ом ем"},
	{"ой", "ая ое ые ие ого ому ую ым им ыми ими ых их ом"},
	{"ая", "ое ый ий ого ой ому ую ым ые ыми ых ом"}, {"ое", "ая ый ого ой ому ую ым ые ыми ых ом"}, {"ые", "ый ая ое ых ыми ым"},
	{"яя", "ий ее его ей ему юю им ие ими их ем"}, {"ее", "ий яя его ей ему юю им ие ими их ем"},
	{"ость", "ости остью остей остям остями остях"}, {"ие", "ия ию ием ии ий иям иями иях"}, {"ия", "ии ию ией ий иям иями иях"},
	{"ец", "ца цу цем цом це цы цев цов цам цами цах"}, {"ок", "ка ку ком ке ки ков кам ками ках"},
	{"а", "ы и у е ой ей ам ами ах"}, {"я", "и ю е ей ям ями ях"}, {"ь", "я ю ем е и ью ей ям ями ях"}, {"й", "я ю ем е и ев ям ями ях"},
	{"о", "а у ом е ам ами ах"}, {"е", "я а ю у ем и ей ям ам ями ами ях ах"},
	{"", "а у ом ем е ы и ов ей ам ами ах"},
}

func russianForms(word string) []string {
	const verb = "ть"
	if strings.HasSuffix(word, verb) && !strings.HasSuffix(word, "ость") || strings.HasSuffix(word, "ся") {
		return nil
	}
	for _, d := range declensions {
		if base, ok := strings.CutSuffix(word, d.ending); ok && len([]rune(base)) > 1 {
			var forms []string
			for ending := range strings.FieldsSeq(d.others) {
				forms = append(forms, base+ending)
			}
			return forms
		}
	}
	return nil
}
