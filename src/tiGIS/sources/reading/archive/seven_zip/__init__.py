"""7-Zip archives, which the standard library does not read: their header, their methods, their members."""
