"""The scorer of a world: answers against the truth, beside naive baselines and ceilings of the same world."""

from xingke.simulate.score.answers import ANSWER_TABLES
from xingke.simulate.score.figures import FIGURES
from xingke.simulate.score.scoring import NotScored, score_world
from xingke.simulate.score.sheet import Score

__all__ = ["ANSWER_TABLES", "FIGURES", "NotScored", "Score", "score_world"]
