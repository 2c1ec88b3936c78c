package passerelle_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources calls use for every file of the project that a person wrote, except what other hands made for tests.
func sources(t *testing.T, use func(path string, content []byte)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules" || entry.Name() == "dist"):
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		use(filepath.ToSlash(path), content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// stateful names the variables that only look changeable, or must be, each with the reason.
func stateful() map[string]string {
	return map[string]string{
		"bot/cite.cues":                     "an embedded table, read at once; nothing writes to it",
		"bot/cite.events":                   "an embedded table, read at once; nothing writes to it",
		"bot/cite.months":                   "an embedded table, read at once; nothing writes to it",
		"bot/cite.numberWords":              "an embedded table, read at once; nothing writes to it",
		"bot/cite.sameNames":                "an embedded table, read at once; nothing writes to it",
		"bot/cite/measure.months":           "a table of words; nothing writes to it",
		"bot/cite/measure.numberWords":      "a table of words; nothing writes to it",
		"bot/cite/measure.wordPatterns":     "patterns of those words; nothing writes to them",
		"retrieval/analysis.trigrams":       "an embedded table, read when first needed; nothing writes to it",
		"bot/discord/discordtest.loadRules": "Discord's description of its API, read once for all tests of a package",
	}
}

// makers are functions whose result nothing can change, so that a variable may hold it at package level.
func makers() []string {
	return []string{
		"errors.New", "regexp.MustCompile", "strings.NewReplacer", "strings.Join", "language.MustParse", "lipgloss.NewStyle",
		"phrase", // of bot/cite/measure: a *regexp.Regexp
	}
}

func TestNoInitAndNoPackageState(t *testing.T) {
	directories := map[string][]*ast.File{}
	files := token.NewFileSet()
	sources(t, func(path string, content []byte) {
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/testdata/") {
			return
		}
		file, err := parser.ParseFile(files, path, content, parser.ParseComments)
		if err != nil {
			t.Errorf("%v", err)
			return
		}
		directories[filepath.ToSlash(filepath.Dir(path))] = append(directories[filepath.ToSlash(filepath.Dir(path))], file)
	})
	excused := stateful()
	for directory, parsed := range directories {
		for _, fault := range packageState(files, parsed) {
			name := directory + "." + fault.name
			if _, ok := excused[name]; ok {
				delete(excused, name)
				continue
			}
			t.Errorf("%s: %s %s", files.Position(fault.at), name, fault.what)
		}
	}
	for name := range excused {
		t.Errorf("the excuse for %s is no longer needed", name)
	}
}

// fault is something at package level that may change while the program runs, or runs before main.
type fault struct {
	name, what string
	at         token.Pos
}

// packageState finds init functions, and variables that are assigned to, pointed to, or hold what can change. Tables
// and other composite literals pass as long as no one writes to them, for Go has no constant ones.
func packageState(files *token.FileSet, parsed []*ast.File) []fault {
	var faults []fault
	// Types tell a variable from another of the same name. What is imported is not there to be checked; what that makes
	// unclear is of no matter here.
	info := types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	checker := types.Config{Error: func(error) {}}
	_, _ = checker.Check("p", files, parsed, &info)
	declared := map[types.Object]bool{}
	for _, file := range parsed {
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil && decl.Name.Name == "init" {
					faults = append(faults, fault{"init", "runs before main: let main build and pass down", decl.Pos()})
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					spec, ok := spec.(*ast.ValueSpec)
					if !ok || decl.Tok != token.VAR {
						continue
					}
					for i, name := range spec.Names {
						if name.Name == "_" {
							continue
						}
						declared[info.Defs[name]] = true
						if what := changeable(decl, spec, i); what != "" {
							faults = append(faults, fault{name.Name, what, name.Pos()})
						}
					}
				}
			}
		}
	}
	for _, file := range parsed {
		ast.Inspect(file, func(n ast.Node) bool {
			var written []ast.Expr
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					written = n.Lhs
				}
			case *ast.IncDecStmt:
				written = []ast.Expr{n.X}
			case *ast.RangeStmt:
				if n.Tok == token.ASSIGN {
					written = []ast.Expr{n.Key, n.Value}
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && slices.Contains([]string{"delete", "clear", "copy"}, f.Name) {
					written = n.Args[:1]
				}
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					written = []ast.Expr{n.X}
				}
			}
			for _, w := range written {
				if id := root(w); id != nil && declared[info.Uses[id]] {
					faults = append(faults, fault{id.Name, "is written to, or pointed to, at " + files.Position(id.Pos()).String(), id.Pos()})
				}
			}
			return true
		})
	}
	return faults
}

