"""PROOF: days closed into the book in the order of their leaf hashes (sealing into a Merkle log comes beside it).

May import responses and upstream.
"""
