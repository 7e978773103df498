"""What the parts tell operators: figures, log lines, and the id that a request has in all of them.

Nothing here holds what a visitor wrote, nor who somebody is: figures and labels name kinds of things, never texts.
"""
