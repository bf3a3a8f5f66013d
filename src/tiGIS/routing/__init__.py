"""Exact shortest paths: the engine, and the plain reference it is checked against."""
