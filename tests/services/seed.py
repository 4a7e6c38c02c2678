"""What is in the site that the fault tests break? Tables, the demo arena, stored outputs; a program of that site.

In the arena `stored` battles are ready at once; in the demo arena both sides write for some seconds.
"""

import django

STORED = "stored"
PUBLISH_EVERY_S = 1


def main() -> None:
    import numpy as np
    from django.core.management import call_command

    from arena.services.demo import seed_demo
    from tests.factories import make_stored_arena

    call_command("migrate", verbosity=0)
    seed_demo(rng=np.random.default_rng(0))
    make_stored_arena(STORED, publish_every_s=PUBLISH_EVERY_S)


if __name__ == "__main__":
    django.setup()
    main()
