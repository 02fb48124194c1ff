"""The yearly evaluation and report: what it says, and that page, twins, PDF and command say the same."""
