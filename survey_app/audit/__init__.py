"""What auditors do: raw exports. May import staff, ledger, responses (through the reader) and upstream."""
