"""Which providers are there? One line each. Next file to read: base.py for what a provider is."""

from arena.providers.base import Provider
from arena.providers.demo import DemoProvider
from arena.providers.openai_compatible import OpenAIChat, OpenAIImages, OpenAISpeech

PROVIDERS: dict[str, Provider] = {
    "demo": DemoProvider(),
    "openai": OpenAIChat(),
    "openai-images": OpenAIImages(),
    "openai-speech": OpenAISpeech(),
}
