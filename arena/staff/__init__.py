"""What do all rooms of the staff share? Who comes in, and what is noted of what they do. Next file to read: site.py."""
