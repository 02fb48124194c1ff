"""Open data for programs under `/api/v1`: units, results, dumps, questionnaires, the signed head of the book.

Every number comes from `analytics.published`, by the same scores as the pages. May import dashboards, published and
the survey's rooms upstream of them; nothing imports it but the registration.
"""
