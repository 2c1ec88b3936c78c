package locale_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// text is one form of one key, as a data file has it.
type text struct{ file, key, form, value string }

func readTexts(t *testing.T, language string) []text {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("texts", language, "*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no data files of %s: %v", language, err)
	}
	var texts []text
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var keys map[string]any
		if err := yaml.Unmarshal(content, &keys); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for key, value := range keys {
			switch value := value.(type) {
			case string:
				texts = append(texts, text{path, key, "", value})
			case map[string]any:
				for form, s := range value {
					s, ok := s.(string)
					if !ok {
						t.Fatalf("%s: %s: form %q is not a text", path, key, form)
					}
					texts = append(texts, text{path, key, form, s})
				}
			default:
				t.Errorf("%s: %s is a %T, want a text (put it between quotes) or plural forms", path, key, value)
			}
		}
	}
	return texts
}

func TestAllLanguagesHaveTheSameTexts(t *testing.T) {
	placeholder := regexp.MustCompile(`\{\{.*?\}\}`)
	type entry struct{ forms, placeholders map[string]bool }
	languages := map[string]map[string]entry{}
	for _, language := range load(t).Languages() {
		keys := map[string]entry{}
		for _, s := range readTexts(t, language) {
			e, ok := keys[s.key]
			if !ok {
				e = entry{map[string]bool{}, map[string]bool{}}
				keys[s.key] = e
			}
			e.forms[s.form] = true
			for _, p := range placeholder.FindAllString(s.value, -1) {
				if !regexp.MustCompile(`^\{\{\.[A-Z][A-Za-z]*\}\}$`).MatchString(p) {
					t.Errorf("%s: %s: %s is not a plain placeholder", s.file, s.key, p)
				}
				e.placeholders[p] = true
			}
		}
		languages[language] = keys
	}
	forms := map[string][]string{"fr": {"one", "other"}, "en": {"one", "other"}, "ru": {"few", "many", "one", "other"}}
	for language, keys := range languages {
		for key, english := range languages["en"] {
			own, ok := keys[key]
			if !ok {
				t.Errorf("%s has no text %s", language, key)
				continue
			}
			if !maps.Equal(own.placeholders, english.placeholders) {
				t.Errorf("%s: %s has the placeholders %v, in English %v", language, key, own.placeholders, english.placeholders)
			}
			want := []string{""}
			if !english.forms[""] {
				want = forms[language]
			}
			if got := slices.Sorted(maps.Keys(own.forms)); !slices.Equal(got, want) {
				t.Errorf("%s: %s has the forms %q, want %q", language, key, got, want)
			}
		}
		for key := range keys {
			if _, ok := languages["en"][key]; !ok {
				t.Errorf("%s: %s is missing in English", language, key)
			}
		}
	}
}

// typography is what must not stand in a text of a language, after code between backquotes is taken out.
func typography(language, text string) []string {
	rules := map[string]string{
		"three dots for …":      `\.\.\.`,
		"a straight quote":      `["']`,
		"two spaces":            `[ \x{00a0}\x{202f}]{2}`,
		"a space at an end":     `^\s|\s$`,
		"a control character":   `[\x00-\x1f\x7f]`,
		"a hyphen for a dash":   ` - `,
		"a space before , or .": `\s[,.](\s|$)`,
	}
	switch language {
	case "fr":
		rules["« without a no-break space"] = `«([^\x{00a0}\x{202f}]|$)`
		rules["» without a no-break space"] = `(^|[^\x{00a0}\x{202f}])»`
		rules["no no-break space before : ; ! ?"] = `(^|[^\x{00a0}\x{202f}!?])[:;!?]`
		rules["a quotation mark of English"] = `[“”]`
	case "ru":
		rules["a space within «»"] = `«\s|\s»`
		rules["a space before : ; ! ?"] = `\s[:;!?]`
		rules["a quotation mark of English"] = `[“”]`
	case "en":
		rules["a space before : ; ! ?"] = `\s[:;!?]`
		rules["a quotation mark of French"] = `[«»]`
	}
	text = regexp.MustCompile("`[^`]*`").ReplaceAllString(text, "X")
	var faults []string
	for fault, pattern := range rules {
		if regexp.MustCompile(pattern).MatchString(text) {
			faults = append(faults, fault)
		}
	}
	slices.Sort(faults)
	return faults
}

func TestTypography(t *testing.T) {
	for _, language := range load(t).Languages() {
		for _, s := range readTexts(t, language) {
			if faults := typography(language, s.value); len(faults) > 0 {
				t.Errorf("%s: %s: %q has %s", s.file, s.key, s.value, strings.Join(faults, ", "))
			}
		}
	}
}

// The rules above prove nothing unless they find what they look for.
func TestTypographyFindsFaults(t *testing.T) {
	for _, c := range []struct{ language, text, fault string }{
		{"fr", "Quoi ?", "no no-break space before : ; ! ?"},
		{"fr", "Sources: 3", "no no-break space before : ; ! ?"},
		{"fr", "« Ami »", "« without a no-break space"},
		{"fr", "«Ami»", "» without a no-break space"},
		{"fr", "l'article", "a straight quote"},
		{"fr", "Attendez...", "three dots for …"},
		{"ru", "« Друг »", "a space within «»"},
		{"ru", "Это - статья", "a hyphen for a dash"},
		{"ru", "Что ?", "a space before : ; ! ?"},
		{"en", "the model's answer", "a straight quote"},
	} {
		if got := typography(c.language, c.text); !slices.Contains(got, c.fault) {
			t.Errorf("%s %q: found %q, want %q", c.language, c.text, got, c.fault)
		}
	}
	for language, right := range map[string]string{
		"fr": "Qui\u00a0: «\u00a0l’ami\u00a0»\u202f?! Voir `ask \"…\"`.", "ru": "Кто: «друг» — и всё?", "en": "Who: “a friend”?",
	} {
		if got := typography(language, right); len(got) > 0 {
			t.Errorf("%s %q: %q is no fault", language, right, got)
		}
	}
}
