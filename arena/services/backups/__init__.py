"""How is a whole site put into one file, and brought back? Next files to read: making.py, restoring.py, archive.py."""
