"""Which classical extractive summarisers compete in the demo arena? Read sentences.py first, then any algorithm.

Every algorithm is one function `choose_<name>(sentences, n_sentences) -> list[int]`: the positions of the chosen
sentences, ascending. None of them reads a clock or draws from a generator.
"""
