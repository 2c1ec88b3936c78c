package main

import (
	"fmt"
	"runtime/debug"
)

type versionCommand struct{}

// Run says what the build records about itself.
func (*versionCommand) Run(p *program) error {
	b := build()
	revision := b.Revision
	if revision != "" {
		revision = " " + revision
	}
	_, err := fmt.Fprintf(p.out, "passerelle %s%s %s\n", b.Version, revision, b.Go)
	return err
}

// built is what a build records about itself.
type built struct{ Version, Revision, Go string }

func build() built {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return built{Version: "unknown"}
	}
	b := built{Version: info.Main.Version, Go: info.GoVersion}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Revision = s.Value
		}
	}
	return b
}