// changeable tells what makes a variable's first value one that may change.
func changeable(decl *ast.GenDecl, spec *ast.ValueSpec, i int) string {
	doc := ""
	for _, group := range []*ast.CommentGroup{decl.Doc, spec.Doc} {
		if group != nil {
			for _, line := range group.List {
				doc += line.Text + "\n"
			}
		}
	}
	if strings.Contains(doc, "//go:embed ") {
		return ""
	}
	if i >= len(spec.Values) {
		return "has no value from the start: it is there to be changed"
	}
	what := ""
	ast.Inspect(spec.Values[i], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if called := name(n.Fun); !slices.Contains(makers(), called) {
				what = "holds the result of " + called + ", which may change"
			}
		case *ast.CompositeLit:
			if typ := name(n.Type); strings.HasPrefix(typ, "sync.") || strings.HasPrefix(typ, "atomic.") {
				what = "is a " + typ
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				what = "is a pointer"
			}
		}
		return true
	})
	return what
}

func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return name(e.X) + "." + e.Sel.Name
	}
	return fmt.Sprintf("%T", e)
}

// root returns the variable that an expression like v.field[i] is a part of, nil for none.
func root(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return root(e.X)
	case *ast.IndexExpr:
		return root(e.X)
	case *ast.SliceExpr:
		return root(e.X)
	case *ast.StarExpr:
		return root(e.X)
	case *ast.ParenExpr:
		return root(e.X)
	}
	return nil
}

// The rules above prove nothing unless they find what they look for.
func TestPackageStateIsFound(t *testing.T) {
	for code, want := range map[string]string{
		"func init() {}": "init",
		"var v int":      "v",
		"var v = []int{1}\nfunc f() { v[0] = 2 }":                  "v",
		"var v = 1\nfunc f() { v++ }":                              "v",
		"var v = map[int]int{}\nfunc f() { delete(v, 1) }":         "v",
		"var v = struct{ n int }{}\nfunc f() *int { return &v.n }": "v",
		"var v = sync.Mutex{}":                                     "v",
		"var v = &T{}":                                             "v",
		"var v = rand.New(1)":                                      "v",
		"var v = sync.OnceValue(func() int { return 1 })":          "v",
		"var v = []int{1}\nfunc f() { v := v; v[0] = 2 }":          "", // shadowed
		"var v = []int{1}":                                         "",
		"var v = regexp.MustCompile(`x`)":                          "",
		"var v = []*regexp.Regexp{regexp.MustCompile(`x`)}":        "",
		"var v = func() int { return g() }":                        "",
		"var _ I = (*T)(nil)":                                      "",
		"//go:embed x\nvar v string":                               "",
		"const c = 1\nfunc f() { d := 1; d++ }":                    "",
	} {
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, "x.go", "package x\n"+code, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		faults := packageState(files, []*ast.File{file})
		if got := len(faults) > 0; got != (want != "") || got && faults[0].name != want {
			t.Errorf("%s\nfound %v, want %q", code, faults, want)
		}
	}
}

// A test that sleeps is slow when it passes and wrong when the machine is busy; within testing/synctest it is neither.
func TestNoTestSleeps(t *testing.T) {
	sources(t, func(path string, content []byte) {
		if strings.HasSuffix(path, "_test.go") && bytes.Contains(content, []byte("time."+"Sleep(")) &&
			!bytes.Contains(content, []byte(`"testing/synctest"`)) {
			t.Errorf("%s sleeps: wait for what should happen, or use testing/synctest", path)
		}
	})
}

// A clean clone elsewhere must work: nothing may name this machine's directories or the registries it installs from.
func TestNoFileNamesThisMachine(t *testing.T) {
	forbidden := []string{"/" + "work" + "/"}
	registries := goTool(t, "env", "GOPROXY") + "," + os.Getenv("npm_config_registry") + ",https://registry." + "npmjs.org"
	for _, address := range regexp.MustCompile(`[\s,|]+`).Split(registries, -1) {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback() {
			continue
		}
		forbidden = append(forbidden, u.Host)
	}
	sources(t, func(path string, content []byte) {
		for _, name := range forbidden {
			if bytes.Contains(content, []byte(name)) {
				t.Errorf("%s names %s", path, name)
			}
		}
	})
}
