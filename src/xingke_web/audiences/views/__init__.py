"""The pages of segments and tags."""
