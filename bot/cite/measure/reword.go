package measure

import (
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"

	"passerelle/retrieval"
)

// reword says a French sentence in another way that is as true: one or two rules, as chance has it.
func (b *builder) reword(one base, r *rand.Rand) (string, bool) {
	rules := []func(string, *rand.Rand) (string, bool){
		b.synonym, dateToTheEnd, withoutLastClause, oneHalf, withoutBrackets, numberForm, dateForm, millions,
	}
	r.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
	const most = 2
	text, done := one.text, 0
	for _, rule := range rules {
		if changed, ok := rule(text, r); ok {
			text = changed
			if done++; done == most {
				break
			}
		}
	}
	return text, done > 0 && len(strings.Fields(text)) >= minSentenceWords-2
}

func (b *builder) synonym(text string, r *rand.Rand) (string, bool) {
	var fitting [][]string
	for _, s := range b.data.synonyms {
		if !strings.Contains(text, s[0]) {
			continue
		}
		if strings.HasSuffix(s[0], "’") && strings.Contains(text, " "+s[0]) || phrase(s[0]).MatchString(text) {
			fitting = append(fitting, s)
		}
	}
	if len(fitting) == 0 {
		return "", false
	}
	s := pick(r, fitting)
	if strings.HasSuffix(s[0], "’") {
		with := " " + s[1]
		if !strings.HasSuffix(with, "’") {
			with += " "
		}
		return strings.Replace(text, " "+s[0], with, 1), true
	}
	return rewrite(text, phrase(s[0]), s[1])
}

const frenchMonths = `janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre`

var leadingDate = regexp.MustCompile(`^((?:En|Depuis|Dès|Fin|Début|Le|Du|Au|À la fin d[eu]) [^,;:«]{0,40}(?:` + frenchMonths + `|\d{4})[^,;:«]{0,12}), ([^,;:«]+)\.$`)

// dateToTheEnd takes a date from the beginning of a sentence that is one clause to its end.
func dateToTheEnd(text string, _ *rand.Rand) (string, bool) {
	m := leadingDate.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	return capitalised(m[2]) + " " + uncapitalised(m[1]) + ".", true
}

// What is left out or left alone must not hold the sentence's "no", its plan or its speaker.
var carriesForce = phrase(`(?i:ne|pas|sans|jamais|aucune?|doi(?:t|vent)|dev\p{L}+|pourra\p{L}*|prévoi\p{L}*|espère\p{L}*|souhait\p{L}*|se[r]ai?(?:t|ent)?|seront|selon|d’après|dit|disent|affirm\p{L}*|assur\p{L}*|estim\p{L}*|jug\p{L}*|indiqu\p{L}*|précis\p{L}*|ajout\p{L}*|not(?:e|ent)|déclar\p{L}*|rappel\p{L}*|expliqu\p{L}*|annonc\p{L}*|regrett\p{L}*|semble\p{L}*|que)`)

func forceful(text string) bool { return carriesForce.MatchString(text) || elidedNot.MatchString(text) }

var lastClause = regexp.MustCompile(`^([^;:«(]{40,}), ((?:où|dont|tandis que|ce qui|avec|puis) [^,;:«»]+)\.$`)

// withoutLastClause leaves out what a sentence adds at its end.
func withoutLastClause(text string, _ *rand.Rand) (string, bool) {
	m := lastClause.FindStringSubmatch(text)
	if m == nil || forceful(m[2]) {
		return "", false
	}
	return m[1] + ".", true
}

var halves = regexp.MustCompile(`^([^;«»]{40,})[ \x{a0}\x{202f}]; ([^;«»]{40,})\.$`)

// oneHalf keeps what stands on one side of a semicolon.
func oneHalf(text string, r *rand.Rand) (string, bool) {
	m := halves.FindStringSubmatch(text)
	if m == nil || forceful(m[1]) || forceful(m[2]) {
		return "", false
	}
	return capitalised(m[1+r.IntN(2)]) + ".", true
}

var bracketed = regexp.MustCompile(` \([^()]*\)`)

func withoutBrackets(text string, _ *rand.Rand) (string, bool) {
	short := bracketed.ReplaceAllString(text, "")
	return short, short != text
}

var frenchFigure = regexp.MustCompile(`(^|[ (])(\d{1,2})( (?:` + `[\p{Ll}]{4,}` + `))`)

// numberForm writes a small number in words that stood in digits, or the reverse, or a percentage without its sign.
func numberForm(text string, r *rand.Rand) (string, bool) {
	if r.IntN(2) == 0 {
		if out := percent.ReplaceAllString(text, "$1 pour cent"); out != text {
			return out, true
		}
	}
	words := numberWords[retrieval.French]
	for _, m := range frenchFigure.FindAllStringSubmatchIndex(text, -1) {
		n, err := strconv.Atoi(text[m[4]:m[5]])
		if err == nil && n >= firstNumberWord && n < firstNumberWord+len(words) && !beforeMonth(text[m[5]:], retrieval.French) {
			return text[:m[4]] + words[n-firstNumberWord] + text[m[5]:], true
		}
	}
	for i, w := range words {
		// With a blank before it: that of vingt-quatre is no number of its own, nor is that of trois cents.
		if !strings.Contains(text, w) {
			continue
		}
		re := regexp.MustCompile(`( )` + w + `( \p{Ll}{4,})`)
		if m := re.FindString(text); m != "" && !strings.Contains(m, " cent") && !strings.HasSuffix(m, " mille") {
			return rewrite(text, re, strconv.Itoa(i+firstNumberWord))
		}
	}
	return "", false
}

var percent = regexp.MustCompile(`(\d)[ \x{a0}\x{202f}]?%`)

var wholeDate = regexp.MustCompile(`\b(\d{1,2}) (` + frenchMonths + `) (\d{4})\b`)

// dateForm writes a date in figures.
func dateForm(text string, _ *rand.Rand) (string, bool) {
	m := wholeDate.FindStringSubmatchIndex(text)
	if m == nil || regexp.MustCompile(`(?:\d|au|et|ou|[-–])[  ]?$`).MatchString(text[:m[0]]) {
		return "", false
	}
	for i, name := range months[retrieval.French][0] {
		if name == text[m[4]:m[5]] {
			day := text[m[2]:m[3]]
			if len(day) == 1 {
				day = "0" + day
			}
			month := strconv.Itoa(i + 1)
			if len(month) == 1 {
				month = "0" + month
			}
			return text[:m[0]] + day + "/" + month + "/" + text[m[6]:m[7]] + text[m[1]:], true
		}
	}
	return "", false
}

var wholeMillions = regexp.MustCompile(`(^|[ (])(\d{1,3}) millions (?:d’|de )`)

// millions writes whole millions out.
func millions(text string, _ *rand.Rand) (string, bool) {
	if !wholeMillions.MatchString(text) || regexp.MustCompile(`\d (?:à|et|ou) \d+ millions`).MatchString(text) {
		return "", false
	}
	return wholeMillions.ReplaceAllString(text, "${1}${2} 000 000 "), true
}
