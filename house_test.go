// Package passerelle_test proves the rules of the house: who imports whom, what a dependency must say for itself, and
// what no source file may hold.
package passerelle_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "passerelle"

// pkg is what `go list -json` tells of a package.
type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func (p pkg) name() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// forTests tells a package that serves tests alone: net/http has its httptest, bot/discord its discordtest.
func forTests(name string) bool { return strings.HasSuffix(name, "test") }

// packages lists the module's packages as they are with the build tags of all tests.
func packages(t *testing.T) []pkg {
	t.Helper()
	out := goTool(t, "list", "-e", "-tags", "twin", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	var list []pkg
	for decoder := json.NewDecoder(strings.NewReader(out)); ; {
		var p pkg
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath != module { // the root holds this test alone
			list = append(list, p)
		}
	}
	if len(list) < 2 {
		t.Fatalf("go list found %d packages", len(list))
	}
	return list
}

func goTool(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", args...).Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, failed.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// rows returns the first table of a Markdown file whose first column's heading is given: cells by row, without heading.
func rows(t *testing.T, path, heading string) [][]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var table [][]string
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			if len(table) > 0 {
				break
			}
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		if len(table) > 0 || cells[0] == heading {
			table = append(table, cells)
		}
	}
	if len(table) < 3 {
		t.Fatalf("%s has no table whose first column is %q", path, heading)
	}
	return table[2:]
}

func TestImportsFollowTheArrows(t *testing.T) {
	const path, all = "docs/architecture.md", "all"
	quoted := regexp.MustCompile("`([^`]+)`")
	allowed := map[string][]string{}
	for _, row := range rows(t, path, "package") {
		name := strings.Trim(row[0], "`")
		if row[2] == all {
			allowed[name] = []string{all}
			continue
		}
		allowed[name] = []string{}
		for _, match := range quoted.FindAllStringSubmatch(row[2], -1) {
			allowed[name] = append(allowed[name], match[1])
		}
	}

	seen := map[string]bool{}
	for _, p := range packages(t) {
		name := p.name()
		seen[name] = true
		may, ok := allowed[name]
		if !ok && !forTests(name) {
			t.Errorf("%s has no row for the package %s: say what its one job is and what it may import", path, name)
			continue
		}
		for _, imported := range p.Imports {
			target, own := strings.CutPrefix(imported, module+"/")
			switch {
			case !own || forTests(name):
			case forTests(target):
				t.Errorf("%s imports %s, which is for tests", name, target)
			case !slices.Contains(may, all) && !slices.Contains(may, target):
				t.Errorf("%s imports %s; %s allows it %v", name, target, path, may)
			}
		}
	}
	for name := range allowed {
		if !seen[name] {
			t.Errorf("%s has a row for %s, which is no package", path, name)
		}
	}
}

func TestEveryDependencyHasItsLine(t *testing.T) {
	const path = "docs/dependencies.md"
	var mod struct{ Require []struct{ Path string } }
	if err := json.Unmarshal([]byte(goTool(t, "mod", "edit", "-json")), &mod); err != nil {
		t.Fatal(err)
	}
	// What is imported counts, not what go.mod calls direct: that is right only after go mod tidy.
	used := map[string]bool{}
	for _, p := range packages(t) {
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if from := moduleOf(imported, mod.Require); from != "" {
				used[from] = true
			}
		}
	}
	told := map[string]bool{}
	for _, row := range rows(t, path, "module") {
		name := strings.Trim(row[0], "`")
		told[name] = true
		if !slices.ContainsFunc(mod.Require, func(r struct{ Path string }) bool { return r.Path == name }) {
			t.Errorf("%s has a line for %s, which go.mod does not require", path, name)
		}
		for _, cell := range row {
			if cell == "" {
				t.Errorf("%s: the line of %s leaves a column empty", path, name)
			}
		}
	}
	for name := range used {
		if !told[name] {
			t.Errorf("%s has no line for %s: what for, why this one, what it costs", path, name)
		}
	}
}

// moduleOf returns the required module that a package belongs to, "" for the standard library and this module.
func moduleOf(imported string, required []struct{ Path string }) string {
	longest := ""
	for _, r := range required {
		if (imported == r.Path || strings.HasPrefix(imported, r.Path+"/")) && len(r.Path) > len(longest) {
			longest = r.Path
		}
	}
	return longest
}
