"""Experiments: who gets what, how large, what it changed, and what to do next."""

from xingke.experiment.assignment import Arm, arm_of, assign, assign_clusters, global_holdout, in_global_holdout
from xingke.experiment.decision import Decision, decide
from xingke.experiment.difference import DifferenceInDifferences, difference_in_differences
from xingke.experiment.effect import Effect, effect_of
from xingke.experiment.errors import InvalidDesign, NotEnoughCustomers
from xingke.experiment.estimate import Estimate
from xingke.experiment.ratio import RatioEffect, ratio_effect
from xingke.experiment.roi import Roi, one_to, roi_of
from xingke.experiment.sizing import Sizing, size_mean, size_proportion
from xingke.experiment.srm import SampleRatio, sample_ratio
from xingke.experiment.sums import ArmSums, sums_by_arm
from xingke.experiment.tails import SecondEffect, SecondEstimate, design_warnings, second_effect, tail_share

__all__ = [
    "Arm",
    "ArmSums",
    "Decision",
    "DifferenceInDifferences",
    "Effect",
    "Estimate",
    "InvalidDesign",
    "NotEnoughCustomers",
    "RatioEffect",
    "Roi",
    "SampleRatio",
    "SecondEffect",
    "SecondEstimate",
    "Sizing",
    "arm_of",
    "assign",
    "assign_clusters",
    "decide",
    "design_warnings",
    "difference_in_differences",
    "effect_of",
    "global_holdout",
    "in_global_holdout",
    "one_to",
    "ratio_effect",
    "roi_of",
    "sample_ratio",
    "second_effect",
    "size_mean",
    "size_proportion",
    "sums_by_arm",
    "tail_share",
]
