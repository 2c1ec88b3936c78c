package cite_test

import (
	"fmt"
	"testing"

	"passerelle/bot/cite"
)

// TestNumberWords holds the numbers from 2 to 100 as they are written in words, in three cases in Russian: each proves its
// figure, and not the next one.
func TestNumberWords(t *testing.T) {
	for n := 2; n <= 100; n++ {
		for _, text := range []string{
			"avec " + french(n) + " élèves", "with " + english(n) + " pupils",
			"есть " + russian(0, n) + " учеников", "у " + russian(1, n) + " учеников", "с " + russian(2, n) + " учениками",
		} {
			for _, figure := range []int{n, n + 1} {
				quote := fmt.Sprintf("Le lycée compte %d élèves en tout.", figure)
				if c := checkOf(t, proofOf(t, quote, quote, text), cite.CheckNumbers); c.OK != (figure == n) {
					t.Errorf("%q of %q: %+v", text, quote, c)
				}
			}
		}
	}
}

func french(n int) string {
	small := []string{"", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"}
	tens := map[int]string{2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}
	if n == 100 {
		return "cent"
	}
	if n < 20 {
		return small[n]
	}
	ten, unit := n/10, n%10
	if ten == 7 || ten == 9 {
		ten, unit = ten-1, unit+10
	}
	switch {
	case unit == 0 && ten == 8:
		return "quatre-vingts"
	case unit == 0:
		return tens[ten]
	case (unit == 1 || unit == 11) && ten != 8:
		return tens[ten] + " et " + small[unit]
	}
	return tens[ten] + "-" + small[unit]
}

func english(n int) string {
	small := []string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens := []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "a hundred"}
	switch {
	case n < 20:
		return small[n]
	case n%10 == 0:
		return tens[n/10]
	}
	return tens[n/10] + "-" + small[n%10]
}

// russian declines: nominative, genitive, instrumental.
func russian(declined, n int) string {
	small := [3][]string{
		{"", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать"},
		{"", "одного", "двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти", "десяти", "одиннадцати", "двенадцати", "тринадцати", "четырнадцати", "пятнадцати", "шестнадцати", "семнадцати", "восемнадцати", "девятнадцати"},
		{"", "одним", "двумя", "тремя", "четырьмя", "пятью", "шестью", "семью", "восемью", "девятью", "десятью", "одиннадцатью", "двенадцатью", "тринадцатью", "четырнадцатью", "пятнадцатью", "шестнадцатью", "семнадцатью", "восемнадцатью", "девятнадцатью"},
	}
	tens := [3][]string{
		{"", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто", "сто"},
		{"", "", "двадцати", "тридцати", "сорока", "пятидесяти", "шестидесяти", "семидесяти", "восьмидесяти", "девяноста", "ста"},
		{"", "", "двадцатью", "тридцатью", "сорока", "пятьюдесятью", "шестьюдесятью", "семьюдесятью", "восемьюдесятью", "девяноста", "ста"},
	}
	switch {
	case n < 20:
		return small[declined][n]
	case n%10 == 0:
		return tens[declined][n/10]
	}
	return tens[declined][n/10] + " " + small[declined][n%10]
}
