"""Which rating method does this project use, and can I run it alone? Yes: NumPy and SciPy only. Read README.md next."""
