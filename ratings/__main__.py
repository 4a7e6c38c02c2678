"""Which command of the package is asked for? The researcher's door: fit, simulate. Read fit_command.py next."""

import sys
from importlib import import_module

COMMANDS = {
    "fit": ("ratings.fit_command", "a leaderboard from a vote file"),
    "simulate": ("ratings.simulate_command", "arenas with known strengths"),
}
USAGE = 2


def main(argv: list[str]) -> int:
    """Runs one command and returns its exit code; 2 for an unknown one. Only that command is imported."""
    if argv and argv[0] in COMMANDS:
        return import_module(COMMANDS[argv[0]][0]).main(argv[1:])
    asks_help = bool(argv) and argv[0] in ("-h", "--help")
    lines = ["usage: python -m ratings COMMAND ...", ""]
    lines += [f"  {name:<10}{purpose}" for name, (_, purpose) in COMMANDS.items()]
    print("\n".join(lines), file=sys.stdout if asks_help else sys.stderr)
    return 0 if asks_help else USAGE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
