"""Folium maps that open anywhere, from one file."""
