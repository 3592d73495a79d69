package source

import (
	"crypto/sha1"
	"fmt"
	"strings"
)

// mintSpace is the name space of minted UUIDs, itself the version 5 UUID of
// "https://w3id.org/concord/" in the URL name space of RFC 9562.
var mintSpace = [16]byte{0xf2, 0xe0, 0xdf, 0xa9, 0xba, 0xff, 0x58, 0x63, 0x88, 0xff, 0x3e, 0x6c, 0x0d, 0xca, 0xcd, 0xff}

// UUID5 is the version 5 UUID (RFC 9562 section 5.5) of parts, joined by line
// breaks, in mintSpace: the same parts always give the same UUID.
func UUID5(parts ...string) string {
	h := sha1.New()
	h.Write(mintSpace[:])
	h.Write([]byte(strings.Join(parts, "\n")))
	u := h.Sum(nil)[:16]
	u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
