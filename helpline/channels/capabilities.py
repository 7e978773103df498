"""What a channel can show. Replies are laid out by this, never by the channel's name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Capabilities:
    """What a channel can show.

    Attributes:
        text_limit: Most characters of a message. A reply to danger may be longer where ``hard_limit`` allows it.
        hard_limit: Most characters that the provider takes in one message.
        messages_in_a_row: Most messages that answer one turn before "reply MORE"; 0 for any number.
        gsm_7: Whether characters outside the GSM alphabet cost twice the room, so that they are avoided.
        buttons: Most buttons below a message; 0 for none: choices are numbered in the text.
        button_length: Most characters of a button.
        list_rows: Most rows of a list that opens; 0 for none. Used where there are more choices than buttons.
        list_row_length: Most characters of a row.
        choices_text_limit: Most characters of a message that has buttons or a list; ``text_limit`` where 0.
        opt_out: Whether a whole message STOP ends all messages, by law and habit of text messages.
        knows_number: Whether the sender's address is a phone number that can be called.
        answer_hours: Hours after somebody's last message in which we may write to them; 0 for any time.
    """

    text_limit: int
    hard_limit: int
    messages_in_a_row: int = 0
    gsm_7: bool = False
    buttons: int = 0
    button_length: int = 0
    list_rows: int = 0
    list_row_length: int = 0
    choices_text_limit: int = 0
    opt_out: bool = False
    knows_number: bool = False
    answer_hours: int = 0


SMS = Capabilities(text_limit=320, hard_limit=1600, messages_in_a_row=3, gsm_7=True, opt_out=True, knows_number=True)
# Twilio shows buttons at WhatsApp by content templates alone, one for each set of them; we send texts.
WHATSAPP_TWILIO = Capabilities(text_limit=1024, hard_limit=1600, opt_out=True, knows_number=True, answer_hours=24)
WHATSAPP = Capabilities(
    text_limit=1024,
    hard_limit=4096,
    buttons=3,
    button_length=20,
    list_rows=10,
    list_row_length=24,
    choices_text_limit=1024,
    opt_out=True,
    knows_number=True,
    answer_hours=24,
)
MESSENGER = Capabilities(text_limit=2000, hard_limit=2000, buttons=13, button_length=20, answer_hours=24)
TELEGRAM = Capabilities(text_limit=4096, hard_limit=4096, buttons=100, button_length=64)
SLACK = Capabilities(text_limit=3000, hard_limit=3000, buttons=25, button_length=75)

# By the names under which staff look at them and the terminal plays them.
CHANNELS = {
    "sms": SMS,
    "whatsapp": WHATSAPP,
    "whatsapp_twilio": WHATSAPP_TWILIO,
    "messenger": MESSENGER,
    "telegram": TELEGRAM,
    "slack": SLACK,
}
# Who writes where nobody does: a number that is given to nobody, for the channels that know one.
EXAMPLE_NUMBER = "+12155550142"
