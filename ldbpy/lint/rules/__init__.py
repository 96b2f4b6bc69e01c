"""The rules, a module each: the docstring is the rule's page, ``RULE`` what it is, ``check`` looks for it."""
