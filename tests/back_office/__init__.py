"""Pages on which leaders and administrators set up what citizens meet."""
