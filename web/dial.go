package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"concord/taxonomy"
)

// notPublic are networks that no webhook on the internet is in, beside those
// that netip tells (IANA special-purpose address registries, RFC 6890).
var notPublic = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")

func prefixes(list ...string) (out []netip.Prefix) {
	for _, p := range list {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// public reports whether an address is one of the internet at large.
func public(ip netip.Addr) bool {
	ip = ip.WithZone("").Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// checkHook refuses a URL that no webhook may have: a person who can register
// one must not reach through the server what only the server can reach. The
// error is an ErrInvalid.
func checkHook(ctx context.Context, address string, private bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "":
		return fmt.Errorf("%w: a webhook is an http or https URL, like https://example.org/concord", taxonomy.ErrInvalid)
	case u.User != nil || u.Fragment != "":
		return fmt.Errorf("%w: a webhook's URL holds no name, password or fragment; deliveries are signed instead", taxonomy.ErrInvalid)
	case private:
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil || len(ips) == 0 {
		return fmt.Errorf("%w: the host %s of the webhook is not known", taxonomy.ErrInvalid, u.Hostname())
	}
	for _, ip := range ips {
		if !public(ip) {
			return fmt.Errorf("%w: the host %s of the webhook is on this machine or in a private network; concord serve --allow-private-webhooks allows it", taxonomy.ErrInvalid, u.Hostname())
		}
	}
	return nil
}

// hookClient calls webhooks. The address is checked again when it is known
// which one is called: a name may lead elsewhere than it did.
func hookClient(w Webhooks) *http.Client {
	dialer := &net.Dialer{Timeout: w.Timeout, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("calling a webhook: %w", err)
		}
		if !w.AllowPrivate && !public(at.Addr()) {
			return fmt.Errorf("the address %s is on this machine or in a private network, and is not called", at.Addr())
		}
		return nil
	}}
	return &http.Client{
		Timeout:       w.Timeout,
		Transport:     &http.Transport{Proxy: nil, DialContext: dialer.DialContext, TLSHandshakeTimeout: w.Timeout, ResponseHeaderTimeout: w.Timeout, MaxResponseHeaderBytes: 64 << 10, MaxIdleConns: 10, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
