"""Drawing the cards that other apps and packs add to the 360-degree page."""

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xingke_web.ui.panels import ShownPanel

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: Context, shown: ShownPanel) -> SafeString:
    """One panel with its own context."""
    return render_to_string(shown.template, dict(shown.context), context["request"])
