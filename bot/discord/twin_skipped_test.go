//go:build !twin

package discord_test

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// TestTwin says what is not run here and how to run it, after making sure that it is there to be run.
func TestTwin(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "twin_test.go", nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	tag, err := constraint.Parse(file.Comments[0].List[0].Text)
	if err != nil || !tag.Eval(func(tag string) bool { return tag == "twin" }) {
		t.Fatalf("twin_test.go is not built with the tag twin: %v", err)
	}
	tests := 0
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "TestTwin") {
			tests++
		}
	}
	if tests == 0 {
		t.Fatal("twin_test.go has no tests")
	}
	t.Skip("not run: the bot against a second, independent Discord written in Node. To run it: go test -tags twin -run Twin ./bot/discord (with node and npm; PASSERELLE_TWIN_DIR names its folder)")
}
