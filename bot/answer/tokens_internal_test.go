package answer

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestTokens compares the estimate with counts of two vocabularies of OpenAI's; see testdata/README.md. It may be too high,
// which costs a passage, and must not be too low, which costs the answer.
func TestTokens(t *testing.T) {
	file, err := os.Open("testdata/tokens.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := 0
	for lines := bufio.NewScanner(file); lines.Scan(); rows++ {
		cells := strings.SplitN(lines.Text(), "\t", 3)
		if rows == 0 || len(cells) != 3 {
			continue
		}
		got := float64(tokens(cells[2]))
		for i, most := range []float64{1.7, 2.1} { // cl100k_base, o200k_base
			counted, err := strconv.ParseFloat(cells[i], 64)
			if err != nil {
				t.Fatal(err)
			}
			if got < counted || got > most*counted {
				t.Errorf("estimated %.0f, counted %.0f by vocabulary %d: %.60s…", got, counted, i+1, cells[2])
			}
		}
	}
	if rows < 10 {
		t.Errorf("%d rows", rows)
	}
}
