"""Sealing the app's own texts again after a rotation, and the contact points of customers."""

from xingke.privacy import Vault, key_id_of
from xingke_web.config.resealing import resealer_register
from xingke_web.customers.facade import contact_points_reseal
from xingke_web.privacy.models import SubjectRequest
from xingke_web.privacy.requests import answer_place, wish_place


def register() -> None:
    """Called once when the application is ready."""
    resealer_register("contact points", contact_points_reseal)
    resealer_register("subject requests", _requests)


def _requests(workspace_id: int, vault: Vault) -> int:
    done = 0
    for request in SubjectRequest.objects.filter(workspace_id=workspace_id):
        fresh = {}
        for name, place in (("wish", wish_place(request)), ("answer", answer_place(request))):
            sealed = getattr(request, name)
            if sealed and key_id_of(sealed) != vault.key_id:
                fresh[name] = vault.reseal(sealed, place=place)
        if fresh:
            done += SubjectRequest.objects.filter(pk=request.pk).update(**fresh)
    return done
