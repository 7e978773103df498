"""The website's chat channel: sessions that only their owner can use, and an answer whatever fails.

The contract with the widget is ``docs/api/website.openapi.yml``.
"""
