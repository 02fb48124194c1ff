"""Numbers in, numbers out: the statistical methods of the product, usable from a notebook.

Pure: imports only the standard library, numpy and scipy, never Flask, SQLAlchemy or another room of this project.
Each method's docstring gives formula, source, assumptions and when not to use it; `docs/methods.md` tells the whole.
"""
