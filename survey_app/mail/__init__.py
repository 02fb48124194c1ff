"""Letters by electronic mail: the one way out, over SMTP, for whichever room has something to send.

Core: knows the settings and nothing else of ours. What a letter says is its room's affair.
"""
