"""Pages that a customer opens from a message by its signed link; nothing but that message can be seen or answered there."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xingke_web.channels import answers, selectors, visits
from xingke_web.channels.links import message_of
from xingke_web.channels.models import LinkVisit, OutboxMessage
from xingke_web.channels.texts import filled
from xingke_web.customers.facade import customers_named


@never_cache
@require_safe
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The message and its answers. Opening it counts for nothing yet, since scanners and previews open links, too."""
    message = message_of(token)
    visits.visited(request, message, LinkVisit.Link.ANSWER)
    return _page(request, message, token, "channels/answer.html")


@csrf_exempt  # the signed link is the authority, and nothing but a look is written down
@never_cache
@require_POST
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """The page says that somebody looks at it: following the link is a response."""
    message = message_of(token)
    if visits.is_person(request, message):
        answers.clicked(message)
    return HttpResponse(status=204)


@never_cache
@require_POST
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the answer that was chosen; who answers has followed the link, with or without scripts."""
    message, choice = message_of(token), request.POST.get("choice", "")
    if choice not in answers.REPLIES:
        raise Http404
    if visits.is_person(request, message):
        answers.clicked(message)
    answers.replied(message, choice)
    return redirect("answers:answer", token)


@csrf_exempt  # the signed link is the authority; mail programs post here by themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then refuse further messages. Looking at the page changes nothing, since mail scanners look, too."""
    message = message_of(token)
    if request.method == "POST":
        answers.opted_out(message, by="header" if "List-Unsubscribe" in request.POST else "link")
    else:
        visits.visited(request, message, LinkVisit.Link.OPT_OUT)
    return _page(request, message, token, "channels/opt_out.html")


def _page(request: HttpRequest, message: OutboxMessage, token: str, template: str) -> HttpResponse:
    text = message.text
    customer = customers_named(message.workspace_id, [message.customer_number]).get(message.customer_number)
    values = {"name": customer.name if customer else "", "sender": text.actor}
    language = text.tongue
    context = {
        "token": token,
        "text": text,
        "subject": filled(text.subject, values),
        "body": filled(text.body, values),
        "answers": selectors.answers_to(message),
        "replies": [(key, words[language]) for key, words in answers.REPLIES.items()],
    }
    with translation.override("en" if language == "en" else "zh-hans"):
        return render(request, template, context)
