// Verifies a C2SP tlog-tiles log with golang.org/x/mod/sumdb, which knows nothing of the node that wrote it: the
// signature of the checkpoint, the inclusion of every record, and that the log continues an older checkpoint. Prints
// what it found as JSON, or says on standard error what does not fit and exits 1.
//
//	verify_log -key VERIFIER_KEY -log URL_OR_FOLDER [-since CHECKPOINT_FILE] [-cosign NAME]
//
// With -cosign the checkpoint is printed once more, signed with a fresh key as well.
package main

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A tile is 2^8 hashes wide; C2SP leaves the height out of the path, since it has no other.
const height = 8

// No file of a log is larger: 256 entries of at most 65,535 bytes after their lengths.
const fileBytesMax = 256 * (2 + 65535)

type found struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	// Records that are proven to be in the log.
	Records int64 `json:"records"`
	// Size of the older tree that this one is proven to continue.
	Since int64 `json:"since"`
	// All that was read, in the order of paths.
	Files []string `json:"files"`
	// The key that cosigned, and the note with its signature.
	Cosigner string `json:"cosigner,omitempty"`
	Cosigned string `json:"cosigned,omitempty"`
}

type checkpoint struct {
	origin string
	tree   tlog.Tree
	note   *note.Note
}

func main() {
	key := flag.String("key", "", "verifier key of the log")
	log := flag.String("log", "", "URL or folder of the log")
	since := flag.String("since", "", "file with an older checkpoint")
	cosigner := flag.String("cosign", "", "name of a key that signs the checkpoint too")
	flag.Parse()
	what, err := verify(*key, *log, *since, *cosigner)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(what)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func verify(key, log, since, cosigner string) (*found, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return nil, err
	}
	tiles := &tiles{open: opener(log), kept: map[string][]byte{}}
	signed, err := tiles.file("checkpoint")
	if err != nil {
		return nil, err
	}
	head, err := opened(signed, verifier)
	if err != nil {
		return nil, err
	}
	what := &found{Origin: head.origin, Size: head.tree.N}
	hashes := tlog.TileHashReader(head.tree, tiles)
	if what.Records, err = recordsProven(head.tree, tiles, hashes); err != nil {
		return nil, err
	}
	if since != "" {
		if what.Since, err = continued(since, verifier, head, hashes); err != nil {
			return nil, err
		}
	}
	if cosigner != "" {
		if what.Cosigner, what.Cosigned, err = cosigned(cosigner, head.note); err != nil {
			return nil, err
		}
	}
	for path := range tiles.kept {
		what.Files = append(what.Files, path)
	}
	sort.Strings(what.Files)
	return what, nil
}

// The checkpoint of a note that this key signed. Its second and third line are those of a go.sum database.
func opened(signed []byte, verifier note.Verifier) (*checkpoint, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return nil, err
	}
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	if err != nil {
		return nil, err
	}
	return &checkpoint{origin, tree, opened}, nil
}

// How many records there are, each of them proven to be in the tree.
func recordsProven(tree tlog.Tree, tiles *tiles, hashes tlog.HashReader) (int64, error) {
	var proven int64
	for n := int64(0); n*(1<<height) < tree.N; n++ {
		width := tree.N - n<<height
		if width > 1<<height {
			width = 1 << height
		}
		bundle, err := tiles.tile(tlog.Tile{H: height, L: -1, N: n, W: int(width)})
		if err != nil {
			return 0, err
		}
		for len(bundle) > 0 {
			record, rest, err := cut(bundle)
			if err != nil {
				return 0, err
			}
			proof, err := tlog.ProveRecord(tree.N, proven, hashes)
			if err != nil {
				return 0, err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, proven, tlog.RecordHash(record)); err != nil {
				return 0, fmt.Errorf("record %d: %w", proven, err)
			}
			bundle = rest
			proven++
		}
	}
	if proven != tree.N {
		return 0, fmt.Errorf("the log has %d records, and its checkpoint says %d", proven, tree.N)
	}
	return proven, nil
}

// The size of the older tree, once it is proven that the log continues it.
func continued(path string, verifier note.Verifier, head *checkpoint, hashes tlog.HashReader) (int64, error) {
	signed, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	older, err := opened(signed, verifier)
	if err != nil {
		return 0, err
	}
	if older.origin != head.origin {
		return 0, fmt.Errorf("the older checkpoint is of %s, and this log is %s", older.origin, head.origin)
	}
	proof, err := tlog.ProveTree(head.tree.N, older.tree.N, hashes)
	if err != nil {
		return 0, err
	}
	if err := tlog.CheckTree(proof, head.tree.N, head.tree.Hash, older.tree.N, older.tree.Hash); err != nil {
		return 0, fmt.Errorf("the log does not continue the older checkpoint: %w", err)
	}
	return older.tree.N, nil
}

func cosigned(name string, head *note.Note) (key, signed string, err error) {
	secret, key, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", "", err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return "", "", err
	}
	both, err := note.Sign(head, signer)
	return key, string(both), err
}

// The first entry of a bundle, and what comes after it.
func cut(bundle []byte) (entry, rest []byte, err error) {
	if len(bundle) < 2 {
		return nil, nil, errors.New("a bundle of entries ends within a length")
	}
	end := 2 + int(binary.BigEndian.Uint16(bundle))
	if end > len(bundle) {
		return nil, nil, errors.New("a bundle of entries ends within an entry")
	}
	return bundle[2:end], bundle[end:], nil
}

// The files of a log, each of which is read once.
type tiles struct {
	open func(path string) (io.ReadCloser, error)
	kept map[string][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		var err error
		if data[i], err = t.tile(tile); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// What Go calls tile/8/2/000 and tile/8/data/000 is tile/2/000 and tile/entries/000 by C2SP.
func (t *tiles) tile(tile tlog.Tile) ([]byte, error) {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	if tile.L == -1 {
		path = "entries" + strings.TrimPrefix(path, "data")
	}
	return t.file("tile/" + path)
}

func (t *tiles) file(path string) ([]byte, error) {
	if data, ok := t.kept[path]; ok {
		return data, nil
	}
	file, err := t.open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, fileBytesMax))
	if err == nil {
		t.kept[path] = data
	}
	return data, err
}

func opener(log string) func(path string) (io.ReadCloser, error) {
	if !strings.HasPrefix(log, "http://") {
		return func(path string) (io.ReadCloser, error) { return os.Open(filepath.Join(log, path)) }
	}
	client := &http.Client{Timeout: 30 * time.Second}
	return func(path string) (io.ReadCloser, error) {
		answer, err := client.Get(log + "/" + path)
		if err != nil {
			return nil, err
		}
		if answer.StatusCode != http.StatusOK {
			answer.Body.Close()
			return nil, fmt.Errorf("%s: %s", path, answer.Status)
		}
		return answer.Body, nil
	}
}
