"""Does a text say who wrote it, or ask who answers? Whole words, said of oneself; a mention alone is no confession.

Next file to read: services/responses.py, which looks when the answers are complete.
"""

# ruff: noqa: E501 - the marks of other scripts are meant
import re
from collections.abc import Iterable
from functools import lru_cache

# A name alone proves nothing ("Claude Monet", "Google Apps Script"); a name behind one of these does.
SELF = (
    r"\bI(?: am|['’]m| was)(?: called| named| actually| really| just)?|\bmy name is|\bas|\bcall me|\bthis is",
    r"\bich (?:bin|heiße)|\bmein Name ist|\bals",
    r"\bje (?:suis|m['’]appelle)|\bmon nom est|\ben tant que",
    r"\b(?:yo )?soy|\bme llamo|\bmi nombre es|\bcomo",
    r"\b(?:io )?sono|\bmi chiamo|\bil mio nome è",
    r"\b(?:eu )?sou|\bmeu nome é|\bchamo-me|\bme chamo",
    r"\bik (?:ben|heet)|\bmijn naam is",
    r"\bя|\bменя зовут|\bмоё имя",
    r"我是|我叫|我的名字是|作为",
    r"私は|わたしは|僕は|私の名前は",
    r"저는|나는|제 이름은",
    r"أنا|اسمي|بصفتي",
    r"\bben(?:im adım)?|\badım",
    r"\bjestem|\bnazywam się|\bmam na imię",
    r"मैं|मेरा नाम",
)
MADE_BY = (
    r"\b(?:developed|created|trained|made|built|designed|released) by",
    r"\b(?:entwickelt|trainiert|erstellt|geschaffen) von|\bvon(?= \S+ (?:entwickelt|trainiert|erstellt))",
    r"\b(?:développée?|créée?|entraînée?|conçue?) par",
    r"\b(?:desarrollad[oa]|cread[oa]|entrenad[oa]) por",
    r"\b(?:sviluppat[oa]|creat[oa]|addestrat[oa]) da",
    r"\b(?:desenvolvid[oa]|criad[oa]|treinad[oa]) pel[oa]|\b(?:desenvolvid[oa]|criad[oa]|treinad[oa]) por",
    r"\b(?:ontwikkeld|gemaakt|getraind) door",
    r"\b(?:разработан\w*|создан\w*|обучен\w*)(?: компанией)?",
    r"由",
    r"تم (?:تطويري|إنشائي|تدريبي)(?: من قبل| بواسطة)?|طورتني|من تطوير",
    r"\bstworzon[ya] przez|\bopracowan[ya] przez",
)
MADE_BY_AFTER = (
    r"(?:が|によって|に)(?:開発|作成|訓練|トレーニング)",
    r"(?:가|이|에서|에 의해) ?(?:개발|만든|만들|훈련)",
    r" tarafından",
    r"开发|研发|训练",
    r"द्वारा",
)
FAMOUS = (
    "ChatGPT", "GPT", "OpenAI", "Claude", "Anthropic", "Gemini", "Bard", "PaLM", "Google", "DeepMind", "LLaMA", "Llama",
    "Meta AI", "Meta", "Mistral", "Mixtral", "Qwen", "通义千问", "通義千問", "Alibaba", "阿里", "DeepSeek", "深度求索", "Kimi",
    "Moonshot", "ChatGLM", "GLM", "Zhipu", "智谱", "ERNIE", "文心一言", "Baidu", "百度", "Grok", "xAI", "Cohere", "Command R",
    "Microsoft", "Copilot", "Phi", "Amazon", "Titan", "Vicuna", "LMSYS", "Koala", "Alpaca", "Falcon", "TII", "Dolly",
    "Databricks", "DBRX", "Nvidia", "Nemotron", "Granite", "IBM", "Jamba", "AI21", "Hermes", "Nous Research", "Solar",
    "Upstage", "HyperCLOVA", "Naver", "YandexGPT", "Яндекс", "GigaChat", "Сбер", "Open Assistant", "LAION", "StableLM",
    "Stability AI", "MPT", "MosaicML", "Pi", "Inflection", "Yi", "01.AI", "Baichuan", "InternLM", "MiniMax", "Hunyuan",
    "Tencent", "腾讯", "Doubao", "豆包", "ByteDance", "Aleph Alpha", "Luminous", "OLMo", "AI2", "Tülu", "Gemma", "Jais",
)  # fmt: skip
# What may stand between "I am" and the name.
BETWEEN = (
    r"[\s,:;、，：「『\"'“*_]*(?:(?:an?|the|ein|eine|une?|un|una|um|uma|een|your|called|named|large|big|language|model|"
    r"AI|assistant|chatbot|known as|based on|modèle|modelo|modello|Sprachmodell|языковая|модель|называюсь|语言模型|大)"
    r"[\s,\-]*){0,6}[\s「『\"'“*_]*"
)
PROBES = (
    r"\b(?:who|what) (?:are|r) (?:you|u)\b(?! (?:doing|talking|referring|going|trying|looking|planning|waiting))",
    r"\b(?:which|what)(?: \w+){0,3} (?:model|ai|llm|chatbot|assistant|company)(?: \w+){0,2} are you\b",
    r"\bwhat(?:'s| is) your (?:name|model|version)\b|\bwho (?:made|created|trained|developed|built) you\b",
    r"\b(?:ignore|reveal|print|show|repeat)\b.{0,40}\bsystem prompt\b",
    r"\bwer bist du\b|\bwelches (?:sprach|ki-)?modell bist du\b|\bwie heißt du\b|\bwer hat dich\b",
    r"\bqui es[- ]tu\b|\bqui êtes[- ]vous\b|\bquel modèle es[- ]tu\b|\bcomment t['’]appelles[- ]tu\b",
    r"\bquién eres\b|\bqué modelo eres\b|\bcómo te llamas\b|\bquién te (?:creó|hizo|entrenó)\b",
    r"\bchi sei\b|\bche modello sei\b|\bcome ti chiami\b",
    r"\bquem (?:é|és) (?:você|tu)\b|\bqual (?:é o seu nome|modelo (?:é|és))\b",
    r"\bwie ben je\b|\bwelk model ben je\b|\bhoe heet je\b",
    r"кто ты|ты кто|какая ты модель|как тебя зовут|кто тебя (?:создал|разработал)",
    r"你是谁|你是什么模型|你叫什么|谁(?:创造|开发|训练)了你|你是哪个",
    r"あなたは誰|あなたは何のモデル|どのモデルですか|あなたの名前は|誰が(?:あなたを)?(?:作|開発)",
    r"너는? 누구|당신은 누구|어떤 모델|이름이 뭐",
    r"من أنت|ما اسمك|أي نموذج أنت|من (?:صنعك|طورك)",
    r"\bsen kimsin\b|\bhangi modelsin\b|\badın ne\b|\bkim jesteś\b|\bjakim modelem jesteś\b|तुम कौन हो|आप कौन हैं",
)
DISTINCTIVE = re.compile(r"\d|[-_.]|[A-Z]{2}")
MIN_NAME_LENGTH = 3


