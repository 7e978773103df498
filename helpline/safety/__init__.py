"""Notices danger in what a visitor typed, by patterns alone, and holds what is said then.

Plain Python that imports neither Rasa nor NumPy: the front door reads each message with it before anything else does,
and the engine's own detector (`helpline.nlu.danger`) weighs its matches together with learned scores.
"""
