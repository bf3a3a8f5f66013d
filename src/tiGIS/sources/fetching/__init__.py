"""Bringing official files: the catalogue, the cache, and a polite client of the producers' servers."""
