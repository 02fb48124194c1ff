"""WHERE: units with validity and successors, premises, service points, scan codes, posters. May import core only."""
