package analysis

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/russian"
)

// Stem gives the term of a word: its Snowball stem, folded. A word in the other script than the language's is stemmed as
// what its script says.
func Stem(word, language string) string {
	w := strings.ToLower(word)
	if IsCyrillic(w) {
		language = "ru"
		w = strings.ReplaceAll(w, "ё", "е")
	} else if language == "ru" {
		return Fold(w)
	}
	env := snowballstem.NewEnv(w)
	switch language {
	case "fr":
		french.Stem(env)
	case "en":
		english.Stem(env)
	case "ru":
		russian.Stem(env)
	}
	return Fold(env.Current())
}

// IsStop tells a word that says nothing of a text's subject, in its folded form.
func IsStop(folded, language string) bool {
	switch language {
	case "fr":
		return contains(stopFrench, folded)
	case "ru":
		return contains(stopRussian, folded)
	case "en":
		return contains(stopEnglish, folded)
	}
	return false
}

// Fingerprint tells the lists of stop words from any others. Stems and segmentation are those of pinned modules.
func Fingerprint() string {
	sum := sha256.Sum256([]byte(stopFrench + "|" + stopRussian + "|" + stopEnglish))
	return hex.EncodeToString(sum[:])
}

// contains looks a word up in a list of lines.
func contains(list, word string) bool {
	if word == "" {
		return false
	}
	for {
		i := strings.Index(list, word)
		if i < 0 {
			return false
		}
		end := i + len(word)
		if (i == 0 || list[i-1] == '\n') && end < len(list) && list[end] == '\n' {
			return true
		}
		list = list[end:]
	}
}

//go:embed stop_fr.txt
var stopFrench string

//go:embed stop_ru.txt
var stopRussian string

//go:embed stop_en.txt
var stopEnglish string
