"""Tag definitions, and the one pass that computes them all."""

from xingke.tags.families import general_tags
from xingke.tags.library import PORTRAIT, BadTag, TagLibrary
from xingke.tags.tag import Family, Grain, Tag

__all__ = ["PORTRAIT", "BadTag", "Family", "Grain", "Tag", "TagLibrary", "general_tags"]
