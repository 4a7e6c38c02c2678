#!/usr/bin/env python3
"""The one door to every command: up, test, doctor and all of Django's. Next file to read: config/bootstrap.py."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (written so that an old Python can read this far and say it)
    sys.exit("Fairground needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])  # noqa: UP031

from config.bootstrap import main

if __name__ == "__main__":
    main(sys.argv)
