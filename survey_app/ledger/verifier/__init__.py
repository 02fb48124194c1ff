"""Verify a raw export, the proof of a check code, or that a newer signed head extends an older one. Stand-alone.

    python -m survey_app.ledger.verifier EXPORT --manifest M --checkpoint C --key K [--consistency P]
    python -m survey_app.ledger.verifier --receipt PROOF --checkpoint C --key K [--consistency P]
    python -m survey_app.ledger.verifier --monitor OLD --consistency P --key K
    python -m survey_app.ledger.verifier --watch URL --state FILE --key K

It imports nothing of ours outside this package, needs no database and (but for --watch, which asks a book for its newer
head) no network, and trusts nothing but the key K. So
it repeats the few lines that hash and prove, written from the standards once more; tests compare both. `--copy-to`
writes the package as one file that runs anywhere with Python 3.11 and `cryptography` (Parquet: pyarrow too).
Formats: docs/ledger.md.
"""
