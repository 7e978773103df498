"""What somebody at the console may do, and which role may do what."""

from enum import Enum


class Permission(Enum):
    """A right. Each route declares the one that it needs."""

    # Nobody need have signed in: the sign-in page, style sheets.
    SIGN_IN = "sign_in"
    # The password was right, and the second step is still to do.
    FINISH_SIGN_IN = "finish_sign_in"
    # Whoever has signed in.
    OWN_ACCOUNT = "own_account"
    VIEW_QUEUE = "view_queue"
    WORK_QUEUE = "work_queue"
    # To see a phone number or an email address. Each time is written to the audit log.
    REVEAL_CONTACT = "reveal_contact"
    ASSIGN_OTHERS = "assign_others"
    MERGE_ITEMS = "merge_items"
    EDIT_REPLIES = "edit_replies"
    VIEW_CONVERSATIONS = "view_conversations"
    REVIEW_CONVERSATIONS = "review_conversations"
    # To accept what was proposed to learn from, and take it out.
    DECIDE_PROPOSALS = "decide_proposals"
    TRY_ASSISTANT = "try_assistant"
    VIEW_ANSWERS = "view_answers"
    # To draft what an answer shall say, and take it out for whoever keeps the repository.
    DRAFT_ANSWERS = "draft_answers"
    # To see who the volunteers are, without how to reach them.
    VIEW_VOLUNTEERS = "view_volunteers"
    EDIT_VOLUNTEERS = "edit_volunteers"
    # To see the phone number or the email address of a volunteer. Each time is written to the audit log.
    REVEAL_VOLUNTEER = "reveal_volunteer"
    IMPORT_VOLUNTEERS = "import_volunteers"
    # To take all volunteers along as a file, with how to reach them. Each time is written to the audit log.
    EXPORT_VOLUNTEERS = "export_volunteers"
    # To have a plan made for all who wait for a volunteer, and to propose what is in it.
    # To find a volunteer for somebody, and to settle and end matches.
    MATCH_VOLUNTEERS = "match_volunteers"
    VIEW_OVERVIEW = "view_overview"
    VIEW_AUDIT = "view_audit"
    # To take along all that is held on a person who asks for it. Each time is written to the audit log.
    ANSWER_ACCESS = "answer_access"
    MANAGE_STAFF = "manage_staff"


_EVERYBODY = frozenset({Permission.SIGN_IN})
_SIGNED_IN = _EVERYBODY | {Permission.OWN_ACCOUNT, Permission.VIEW_QUEUE, Permission.VIEW_OVERVIEW}
_STAFF = _SIGNED_IN | {
    Permission.WORK_QUEUE,
    Permission.REVEAL_CONTACT,
    Permission.VIEW_CONVERSATIONS,
    Permission.REVIEW_CONVERSATIONS,
    Permission.TRY_ASSISTANT,
    Permission.VIEW_ANSWERS,
    Permission.VIEW_VOLUNTEERS,
}
_COORDINATOR = _STAFF | {
    Permission.ASSIGN_OTHERS,
    Permission.MERGE_ITEMS,
    Permission.EDIT_REPLIES,
    Permission.DECIDE_PROPOSALS,
    Permission.DRAFT_ANSWERS,
    Permission.EDIT_VOLUNTEERS,
    Permission.REVEAL_VOLUNTEER,
    Permission.IMPORT_VOLUNTEERS,
    Permission.EXPORT_VOLUNTEERS,
    Permission.MATCH_VOLUNTEERS,
    Permission.VIEW_AUDIT,
    Permission.ANSWER_ACCESS,
}
# Looks after accounts, and sees no contact detail and no conversation.
_ADMINISTRATOR = _SIGNED_IN | {Permission.MANAGE_STAFF, Permission.VIEW_AUDIT}
_OF_ROLE = {"staff": _STAFF, "coordinator": _COORDINATOR, "administrator": _ADMINISTRATOR}


def may(role: str | None, permission: Permission, complete: bool = True) -> bool:
    """Tell whether somebody may do something.

    Args:
        role: The role; None for somebody who has not signed in.
        permission: The right.
        complete: Whether the second step was passed.
    """
    if role is None:
        return permission in _EVERYBODY
    if not complete:
        return permission in _EVERYBODY | {Permission.FINISH_SIGN_IN}
    return permission in _OF_ROLE[role]
