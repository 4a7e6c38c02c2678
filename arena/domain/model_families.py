"""Who made a model of this name, and on what terms? Families that most arenas meet; the rest is typed by hand.

A suggestion for a form, never a claim: an operator reads it before anybody else does. Next file: model_names.py.
"""

from dataclasses import dataclass

from arena.domain.metadata import Openness

OPEN, CLOSED, FULL = Openness.OPEN_WEIGHTS, Openness.PROPRIETARY, Openness.FULLY_OPEN
LICENCES = (
    "Apache 2.0",
    "MIT",
    "BSD 3-Clause",
    "Llama 2 Community",
    "Llama 3 Community",
    "Llama 3.1 Community",
    "Llama 3.2 Community",
    "Llama 3.3 Community",
    "Llama 4 Community",
    "Gemma Terms of Use",
    "Qwen Research",
    "Mistral Research",
    "Falcon LLM",
    "OpenRAIL-M",
    "CC BY 4.0",
    "CC BY-NC 4.0",
    "CC BY-SA 4.0",
    "Proprietary",
)
"""What the form offers; any other text may be typed."""


@dataclass(frozen=True)
class Family:
    """word : how names of the family begin, or what stands in them as a word of its own."""

    word: str
    organisation: str
    openness: Openness = Openness.UNKNOWN
    licence: str = ""


# The first that is found counts, so that fine-tunes stand before what they were made from.
FAMILIES = (
    Family("hermes", "Nous Research", OPEN),
    Family("dolphin", "Cognitive Computations", OPEN),
    Family("tulu", "Ai2", FULL),
    Family("nemotron", "NVIDIA", OPEN),
    Family("wizardlm", "Microsoft", OPEN),
    Family("zephyr", "Hugging Face", OPEN, "MIT"),
    Family("vicuna", "LMSYS", OPEN),
    Family("deepseek", "DeepSeek", OPEN),
    Family("codellama", "Meta", OPEN, "Llama 2 Community"),
    Family("llama-4", "Meta", OPEN, "Llama 4 Community"),
    Family("llama-3.3", "Meta", OPEN, "Llama 3.3 Community"),
    Family("llama-3.2", "Meta", OPEN, "Llama 3.2 Community"),
    Family("llama-3.1", "Meta", OPEN, "Llama 3.1 Community"),
    Family("llama-3", "Meta", OPEN, "Llama 3 Community"),
    Family("llama-2", "Meta", OPEN, "Llama 2 Community"),
    Family("llama", "Meta", OPEN),
    Family("qwq", "Alibaba", OPEN, "Apache 2.0"),
    Family("qwen", "Alibaba", OPEN),
    Family("mixtral", "Mistral AI", OPEN, "Apache 2.0"),
    Family("ministral", "Mistral AI"),
    Family("codestral", "Mistral AI"),
    Family("mistral", "Mistral AI"),
    Family("magistral", "Mistral AI"),
    Family("gemma", "Google", OPEN, "Gemma Terms of Use"),
    Family("gemini", "Google", CLOSED, "Proprietary"),
    Family("phi", "Microsoft", OPEN, "MIT"),
    Family("gpt-oss", "OpenAI", OPEN, "Apache 2.0"),
    Family("gpt", "OpenAI", CLOSED, "Proprietary"),
    Family("o1", "OpenAI", CLOSED, "Proprietary"),
    Family("o3", "OpenAI", CLOSED, "Proprietary"),
    Family("o4", "OpenAI", CLOSED, "Proprietary"),
    Family("claude", "Anthropic", CLOSED, "Proprietary"),
    Family("grok", "xAI"),
    Family("command", "Cohere"),
    Family("aya", "Cohere", OPEN, "CC BY-NC 4.0"),
    Family("jamba", "AI21 Labs", OPEN),
    Family("olmo", "Ai2", FULL, "Apache 2.0"),
    Family("molmo", "Ai2", FULL, "Apache 2.0"),
    Family("granite", "IBM", OPEN, "Apache 2.0"),
    Family("falcon", "TII", OPEN),
    Family("yi", "01.AI", OPEN),
    Family("glm", "Z.ai", OPEN),
    Family("kimi", "Moonshot AI", OPEN),
    Family("internlm", "Shanghai AI Laboratory", OPEN),
    Family("smollm", "Hugging Face", FULL, "Apache 2.0"),
    Family("smollm2", "Hugging Face", FULL, "Apache 2.0"),
    Family("smollm3", "Hugging Face", FULL, "Apache 2.0"),
    Family("pythia", "EleutherAI", FULL, "Apache 2.0"),
    Family("bloom", "BigScience", OPEN, "OpenRAIL-M"),
    Family("starcoder", "BigCode", OPEN, "OpenRAIL-M"),
    Family("eurollm", "UTTER", FULL, "Apache 2.0"),
    Family("apertus", "Swiss AI", FULL, "Apache 2.0"),
    Family("teuken", "OpenGPT-X", OPEN),
    Family("nova", "Amazon", CLOSED, "Proprietary"),
)
