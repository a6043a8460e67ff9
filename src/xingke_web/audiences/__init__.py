"""Segments and tags on screen: saved rules with their versions and members, the builder, the tag catalogue."""
