"""Staff's pages, made on the server: who waits, what was done about it, who may do what.

A page is a module with its templates of the same name under ``templates/``; ``routes`` holds who may ask for what.
What is read and written is left to ``helpline.store``.
"""
