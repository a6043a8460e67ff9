"""How quickly a portrait is built, beside its peers and the physical limit."""

from xingke.bench.portrait.run import portrait_bench, run

__all__ = ["portrait_bench", "run"]
