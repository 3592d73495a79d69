package jsonpatch

import (
	"math/big"
	"slices"
	"strings"

	"concord/importers/source"
)

// equal is the equality of RFC 6902 section 4.6: strings by their characters,
// numbers by their value, arrays in order, objects by name. Of repeated names
// the last one counts.
func equal(a, b *source.Value) bool {
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case source.Number:
		return sameNumber(a.Text, b.Text)
	case source.String, source.Bool:
		return a.Text == b.Text
	case source.Array:
		return slices.EqualFunc(a.Items, b.Items, equal)
	case source.Object:
		return within(a, b) && within(b, a)
	}
	return true
}

// within reports whether every member of a is in b with an equal value.
func within(a, b *source.Value) bool {
	for _, m := range a.Members {
		if other := b.Get(m.Key); other == nil || a.Get(m.Key) == m.Value && !equal(m.Value, other) {
			return false
		}
	}
	return true
}

// sameNumber compares numbers by their decimal digits and exponent, so that
// neither rounding nor a huge exponent matters.
func sameNumber(a, b string) bool {
	da, ea := decimal(a)
	db, eb := decimal(b)
	return da == db && ea.Cmp(eb) == 0
}

// decimal returns the digits of a number without zeros at either end, with a
// minus sign, and the power of ten of the last one. A NaN or Infinity is its
// own digits.
func decimal(s string) (string, *big.Int) {
	power := new(big.Int)
	if strings.ContainsAny(s, "NI") {
		return s, power
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(s), "e")
	power.SetString(strings.TrimPrefix("0"+exponent, "0+"), 10)
	if strings.HasPrefix(exponent, "-") {
		power.SetString(exponent, 10)
	}
	sign := ""
	if rest, ok := strings.CutPrefix(mantissa, "-"); ok {
		sign, mantissa = "-", rest
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	trimmed := strings.TrimRight(digits, "0")
	power.Add(power, big.NewInt(int64(len(digits)-len(trimmed)-len(fraction))))
	digits = strings.TrimLeft(trimmed, "0")
	if digits == "" {
		return "0", new(big.Int)
	}
	return sign + digits, power
}
