package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/sys/unix"
)

// screenOf opens a terminal of so many columns: what is written to it can be read from the first file.
func screenOf(t *testing.T, columns uint16) (reader, terminal *os.File) {
	t.Helper()
	reader, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	fd := int(reader.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: columns}); err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return reader, terminal
}

// In a terminal there is a prompt, colours unless they are not wanted, and no line wider than the screen.
func TestChatInATerminal(t *testing.T) {
	const columns = 50
	for name, c := range map[string]struct {
		environ []string
		colours bool
	}{
		"colours":  {[]string{"TERM=xterm"}, true},
		"NO_COLOR": {[]string{"TERM=xterm", "NO_COLOR=1"}, false},
		"dumb":     {[]string{"TERM=dumb"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			reader, terminal := screenOf(t, columns)
			cmd := command(t, append(c.environ, "LANG=fr_FR.UTF-8"), "chat")
			cmd.Stdin, cmd.Stdout = terminal, terminal
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if err := terminal.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := reader.WriteString("/help\n/quit\n"); err != nil {
				t.Fatal(err)
			}
			var shown strings.Builder
			for lines := bufio.NewScanner(reader); lines.Scan(); { // ends with EIO when the program has gone
				line := strings.TrimSuffix(lines.Text(), "\r")
				shown.WriteString(line + "\n")
				if ansi.StringWidth(line) > columns && !strings.Contains(line, "http") {
					t.Errorf("wider than %d columns: %q", columns, line)
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(shown.String(), "> ") || !strings.Contains(shown.String(), "À bientôt") {
				t.Errorf("no prompt or no goodbye:\n%s", shown.String())
			}
			if got := strings.Contains(shown.String(), "\x1b["); got != c.colours {
				t.Errorf("colours %v, want %v:\n%q", got, c.colours, shown.String())
			}
		})
	}
}
