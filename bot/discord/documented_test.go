package discord_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTestsThatAreNamedExist: docs/discord.md says which test holds which line; each of them is there.
func TestTestsThatAreNamedExist(t *testing.T) {
	const root = "../.."
	manual, err := os.ReadFile(filepath.Join(root, "docs", "discord.md"))
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, pattern := range []string{"bot/*_test.go", "bot/*/*_test.go", "bot/*/*/*_test.go", "cmd/passerelle/*_test.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(content)
		}
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(manual), -1)
	if len(named) < 50 {
		t.Errorf("%d tests are named", len(named))
	}
	for _, m := range named {
		if !strings.Contains(code.String(), "func "+m[1]+"(t *testing.T)") {
			t.Errorf("docs/discord.md names %s, which is nowhere", m[1])
		}
	}
}
