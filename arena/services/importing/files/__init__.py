"""How do rows come out of files of strangers? Next file to read: streams.py, readers.py, records.py."""
