"""Pages that a customer opens from a message by its signed link; nothing but that message can be seen or answered there."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xingke_web.channels import answers, selectors
from xingke_web.channels.links import message_of
from xingke_web.channels.models import OutboxMessage
from xingke_web.channels.texts import filled
from xingke_web.customers.facade import customers_named


@never_cache
@require_GET
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The message and its answers; following the link is a response."""
    message = message_of(token)
    answers.clicked(message)
    return _page(request, message, token, "channels/answer.html")


@never_cache
@require_POST
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the answer that was chosen."""
    message, choice = message_of(token), request.POST.get("choice", "")
    if choice not in answers.REPLIES:
        raise Http404
    answers.replied(message, choice)
    return redirect("answers:answer", token)


@csrf_exempt  # the signed link is the authority; mail programs post here by themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "POST"])
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then refuse further messages. Looking at the page changes nothing, since mail scanners look, too."""
    message = message_of(token)
    if request.method == "POST":
        answers.opted_out(message, by="header" if "List-Unsubscribe" in request.POST else "link")
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
