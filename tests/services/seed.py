"""What is in the site that the fault tests break? Tables, the demo arena, stored outputs; a program of that site.

In the arena `stored` battles are ready at once; in the demo arena both sides write for some seconds.
"""

import django

STORED = "stored"
N_CONTESTANTS = 5
N_PROMPTS = 6


def main() -> None:
    import numpy as np
    from django.core.management import call_command

    from arena.services.demo import seed_demo

    call_command("migrate", verbosity=0)
    seed_demo(rng=np.random.default_rng(0))
    seed_stored()


def seed_stored() -> None:
    from arena.domain.metadata import EntryStatus
    from arena.models import Arena, Contestant, Entry, Output, Prompt
    from arena.services.catalog import save_arena

    arena = Arena(slug=STORED, name="Stored", publish_every_s=1, min_votes=0)
    save_arena(arena=arena)
    prompts = [Prompt.objects.create(arena=arena, text=f"Question {n}", is_in_pool=True) for n in range(N_PROMPTS)]
    for n in range(N_CONTESTANTS):
        contestant = Contestant.objects.create(slug=f"stored-{n}", name=f"Stored {n}")
        Entry.objects.create(arena=arena, contestant=contestant, status=EntryStatus.ACTIVE)
        Output.objects.bulk_create(
            Output(prompt=prompt, contestant=contestant, text=f"Answer {n} to {prompt.text}") for prompt in prompts
        )


if __name__ == "__main__":
    django.setup()
    main()
