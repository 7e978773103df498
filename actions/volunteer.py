"""The actions of the volunteer form. All they do is in ``request_form``."""

from actions.request_form import AskConfirmation, SaveRequest, ValidateRequestForm
from helpline.forms.definition import VOLUNTEER


class ValidateVolunteerForm(ValidateRequestForm):
    """Takes a turn of the volunteer form."""

    form = VOLUNTEER


class AskVolunteerConfirmed(AskConfirmation):
    """Shows the summary of the volunteer form."""

    form = VOLUNTEER


class SaveVolunteer(SaveRequest):
    """Ends the volunteer form: data/rules/volunteer.yml."""

    form = VOLUNTEER
