package dossier

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxRoleRunes is how long an office is, at most.
const maxRoleRunes = 110

// role gives the office of a person named at a place of a sentence: the apposition after the name, or before it.
func (r *reader) role(sentence string, start, end int) string {
	after := sentence[end:]
	if role := r.roleAfter(after); role != "" {
		if first, second, two := strings.Cut(role, " et "); two && r.beginsRole(first) && r.beginsRole(second) &&
			strings.HasSuffix(sentence[:start], " et ") { // "X et Y, directeur et directeur adjoint": whose is which?
			return ""
		}
		return role
	}
	if role := r.roleBefore(sentence[:start]); role != "" {
		return role
	}
	for _, is := range [...]string{" : il est ", " : elle est "} {
		if _, told, ok := strings.Cut(after, is); ok {
			return r.roleAfter(", " + told)
		}
	}
	return ""
}

func (r *reader) roleAfter(after string) string {
	if office, ok := strings.CutPrefix(after, " ("); ok {
		office, _, closed := strings.Cut(office, ")")
		if closed && utf8.RuneCountInString(office) <= maxRoleRunes && !strings.ContainsAny(office, "0123456789") {
			return "(" + office + ")"
		}
		return ""
	}
	role, ok := strings.CutPrefix(after, ", ")
	if !ok {
		return ""
	}
	rest := role
	role = untilEnd(role)
	if utf8.RuneCountInString(role) > maxRoleRunes || !r.beginsRole(role) {
		return ""
	}
	if more, ok := strings.CutPrefix(rest[len(role):], ", "); ok {
		more = untilEnd(more)
		if r.cues.in("role verb", firstWords(normal(more), 3)) && utf8.RuneCountInString(role+more) <= maxRoleRunes {
			return rest[:len(role)+len(", ")+len(more)]
		}
	}
	return role
}

// beginsRole tells an apposition that begins with an office, a word like "ancien" before it or not.
func (r *reader) beginsRole(apposition string) bool {
	words := strings.Fields(normal(apposition))
	if len(words) > 1 && r.cues.in("before role", " "+words[0]+" ") {
		words = words[1:]
	}
	begins := " " + strings.Join(words[:min(3, len(words))], " ") + " "
	for _, class := range [...]string{"role", "role verb"} {
		for _, phrase := range r.cues[class] {
			if strings.HasPrefix(begins, phrase) {
				return true
			}
		}
	}
	return false
}

// untilEnd cuts an apposition where it ends: at a comma, a stop, or "et" before another name.
func untilEnd(role string) string {
	depth := 0
	for i, c := range role {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		case ',', ';', ':', '!', '?', '«', '»', '—', '\n':
			return strings.TrimSpace(role[:i])
		case '.':
			return strings.TrimSpace(role[:i])
		case ' ':
			rest := role[i:]
			for _, and := range [...]string{" et ", " and ", " и ", " ainsi "} {
				if next, ok := strings.CutPrefix(rest, and); ok && (beginsName(next) || strings.HasPrefix(next, "a ")) {
					return role[:i]
				}
			}
		}
		if depth < 0 {
			return strings.TrimSpace(role[:i])
		}
	}
	return strings.TrimSpace(role)
}

// beginsName tells two capitalised words in a row.
func beginsName(text string) bool {
	words := strings.Fields(text)
	return len(words) > 1 && capital(words[0]) && capital(words[1])
}

func capital(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first)
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// roleBefore finds an office right before a name: "le gouverneur de la région d’Irkoutsk, ", "le sénateur ".
func (r *reader) roleBefore(before string) string {
	before, _ = strings.CutSuffix(before, " ")
	before, _ = strings.CutSuffix(before, ",")
	afterName := false
	if cut := strings.LastIndexAny(before, ".;:!?,()«»\n"); cut >= 0 {
		_, size := utf8.DecodeRuneInString(before[cut:])
		words := strings.Fields(before[:cut])
		afterName = before[cut] == ',' && len(words) > 0 && capital(words[len(words)-1])
		before = before[cut+size:]
	}
	starts := wordStarts(before)
	for _, words := range [...]int{2, 1} { // "vice président", then "président"
		for i := len(starts) - 1; i >= 0; i-- {
			end := len(before)
			if i+words < len(starts) {
				end = starts[i+words]
			}
			if !r.isRole(strings.TrimSpace(before[starts[i]:end])) {
				continue
			}
			role := strings.TrimSpace(before[starts[i]:])
			if afterName && strings.TrimSpace(before[:starts[i]]) == "" { // the office of the one named before
				return ""
			}
			if utf8.RuneCountInString(role) > maxRoleRunes || r.cues.in("not in role", normal(role)) || r.cues.in("met", normal(role)) {
				return ""
			}
			return role
		}
	}
	return ""
}

func (r *reader) isRole(words string) bool {
	return slices.Contains(r.cues["role"], normal(words))
}

func wordStarts(text string) []int {
	var starts []int
	inside := false
	for i, c := range text {
		letter := isLetter(c) || c == '-'
		if letter && !inside {
			starts = append(starts, i)
		}
		inside = letter
	}
	return starts
}
