"""WHERE: units, service points, scan codes and posters."""
