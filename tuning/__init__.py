"""Tunes the sentence encoder on the training messages: beside the product, in an environment of its own.

`make tune-encoder` writes `assets/encoder/`, which the product reads. Needs PyTorch, which the product never does.
"""
