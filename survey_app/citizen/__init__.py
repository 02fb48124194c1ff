"""Pages citizens see: no session, no cookie, no script needed.

May import responses and upstream; never staff, never analytics.
"""
