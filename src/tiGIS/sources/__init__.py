"""Readers, catalogue and cache of official sources."""
