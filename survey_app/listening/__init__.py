"""Listening (directive, D3): what people write reaches whoever must act on it, and what was done is said in public.

Allegations go to the inspector alone, other comments to the commune on Mondays; a commune tells what it did, and notes
what happened in a week. May import staff, ledger, responses and what lies upstream of them. What the figures say
(`figures`) is told by the composition root, since they lie downstream.

For pages, sheets and digests: `actions.actions_of`, `notes.notes_of`; `templates/listening/parts.html` shows both.
"""
