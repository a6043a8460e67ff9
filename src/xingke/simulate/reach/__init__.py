"""Messages to the outlets of the city: who can be reached how, what campaigns there were, and what a message really changes."""

from xingke.simulate.reach.effects import EffectKind, base_chance, effect_of, potential_outcomes
from xingke.simulate.reach.errors import InvalidMessage
from xingke.simulate.reach.fatigue import FatigueState
from xingke.simulate.reach.members import Members, draw_members
from xingke.simulate.reach.plans import CampaignPlan, campaigns_of_week, history_campaigns, live_plan
from xingke.simulate.reach.responders import Responders, best_channel_table, draw_responders
from xingke.simulate.reach.run import Reached, run_message

__all__ = [
    "CampaignPlan",
    "EffectKind",
    "FatigueState",
    "InvalidMessage",
    "Members",
    "Reached",
    "Responders",
    "base_chance",
    "best_channel_table",
    "campaigns_of_week",
    "draw_members",
    "draw_responders",
    "effect_of",
    "history_campaigns",
    "live_plan",
    "potential_outcomes",
    "run_message",
]
