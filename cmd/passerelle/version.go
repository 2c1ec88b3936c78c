package main

import (
	"fmt"
	"runtime/debug"
)

type versionCommand struct{}

// Run says what the build records about itself.
func (*versionCommand) Run(p *program) error {
	version, revision, goVersion := "unknown", "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version, goVersion = info.Main.Version, info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = " " + s.Value
			}
		}
	}
	_, err := fmt.Fprintf(p.out, "passerelle %s%s %s\n", version, revision, goVersion)
	return err
}
