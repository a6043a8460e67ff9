"""`{% partialdef name inline %}...{% endpartialdef %}` and `{% partial name %}`: named parts of a template that `page()` can answer alone.

The words are those of Django 6, so that a template need not change when the framework brings them.
"""

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

register = template.Library()


class PartialDefNode(Node):
    """A named part; shown in place when it is inline."""

    child_nodelists = ("nodelist",)

    def __init__(self, name: str, nodelist: NodeList, *, inline: bool) -> None:
        self.name, self.nodelist, self.inline = name, nodelist, inline

    def render(self, context: Context) -> SafeString:
        """The part, or nothing where it is only defined."""
        return self.nodelist.render(context) if self.inline else SafeString("")


class PartialNode(Node):
    """The place where a part defined elsewhere in the template is shown."""

    def __init__(self, name: str, partials: dict[str, NodeList]) -> None:
        self.name, self.partials = name, partials

    def render(self, context: Context) -> SafeString:
        """The part with the context of this place."""
        if self.name not in self.partials:
            raise template.TemplateSyntaxError(f"no partial '{self.name}' is defined in this template")
        return self.partials[self.name].render(context)


@register.tag
def partialdef(parser: Parser, token: Token) -> PartialDefNode:
    """Define a part: `{% partialdef rows inline %}`."""
    words = token.split_contents()[1:]
    if not words or len(words) > 2 or words[1:] not in ([], ["inline"]):
        raise template.TemplateSyntaxError("partialdef takes a name and optionally the word inline")
    partials = parser.extra_data.setdefault("partials", {})
    if words[0] in partials:
        raise template.TemplateSyntaxError(f"partial '{words[0]}' is defined twice")
    nodelist = parser.parse(("endpartialdef",))
    parser.delete_first_token()
    partials[words[0]] = nodelist
    return PartialDefNode(words[0], nodelist, inline=len(words) == 2)


@register.tag
def partial(parser: Parser, token: Token) -> PartialNode:
    """Show a part: `{% partial rows %}`."""
    words = token.split_contents()[1:]
    if len(words) != 1:
        raise template.TemplateSyntaxError("partial takes one name")
    return PartialNode(words[0], parser.extra_data.setdefault("partials", {}))
