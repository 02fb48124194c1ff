"""The survey: territory, questionnaires, responses, ledger, and the pages of citizens, staff and auditors.

Imports point upstream: config ← core ← territory, questionnaires ← responses ← ledger ← citizen | staff ← audit ← demo.
Nothing here may import `analytics`.
"""
