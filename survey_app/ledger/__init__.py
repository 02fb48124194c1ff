"""PROOF: days closed into the book in the order of their leaf hashes (and, with the ledger issue, sealed into a Merkle log). May import responses and upstream."""
