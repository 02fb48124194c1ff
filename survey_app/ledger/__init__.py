"""PROOF: days closed into the book and sealed into a signed Merkle log; orders, receipts, archive, the verifier.

May import responses and upstream.
"""
