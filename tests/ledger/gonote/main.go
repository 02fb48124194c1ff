// Reads and makes signed notes, and checks proofs, with the packages that Go's checksum database uses: an implementation
// of signed notes (golang.org/x/mod/sumdb/note) and Merkle proofs (…/tlog) that nobody here wrote.
//
// Usage: gonote open|sign|generate|inclusion|consistency, with a JSON object on standard input; answers in JSON.
package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Name        string   // generate: the name of the new key
	Key         string   // sign: the signing key
	Keys        []string // open: the verifier keys
	Note        string   // open: the note; sign: its text
	Size, Index int64    // inclusion: of the tree, of the leaf; consistency: the newer and the older size
	Root, Leaf  string   // base64; consistency: the newer and the older root
	Proof       []string // base64
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		stop(err)
	}
	answer, err := answers[os.Args[1]](asked)
	if err != nil {
		stop(err)
	}
	json.NewEncoder(os.Stdout).Encode(answer)
}

var answers = map[string]func(question) (map[string]string, error){
	"open": func(asked question) (map[string]string, error) {
		var known []note.Verifier
		for _, text := range asked.Keys {
			verifier, err := note.NewVerifier(text)
			if err != nil {
				return nil, err
			}
			known = append(known, verifier)
		}
		opened, err := note.Open([]byte(asked.Note), note.VerifierList(known...))
		if err != nil {
			return nil, err
		}
		return map[string]string{"text": opened.Text, "signer": opened.Sigs[0].Name}, nil
	},
	"sign": func(asked question) (map[string]string, error) {
		signer, err := note.NewSigner(asked.Key)
		if err != nil {
			return nil, err
		}
		signed, err := note.Sign(&note.Note{Text: asked.Note}, signer)
		return map[string]string{"note": string(signed)}, err
	},
	"generate": func(asked question) (map[string]string, error) {
		signing, verifying, err := note.GenerateKey(rand.Reader, asked.Name)
		return map[string]string{"signing": signing, "verifying": verifying}, err
	},
	"inclusion": func(asked question) (map[string]string, error) {
		err := tlog.CheckRecord(path(asked.Proof), asked.Size, hash(asked.Root), asked.Index, hash(asked.Leaf))
		return map[string]string{}, err
	},
	"consistency": func(asked question) (map[string]string, error) {
		err := tlog.CheckTree(path(asked.Proof), asked.Size, hash(asked.Root), asked.Index, hash(asked.Leaf))
		return map[string]string{}, err
	},
}

func path(encoded []string) []tlog.Hash {
	var hashes []tlog.Hash
	for _, one := range encoded {
		hashes = append(hashes, hash(one))
	}
	return hashes
}

func hash(encoded string) (result tlog.Hash) {
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != len(result) {
		stop(fmt.Errorf("no hash: %q", encoded))
	}
	copy(result[:], raw)
	return result
}

func stop(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
