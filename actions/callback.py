"""The actions of the call-back form. All they do is in ``request_form``."""

from actions.request_form import AskConfirmation, SaveRequest, ValidateRequestForm
from helpline.forms.definition import CALLBACK


class ValidateCallbackForm(ValidateRequestForm):
    """Takes a turn of the call-back form."""

    form = CALLBACK


class AskCallbackConfirmed(AskConfirmation):
    """Shows the summary of the call-back form."""

    form = CALLBACK


class SaveCallback(SaveRequest):
    """Ends the call-back form: data/rules/callback.yml."""

    form = CALLBACK
