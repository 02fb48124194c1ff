"""The back office: what leaders and administrators set up (places, codes, questionnaires, targets, contacts).

Its pages lie under `/staff/setup`; every change goes through the writing functions of territory and questionnaires and
into the audit log. May import the rooms up to citizen and staff, never the tables or the reader of the answers.
"""
