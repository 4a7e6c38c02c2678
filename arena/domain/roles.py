"""What may each member of the staff do? The one place that says it: four roles, and the rows each may touch.

Next file to read: services/roles.py, which writes them into the groups of the database.
"""

from collections.abc import Mapping

from arena.domain.words import Word


class Role(Word):
    VIEWER = "viewer", "viewer: reads"
    OPERATOR = "operator", "operator: keeps models, prompts and endpoints, moderates"
    AUDITOR = "auditor", "auditor: reads everything, the trail of the staff too"
    OWNER = "owner", "owner: also users, rules of the boards, exclusions"


VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"
CHANGE_POLICY, EXCLUDE_VOTES = "change_policy", "exclude_votes"

# Kept from viewers and operators: who of the staff did what, and who they are.
OF_AUDITORS = ("auditentry", "apitoken")
# What operators write. A row that may be added or changed but never deleted is kept by its page in the admin.
OPERATED: Mapping[str, tuple[str, ...]] = {
    "arena": (ADD, CHANGE),
    "contestant": (ADD, CHANGE),
    "entry": (ADD, CHANGE),
    "endpoint": (ADD, CHANGE),
    "prompt": (ADD, CHANGE),
    "output": (ADD, CHANGE),
    "report": (CHANGE,),
    "judge": (ADD, CHANGE),
    "spendingcap": (ADD, CHANGE, DELETE),
}
# What only owners write.
OWNED: Mapping[str, tuple[str, ...]] = {
    "arena": (CHANGE_POLICY, EXCLUDE_VOTES),
    "voter": (CHANGE,),
    "apitoken": (ADD, CHANGE),
    "pendingchange": (CHANGE,),
}
# The rows of other applications, by application and row.
USERS: Mapping[str, tuple[str, ...]] = {"auth.user": (VIEW, ADD, CHANGE), "auth.group": (VIEW, ADD, CHANGE)}
USERS_READ: Mapping[str, tuple[str, ...]] = {"auth.user": (VIEW,), "auth.group": (VIEW,)}
LOCKS: Mapping[str, tuple[str, ...]] = {"axes.accessattempt": (VIEW, DELETE), "axes.accesslog": (VIEW,)}
LOCKS_READ: Mapping[str, tuple[str, ...]] = {"axes.accessattempt": (VIEW,), "axes.accesslog": (VIEW,)}


def grants(role: Role, rows: tuple[str, ...]) -> set[tuple[str, str]]:
    """(application, name of the permission) of a role. rows : every kind of row of the arena, in lower case."""
    readable = [row for row in rows if role in (Role.AUDITOR, Role.OWNER) or row not in OF_AUDITORS]
    granted = {("arena", f"{VIEW}_{row}") for row in readable}
    if role in (Role.OPERATOR, Role.OWNER):
        granted |= _of_arena(OPERATED)
    if role is Role.OWNER:
        granted |= _of_arena(OWNED) | _of_others(USERS) | _of_others(LOCKS)
    if role is Role.AUDITOR:
        granted |= _of_others(USERS_READ) | _of_others(LOCKS_READ)
    return granted


def _of_arena(table: Mapping[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    return {("arena", _name(action, row)) for row, actions in table.items() for action in actions}


def _of_others(table: Mapping[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    return {
        (row.split(".")[0], _name(action, row.split(".")[1])) for row, actions in table.items() for action in actions
    }


def _name(action: str, row: str) -> str:
    return action if action in (CHANGE_POLICY, EXCLUDE_VOTES) else f"{action}_{row}"
