"""Turns booked answers into numbers and shows them: facts, statistics, dashboards, reports.

It may import `survey_app`; nothing but `wsgi` imports it.
"""
