"""How close the product comes to what this machine can do: `make bench`.

Ratios only: absolute figures are the machine's.
"""
