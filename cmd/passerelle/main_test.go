package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes this test binary the program too, under the name passerelle in PATH. The test is of package main for
// that alone: everything is tested from outside, by running the program.
func TestMain(m *testing.M) {
	testscript.Main(withIndex{m}, map[string]func(){"passerelle": main})
}

// withIndex gives all tests one data directory, so that the embedded articles are indexed once.
type withIndex struct{ *testing.M }

const sharedData = "PASSERELLE_DATA"

func (m withIndex) Run() int {
	dir, err := os.MkdirTemp("", "passerelle-test-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	defer os.RemoveAll(dir)
	if err := os.Setenv(sharedData, dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	return m.M.Run()
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv(sharedData, os.Getenv(sharedData))
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			return copySmallCorpus(filepath.Join(env.WorkDir, "corpus"))
		},
	})
}

// copySmallCorpus gives each script its own, since some of them break it.
func copySmallCorpus(to string) error {
	return os.CopyFS(to, os.DirFS(filepath.Join("testdata", "corpus")))
}

// ran is what one run of the program left behind.
type ran struct {
	out, err string
	status   int
}

// passerelle runs the program with variables and lines of standard input.
func passerelle(t *testing.T, environ []string, stdin string, args ...string) ran {
	t.Helper()
	cmd := command(t, environ, args...)
	var out, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return ran{out.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

func command(t *testing.T, environ []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("passerelle", args...) // without t.Context: it ends before a cleanup can ask the program to stop
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{
		"HOME=" + cmd.Dir, "PATH=" + os.Getenv("PATH"), sharedData + "=" + os.Getenv(sharedData),
		"PASSERELLE_STORE_PATH=" + filepath.Join(cmd.Dir, "community.db"), // a bot's own: every test's Discord counts ids from the same number
	}, environ...)
	return cmd
}
