package ingest

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
)

// Stamp tells one state of a folder from others without reading its files: it is drawn from the names, sizes and times of
// change of those that Load reads. A file that is written twice within a tick of the system's clock and keeps its size has the
// same stamp. It fails where the folder, or a file's size, can't be told.
func Stamp(fsys fs.FS) (stamp [sha256.Size]byte, err error) {
	h := sha256.New()
	err = walk(fsys, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := fs.Stat(fsys, name) // of what a link leads to, as Load reads that
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(h, "%q %d %d\n", name, info.Size(), info.ModTime().UnixNano())
		return err
	})
	return [sha256.Size]byte(h.Sum(nil)), err
}
