package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"concord/taxonomy"
)

// A Scope is something that a key allows.
type Scope string

const (
	ScopeRead   Scope = "read"   // look things up
	ScopeAlign  Scope = "align"  // align, apply, compare, translate, jobs
	ScopeReview Scope = "review" // record decisions
	ScopeAdmin  Scope = "admin"  // webhooks, and everything else
)

// Scopes is every Scope.
var Scopes = []Scope{ScopeRead, ScopeAlign, ScopeReview, ScopeAdmin}

// A Key lets its owner use the API. Of its secret only a digest is kept: the
// secret has 256 random bits, so that a plain digest cannot be guessed back.
type Key struct {
	ID       string     `json:"id"`
	Owner    string     `json:"owner"` // who the decisions made with it are by
	Scopes   []Scope    `json:"scopes"`
	Created  time.Time  `json:"created"`
	Expires  *time.Time `json:"expires,omitempty"`
	Revoked  *time.Time `json:"revoked,omitempty"`
	LastUsed *time.Time `json:"lastUsed,omitempty"` // to the minute
	Digest   string     `json:"digest,omitempty"`
}

// keyRecord is the kind of the records that keys are.
const keyRecord = "key"

// keyUseRecord is the kind of the records of when a key was last used. They
// stand apart from the keys so that noting a use never undoes a revocation that
// another program makes meanwhile.
const keyUseRecord = "key-use"

func noteUse(ctx context.Context, store taxonomy.Recorder, id string, at time.Time) error {
	return store.PutRecord(ctx, keyUseRecord, id, []byte(at.UTC().Format(time.RFC3339)))
}

const keyPrefix = "concord_"

// CreateKey makes a key and returns it with its token, which cannot be had
// again. A key without an owner or a scope, or that has expired, is an ErrInvalid.
func CreateKey(ctx context.Context, store taxonomy.Recorder, k Key, now time.Time) (Key, string, error) {
	switch {
	case strings.TrimSpace(k.Owner) == "":
		return k, "", fmt.Errorf("%w: a key needs an owner, who the decisions made with it are by", taxonomy.ErrInvalid)
	case len(k.Scopes) == 0:
		return k, "", fmt.Errorf("%w: a key needs a scope, one or more of %v", taxonomy.ErrInvalid, Scopes)
	case k.Expires != nil && !k.Expires.After(now):
		return k, "", fmt.Errorf("%w: the key would have expired on %s", taxonomy.ErrInvalid, k.Expires.Format(time.DateOnly))
	}
	for _, s := range k.Scopes {
		if !slices.Contains(Scopes, s) {
			return k, "", fmt.Errorf("%w: no scope %q; it is one of %v", taxonomy.ErrInvalid, s, Scopes)
		}
	}
	var id [6]byte
	var secret [32]byte
	rand.Read(id[:])
	rand.Read(secret[:])
	k.ID, k.Created = hex.EncodeToString(id[:]), now.UTC().Truncate(time.Second)
	text := base64.RawURLEncoding.EncodeToString(secret[:])
	k.Digest = secretDigest(text)
	raw, err := json.Marshal(k)
	if err != nil {
		return k, "", fmt.Errorf("keeping the key: %w", err)
	}
	return k, keyPrefix + k.ID + "_" + text, store.AddRecord(ctx, keyRecord, k.ID, raw)
}

func secretDigest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Keys returns every key, by id.
func Keys(ctx context.Context, store taxonomy.Recorder) ([]Key, error) {
	var keys []Key
	for r, err := range store.Records(ctx, keyRecord) {
		if err != nil {
			return nil, err
		}
		var k Key
		if err := json.Unmarshal(r.Value, &k); err != nil {
			return nil, fmt.Errorf("key %s: %w", r.ID, err)
		}
		keys = append(keys, k)
	}
	for i := range keys {
		raw, err := store.Record(ctx, keyUseRecord, keys[i].ID)
		if errors.Is(err, taxonomy.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		at, err := time.Parse(time.RFC3339, string(raw))
		if err != nil {
			return nil, fmt.Errorf("the last use of key %s: %w", keys[i].ID, err)
		}
		keys[i].LastUsed = &at
	}
	return keys, nil
}

// RevokeKey ends a key for good. The error is an ErrNotFound where there is none.
func RevokeKey(ctx context.Context, store taxonomy.Recorder, id string, now time.Time) error {
	return changeKey(ctx, store, id, func(k *Key) {
		if k.Revoked == nil {
			at := now.UTC().Truncate(time.Second)
			k.Revoked = &at
		}
	})
}

func changeKey(ctx context.Context, store taxonomy.Recorder, id string, change func(*Key)) error {
	raw, err := store.Record(ctx, keyRecord, id)
	if err != nil {
		return err
	}
	var k Key
	if err := json.Unmarshal(raw, &k); err != nil {
		return fmt.Errorf("key %s: %w", id, err)
	}
	change(&k)
	if raw, err = json.Marshal(k); err != nil {
		return fmt.Errorf("key %s: %w", id, err)
	}
	return store.PutRecord(ctx, keyRecord, id, raw)
}

// errKey is why a token is no use; its text is for the caller and does not say
// whether a key exists.
var errKey = errors.New("the key is not valid here: it is unknown, has expired or was revoked")

// checkKey returns the key that a token is for. Whether the secret is right is
// compared in constant time, also where there is no such key.
func checkKey(ctx context.Context, store taxonomy.Recorder, token string, now time.Time) (*Key, error) {
	id, secret, ok := strings.Cut(strings.TrimPrefix(token, keyPrefix), "_")
	if !ok || !strings.HasPrefix(token, keyPrefix) {
		return nil, errKey
	}
	k := Key{Digest: strings.Repeat("0", 64)}
	raw, err := store.Record(ctx, keyRecord, id)
	switch {
	case errors.Is(err, taxonomy.ErrNotFound):
	case err != nil:
		return nil, err
	default:
		if err := json.Unmarshal(raw, &k); err != nil {
			return nil, fmt.Errorf("key %s: %w", id, err)
		}
	}
	right := subtle.ConstantTimeCompare([]byte(secretDigest(secret)), []byte(k.Digest)) == 1
	if !right || k.ID != id || k.Revoked != nil || k.Expires != nil && !now.Before(*k.Expires) {
		return nil, errKey
	}
	return &k, nil
}

// allows reports whether the key is good for a scope.
func (k *Key) allows(s Scope) bool {
	return slices.Contains(k.Scopes, s) || slices.Contains(k.Scopes, ScopeAdmin)
}
