"""Reads a comment for two things: does it allege wrongdoing, and what in it would identify somebody. Pure.

May import nothing of ours and no framework: text in, findings out. Rules, not a model, so that each finding can be
explained; how well they do stands in `docs/comments.md`.
"""

from survey_app.comment_screening.allegations import Allegation, Screening, screen
from survey_app.comment_screening.personal_data import Finding, PersonalData, Scrubbed, scrub

__all__ = ["Allegation", "Finding", "PersonalData", "Screening", "Scrubbed", "screen", "scrub"]