def reveals_identity(text: str, names: Iterable[str], prompt: str) -> bool:
    """Whether an answer gives its author away.

    names : of the two contestants: names, slugs, aliases, organisations.   prompt : what was asked; a distinctive name
    that the prompt brought up itself may be repeated.
    """
    names = tuple(sorted({name.strip() for name in names if len(name.strip()) >= MIN_NAME_LENGTH}))
    if _confession(names).search(text):
        return True
    lowered = prompt.lower()
    return any(
        DISTINCTIVE.search(name) and name.lower() not in lowered and _whole_word(name).search(text) for name in names
    )


def asks_identity(prompt: str) -> bool:
    """Whether a prompt asks who is answering."""
    return bool(_probe().search(prompt))


@lru_cache(maxsize=512)
def _confession(names: tuple[str, ...]) -> re.Pattern[str]:
    anyone = "|".join(sorted({_bounded(name) for name in (*FAMOUS, *names)}, key=len, reverse=True))
    said_of_oneself = f"(?:{'|'.join((*SELF, *MADE_BY))}){BETWEEN}(?:{anyone})"
    made_by = f"(?:{anyone})\\s*(?:{'|'.join(MADE_BY_AFTER)})"
    return re.compile(f"{said_of_oneself}|{made_by}", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _whole_word(name: str) -> re.Pattern[str]:
    return re.compile(_bounded(name), re.IGNORECASE)


@lru_cache(maxsize=1)
def _probe() -> re.Pattern[str]:
    return re.compile("|".join(PROBES), re.IGNORECASE)


def _bounded(name: str) -> str:
    """The name as a whole word; scripts without spaces have no word edges."""
    escaped = re.escape(name)
    if not name.isascii():
        return escaped
    return rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])"
