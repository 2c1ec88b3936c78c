package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isAbbreviation tells whether the point after before, the sentence so far, is that of an abbreviation, an initial or a
// list number rather than a sentence's. next is the word that follows; it does not begin with a small letter.
func isAbbreviation(before, next string) bool {
	token := lastToken(before)
	if token == "" {
		return false
	}
	lead := strings.TrimRightFunc(strings.TrimSuffix(before, token), unicode.IsSpace)
	atStart := strings.TrimLeftFunc(lead, isOpener) == ""
	previous := lastToken(strings.TrimRight(lead, ".")) // "т. д." → т
	switch {
	case atStart && isListNumber(token):
		return true
	case neverLast(token):
		return true
	case isYearMark(token) && isNumeral(previous):
		// "В 2018 г. Москва" goes on, "приехала в 2018 г. Москва" does not: three words are no sentence.
		return len(strings.Fields(before)) <= 3 && !isStarter(next, true)
	case previous == "т" && (token == "д" || token == "п"), previous == "и" && (token == "др" || token == "пр"):
		return false // "and so on": what follows begins with a capital, so it is new
	case isInitial(token):
		return !isLettered(strings.ToLower(previous)) && !isStarter(next, false)
	case utf8.RuneCountInString(token) == 1 && isLetters(token), rarelyLast(token):
		return !isStarter(next, true)
	}
	return false
}

// lastToken returns the letters, digits, points and hyphens that the text ends in, without what an apostrophe parts off:
// of "selon l’art" it is "art".
func lastToken(text string) string {
	at := len(text)
	for at > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '.' && r != '-' && r != '°' {
			break
		}
		at -= size
	}
	return strings.TrimLeft(text[at:], ".-")
}

// isInitial tells "A", "J.-P", "А.С", "U.S".
func isInitial(token string) bool {
	letter := false // was the last rune one
	for _, r := range token {
		switch {
		case unicode.IsUpper(r) && !letter:
			letter = true
		case (r == '.' || r == '-'):
			letter = false
		default:
			return false
		}
	}
	return letter
}

func isListNumber(token string) bool {
	return len(token) <= 3 && isDigits(token) || len(token) <= 4 && isRoman(token)
}

func isNumeral(token string) bool {
	return isDigits(strings.ReplaceAll(token, "-", "")) || isRoman(token)
}

func isDigits(token string) bool {
	return token != "" && strings.IndexFunc(token, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
}

func isLetters(token string) bool {
	return strings.IndexFunc(token, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

func isRoman(token string) bool { return token != "" && strings.Trim(token, "IVXLХ") == "" }

// isYearMark tells the Russian "year(s)" and "century(ies)", which follow their number.
func isYearMark(token string) bool {
	switch token {
	case "г", "гг", "в", "вв":
		return true
	}
	return false
}

// isLettered tells the nouns that a single letter names a kind of ("le plan B.").
func isLettered(word string) bool {
	switch word {
	case "vitamine", "plan", "hépatite", "classe", "groupe", "catégorie", "type", "annexe", "lettre", "point", "zone",
		"vitamin", "class", "group", "category", "appendix", "letter", "section",
		"витамин", "план", "группа", "группы", "группе", "класс", "класса", "тип", "типа", "буква":
		return true
	}
	return false
}

// neverLast tells abbreviations that stand before what they belong to: titles, and parts of addresses and names.
func neverLast(token string) bool {
	switch token {
	case "M", "MM", "Mme", "Mmes", "Mlle", "Mlles", "Me", "Mgr", "Dr", "Drs", "Pr", "Prof", "St", "Ste", "Sts", "Stes",
		"Ch", "Ph", "Th", "Yu", "Ya", "Zh", "Kh", "Ts",
		"Mr", "Mrs", "Ms", "Messrs", "Gen", "Col", "Lt", "Capt", "Sgt", "Maj", "Rev", "Hon", "Gov", "Sen", "Rep", "Pres",
		"dr", "prof", "p.ex", "e.g", "i.e", "cf", "Cf", "ex",
		"им", "ул", "просп", "пр-т", "пер", "пл", "наб", "бул", "ш", "корп", "стр", "кв", "обл", "пос", "дер", "ст", "рис", "Рис",
		"акад", "проф", "доц", "канд", "докт", "ген", "полк", "св", "тов", "гр", "г-н", "г-жа", "Им", "Ул", "Св", "Проф", "Акад",
		"т.е", "т.к", "т.н", "см", "ср", "напр", "Ю", "Я":
		return true
	}
	return false
}

// rarelyLast tells abbreviations that end a sentence only now and then.
func rarelyLast(token string) bool {
	switch token {
	case "art", "chap", "vol", "fig", "Fig", "Figs", "Tab", "éd", "ed", "env", "hab", "tél", "tel", "av", "apr", "bd", "boul", "fg", "rte", "pp",
		"num", "réf", "ref", "vs", "No", "Nos", "n°", "N°", "approx", "dept", "dép", "Ave", "Blvd", "Rd", "Mt", "Ft",
		"janv", "févr", "fév", "avr", "juil", "sept", "oct", "nov", "déc",
		"Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec",
		"гл", "разд", "табл", "илл", "ок", "прим", "тел", "пп", "тт", "пр", "янв", "февр", "авг", "сент", "окт", "нояб", "дек":
		return true
	}
	return false
}

// isStarter tells words that a sentence begins with and a name does not. articles tells whether those count that many
// names begin with too (M. Le Goff).
func isStarter(word string, articles bool) bool {
	if cut := strings.IndexAny(word, "'’"); cut > 0 {
		rest := strings.TrimLeft(word[cut:], "'’")
		if r, _ := utf8.DecodeRuneInString(rest); unicode.IsLower(r) {
			return true // "D’après", "It’s"; a name has a capital there (D’Artagnan)
		}
		word = word[:cut]
	}
	switch word {
	case "Il", "Elle", "Ils", "Elles", "On", "Nous", "Ce", "Cet", "Cette", "Ces", "C", "Un", "Une", "En", "Dans", "Pour",
		"Avec", "Mais", "Selon", "Après", "Avant", "Depuis", "Son", "Sa", "Ses", "Leur", "Leurs", "À", "Au", "Aux", "Par",
		"The", "It", "He", "She", "They", "We", "This", "That", "These", "Those", "His", "Her", "Its", "Their", "In", "But",
		"And", "For", "After", "Before", "At", "There",
		"Он", "Она", "Оно", "Они", "Мы", "Это", "Этот", "Эта", "Эти", "Его", "Её", "Их", "В", "Во", "На", "По", "При",
		"После", "До", "Для", "Но", "Как", "Так", "Также", "Там", "Тогда":
		return true
	case "Le", "La", "Les", "L", "De", "Du", "Des", "D":
		return articles
	}
	return false
}
