"""The two forms that a visitor can fill in, as plain Python: what is asked, and what each message does to it.

Rasa is not imported here. The actions hand over plain values (slots, the message, what was said before) and set
the slots that come back (``actions/request_form.py``).
"""
