"""How do people of an organisation become members of private arenas? With an account that is never one of the staff's.

Next file to read: domain/single_sign_on.py, which says whom the organisation's sign-in lets in.
"""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q

from arena.domain.single_sign_on import GROUP_PREFIX, Person, Refusal, SignInRefused


def check_newcomer(*, issuer: str, subject: str, person: Person) -> None:
    """Nobody gets an account that was made for somebody else, or for the staff. Raises SignInRefused."""
    known = SocialAccount.objects.filter(provider=issuer, uid=subject).select_related("user").first()
    if known is not None:
        check_is_member(user=known.user)
        return
    email = person.email
    is_taken = User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists()
    if is_taken or EmailAddress.objects.filter(email__iexact=email).exists():
        raise SignInRefused(Refusal.TAKEN)


def check_is_member(*, user: User) -> None:
    """An account that was given a role later has to show what the staff show."""
    if user.is_staff or user.is_superuser:
        raise SignInRefused(Refusal.OF_STAFF)


@transaction.atomic
def take_in(*, user: User, person: Person) -> None:
    """What a new account needs. Its address stands on the account alone, where an owner can change it."""
    EmailAddress.objects.filter(user=user).delete()
    set_groups(user=user, person=person)


@transaction.atomic
def set_groups(*, user: User, person: Person) -> None:
    """The groups that the provider names, made where they are new; those it no longer names go. Others stay."""
    check_is_member(user=user)
    named = [Group.objects.get_or_create(name=name)[0] for name in person.groups]
    user.groups.remove(*user.groups.filter(name__startswith=GROUP_PREFIX).exclude(name__in=person.groups))
    user.groups.add(*named)
