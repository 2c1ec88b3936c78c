package cite

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"passerelle/retrieval"
)

// fractionSlash stands in characters such as ½ once they are taken apart.
const fractionSlash = '⁄'

// plainDigits writes the digits of all scripts, full-width letters, Roman numerals and fractions of one character as
// people type them, and leaves out characters that nobody sees. Raised and lowered digits stay: "km²" has no 2.
func plainDigits(text string) string {
	if !strings.ContainsFunc(text, isOdd) {
		return text
	}
	var out strings.Builder
	last := ' '
	for _, r := range text {
		plain := string(r)
		if isOdd(r) {
			plain = plainRune(r)
		}
		if strings.ContainsRune(plain, fractionSlash) && unicode.IsDigit(last) {
			out.WriteByte(' ') // "2½" is 2 and a half, not 21 halves
		}
		out.WriteString(plain)
		if plain != "" {
			last, _ = utf8.DecodeLastRuneInString(plain)
		}
	}
	return out.String()
}

func isOdd(r rune) bool {
	if r < utf8.RuneSelf {
		return false
	}
	return unicode.In(r, unicode.N, unicode.Cf) || '！' <= r && r <= '～' || r == '٫' || r == '٬'
}

func plainRune(r rune) string {
	switch {
	case unicode.Is(unicode.Cf, r):
		return ""
	case unicode.Is(unicode.Nd, r):
		return string('0' + digitValue(r))
	case r == '٫':
		return "."
	case r == '٬':
		return ","
	}
	plain := norm.NFKC.String(string(r))
	if unicode.Is(unicode.No, r) && !strings.ContainsRune(plain, fractionSlash) && isRaised(r) {
		return string(r)
	}
	return plain
}

func isRaised(r rune) bool { return strings.ContainsRune("¹²³", r) || '⁰' <= r && r <= '₉' }

// digitValue gives what a decimal digit of any script is worth: Unicode sets the ten of each script in order from zero.
func digitValue(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	return 0
}

// digitRuns finds the numbers written in digits, with the marks inside them: "1 500", "1,500.25", "26.11.2018".
func digitRuns(text string) []retrieval.Span {
	var out []retrieval.Span
	for i := 0; i < len(text); {
		if !isDigit(text, i) {
			i++
			continue
		}
		start := i
		for isDigit(text, i) {
			i++
		}
		for {
			mark, size := utf8.DecodeRuneInString(text[i:])
			digits := 0
			for isDigit(text, i+size+digits) {
				digits++
			}
			grouped := digits == 3 && strings.ContainsRune(" \u00a0\u202f\u2009'’", mark) && groupsSoFar(text[start:i])
			if digits == 0 || !grouped && mark != '.' && mark != ',' {
				break
			}
			i += size + digits
		}
		out = append(out, retrieval.Span{Start: start, End: i})
	}
	return out
}

func isDigit(text string, i int) bool { return i < len(text) && '0' <= text[i] && text[i] <= '9' }

// groupsSoFar tells that digits may be the beginning of a number in groups of three: at most three, then threes.
func groupsSoFar(written string) bool {
	for i, group := range strings.FieldsFunc(written, func(r rune) bool { return !unicode.IsDigit(r) }) {
		if len(group) > 3 || i > 0 && len(group) != 3 {
			return false
		}
	}
	return written[0] != '0' && !strings.ContainsAny(written, ".,")
}

// readings lists what digits with marks may mean: a comma or point is a decimal mark in one language and parts
// thousands in another.
func readings(written string) []float64 {
	digits := strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || r == '.' || r == ',' {
			return r
		}
		return -1
	}, written)
	var out []float64
	add := func(s string) {
		if v, err := strconv.ParseFloat(s, 64); err == nil && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	last := strings.LastIndexAny(digits, ".,")
	plain := strings.NewReplacer(".", "", ",", "")
	if last < 0 {
		add(digits)
		return out
	}
	// The last mark as a decimal mark, unless the same mark stands twice, or the digits after it could be left out.
	grouped := len(digits)-last == len(",000") && last <= len("999") && digits[0] != '0' && digits[len(digits)-1] == '0'
	if strings.Count(digits, digits[last:last+1]) == 1 && !grouped {
		add(plain.Replace(digits[:last]) + "." + digits[last+1:])
	}
	groups := strings.FieldsFunc(digits, func(r rune) bool { return r == '.' || r == ',' })
	thousands := len(groups[0]) <= 3
	for _, g := range groups[1:] {
		thousands = thousands && len(g) == 3
	}
	if thousands {
		add(plain.Replace(digits))
	}
	if len(out) == 0 { // "1.2.3": no number, but the same figures prove it
		for _, g := range groups {
			add(g)
		}
	}
	return out
}
