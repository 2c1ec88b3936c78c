package encoder

import "encoding/binary"

// EmbeddedFile is the model file in the binary: not to be changed.
func EmbeddedFile() []byte { return embedded }

// EmbeddedHeader is its list of sections.
func EmbeddedHeader() []byte { return embedded[4 : 4+binary.LittleEndian.Uint32(embedded)] }
