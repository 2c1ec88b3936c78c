package main

import (
	"iter"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// regions names the countries and languages of the world in the three languages, as Unicode's CLDR has them.
func regions() pairs {
	out := make(pairs)
	tags := map[string]language.Tag{"fr": language.French, "ru": language.Russian, "en": language.English}
	add := func(name func(display language.Tag) string) {
		for i, a := range languages {
			for _, b := range languages[i+1:] {
				for _, k := range keys(name(tags[a]), a) {
					for _, l := range keys(name(tags[b]), b) {
						addParts(out, a, b, k, l, 1)
						addParts(out, b, a, l, k, 1)
					}
				}
			}
		}
	}
	for code := range codes() {
		if region, err := language.ParseRegion(code); err == nil && region.IsCountry() && region.Canonicalize() == region {
			add(func(in language.Tag) string { return display.Regions(in).Name(region) })
		}
	}
	for code := range codes() {
		if base, err := language.ParseBase(code); err == nil && base.String() == code {
			add(func(in language.Tag) string { return display.Languages(in).Name(base) })
		}
	}
	return out
}

// codes gives every code of two letters, in order. Languages with three are too rare to be asked for.
func codes() iter.Seq[string] {
	return func(yield func(string) bool) {
		for a := 'a'; a <= 'z'; a++ {
			for b := 'a'; b <= 'z'; b++ {
				if !yield(string(a) + string(b)) {
					return
				}
			}
		}
	}
}
