package tsvtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/internal/tsvtest"
)

// failing is a test that keeps why it failed.
type failing struct {
	testing.TB
	why string
}

func (f *failing) Helper() {}

func (f *failing) Fatal(args ...any) {
	f.why = fmt.Sprint(args...)
	runtime.Goexit()
}

func (f *failing) Fatalf(format string, args ...any) { f.Fatal(fmt.Sprintf(format, args...)) }

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, file string
		columns    []string
		want       []map[string]string
		why        string // a part of why it fails
	}{
		{"rows", "a\tb\n1\t2\n3\t\n", []string{"b", "a"}, []map[string]string{{"a": "1", "b": "2"}, {"a": "3", "b": ""}}, ""},
		{"comments, lines of Windows, no last line break", "# of\ta\r\na\r\n# b\r\n1", nil, []map[string]string{{"a": "1"}}, ""},
		{"a column is missing", "a\n1\n", []string{"a", "b"}, nil, `no column "b"`},
		{"a cell is missing", "a\tb\n1\t2\n3\n", nil, nil, "table.tsv:3: 1 cells, want 2"},
		{"a cell too many", "a\n1\t2\n", nil, nil, "table.tsv:2: 2 cells"},
		{"an empty line", "a\tb\n\n1\t2\n", nil, nil, "table.tsv:2: 1 cells"},
		{"no rows", "a\tb\n", nil, nil, "no rows"},
		{"nothing", "", nil, nil, "no rows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "table.tsv")
			if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			checkRead(t, path, c.columns, c.want, c.why)
		})
	}
	t.Run("no file", func(t *testing.T) {
		checkRead(t, filepath.Join(t.TempDir(), "none.tsv"), nil, nil, "none.tsv")
	})
}

func checkRead(t *testing.T, path string, columns []string, want []map[string]string, why string) {
	t.Helper()
	f := &failing{TB: t}
	var got []map[string]string
	done := make(chan struct{})
	go func() {
		defer close(done)
		got = tsvtest.Read(f, path, columns...)
	}()
	<-done
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if (f.why != "") != (why != "") || !strings.Contains(f.why, why) {
		t.Errorf("fails for %q, want %q", f.why, why)
	}
}
