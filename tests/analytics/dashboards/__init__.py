"""Tests of the dashboards: facts are written directly, as closing a day would leave them."""
