"""What the settings of messaging channels look like, for `helpline.settings`, which alone reads them."""

_NUMBER = r"\+[1-9][0-9]{6,14}"
# What the settings of messaging channels look like; what they hold is never repeated.
CHANNEL_SHAPES = {
    "twilio_account_sid": (r"AC[0-9a-fA-F]{32}", "must be AC and 32 letters and figures"),
    "sms_sender": (
        rf"{_NUMBER}|[1-9][0-9]{{2,7}}|MG[0-9a-fA-F]{{32}}",
        "must be a number such as +15550100000, a short code, or MG and 32 letters and figures",
    ),
    "whatsapp_twilio_sender": (_NUMBER, "must be a number such as +15550100000"),
    "whatsapp_phone_number_id": (r"[0-9]{5,20}", "must be the number's id, which is figures alone"),
    "messenger_page_id": (r"[0-9]{5,20}", "must be the page's id, which is figures alone"),
    "telegram_bot_token": (r"[0-9]{5,20}:[A-Za-z0-9_-]{30,60}", "must be figures, a colon, letters and figures"),
    "telegram_webhook_secret": (r"[A-Za-z0-9_-]{16,256}", "must be 16 to 256 letters, figures, _ and -"),
    "slack_bot_token": (r"xoxb-[A-Za-z0-9-]{10,}", "must begin with xoxb-"),
}
# Whatever else is a secret of a channel must be something that a header can hold.
OTHER_SHAPE = (r"[!-~]{10,}", "must be at least 10 letters and figures")
CHANNEL_SECRETS = ("twilio_auth_token", "whatsapp_access_token", "whatsapp_app_secret", "messenger_access_token",
                    "messenger_app_secret", "slack_signing_secret")  # fmt: skip
