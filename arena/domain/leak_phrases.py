"""With which words does a model say who it is, and who is asked for it? Tables by language; names of models and makers.

Every text is a regular expression, matched without regard to case. Next file to read: leaks.py, which applies them.
"""

# ruff: noqa: E501 - a language reads best with one kind of phrase a line
from dataclasses import dataclass

# Names that mean nothing else. Versions and sizes that follow them ("GPT-4o", "Llama 2") need no line.
MODELS = (
    "ChatGPT", "GPT", "Claude", "PaLM", "LLaMA", "Mistral", "Mixtral", "Qwen", "QwQ", "Tongyi Qianwen", "DeepSeek", "Kimi",
    "ChatGLM", "GLM", "ERNIE Bot", "ERNIE", "Grok", "Copilot", "Vicuna", "DBRX", "Nemotron", "Jamba", "HyperCLOVA",
    "YandexGPT", "GigaChat", "Open Assistant", "OpenAssistant", "StableLM", "Baichuan", "InternLM", "MiniMax", "Hunyuan",
    "Doubao", "OLMo", "Tülu", "Gemma", "Jais", "Airoboros", "WizardLM", "Zephyr", "StarCoder", "Le Chat", "EXAONE",
    "Nous Hermes", "Command R", "MPT", "Amazon Titan", "Amazon Nova", "Google Bard", "Google Gemini", "Meta AI",
    "通义千问", "通義千問", "文心一言", "豆包", "混元", "智谱清言", "克劳德", "星火", "チャットGPT", "クロード", "챗GPT", "챗지피티", "클로드", "제미나이", "하이퍼클로바", "Клод", "Алиса",
    "ЧатGPT", "Гигачат", "شات جي بي تي", "كلود", "جيميني", "चैटजीपीटी", "क्लाउड", "जेमिनी", "ジェミニ",
)  # fmt: skip
# Names that are words too, also of stars, gods and beasts: only as written here, and without an article.
MODELS_AND_WORDS = (
    "Gemini", "Bard", "Titan", "Nova", "Solar", "Hermes", "Falcon", "Koala", "Alpaca", "Dolly", "Phi", "Pi", "Yi",
    "Granite", "Luminous", "Orca", "Command", "Nemo", "Sonnet", "Haiku", "Opus",
)  # fmt: skip
MAKERS = (
    "OpenAI", "Open AI", "Anthropic", "Google", "DeepMind", "Meta", "Facebook", "Mistral AI", "Alibaba", "Moonshot AI", "Moonshot",
    "Zhipu AI", "Zhipu", "Baidu", "xAI", "Cohere", "Microsoft", "Amazon", "LMSYS", "TII", "Technology Innovation Institute",
    "Databricks", "Nvidia", "IBM", "AI21", "Nous Research", "Upstage", "Naver", "Yandex", "Sber", "LAION", "Stability AI",
    "MosaicML", "Inflection", "01.AI", "Tencent", "ByteDance", "Aleph Alpha", "AI2", "Allen Institute", "Hugging Face", "Apple",
    "阿里巴巴", "阿里云", "阿里", "深度求索", "月之暗面", "智谱", "百度", "腾讯", "字节跳动", "谷歌", "微软", "グーグル", "マイクロソフト", "구글", "네이버", "오픈AI", "앤트로픽",
    "Яндекс", "Сбер", "Гугл", "جوجل", "غوغل", "أنثروبيك", "أوبن إيه آي", "गूगल", "ओपनएआई", "एंथ्रोपिक",
)  # fmt: skip
# What may follow a name that is also a first name without making it another person's ("Claude Monet").
VERSIONS = r"AI|Pro|Ultra|Flash|Nano|Advanced|Instant|Opus|Sonnet|Haiku|Turbo|Instruct|Chat|Large|Small|Medium|Mini|Plus|Max|Code|Vision|Assistant|Model|Bot|Coder|Next"


@dataclass(frozen=True)
class Tongue:
    """How a model speaks of itself in one language.

    marks : without one of these beside the name nothing else is tried: words, or pieces of text where words have no
        spaces between them.   named : before the name: I am, my name is.   gap : words that may stand between.
    owner : before the maker, and enough by itself: my maker is.   made_by : before the
        maker: developed by.   named_after : must follow the name, where the verb does.   role : before the name: as; counts if `mine` follows.
    made_after : after the maker, where the verb follows; counts if a mark precedes.   said_after : after the name, and
        enough by itself: OpenAI created me.   bare_after : the same, if the name begins the sentence.   nouns : what a model calls itself.   asks : the question for the
        name.   you : pieces of text of which one stands in every such question.
    """

    marks: str
    named: str
    gap: str
    nouns: str
    you: str
    asks: str
    made_by: str = ""
    owner: str = ""
    named_after: str = ""
    role: str = ""
    mine: str = ""
    made_after: str = ""
    said_after: str = ""
    bare_after: str = ""
    is_spaced: bool = True


TONGUES = {
    "en": Tongue(
        marks="i i'm im me my mine as here this you you're called speaking",
        named=r"\bI(?: am|['’]?m| was)\b(?!\s+\w+ing\b)|\bmy (?:full |given |official |actual |real )?name(?: is|['’]s)|\bcall me|\bI go by|\bthis is(?=\W*(?:the )?\S{0,12}\W*$)|\bI (?:identify|introduce myself) as|\byou(?:['’]re| are) (?:talking|speaking|chatting|interacting) (?:to|with)|\bI(?: am|['’]m) (?:called|named|known as|based on|powered by|running on)|\bmy (?:underlying )?model(?: name)? is|\b(?:powered|written|answered) by me|\bthe model behind (?:me|this) is",
        owner=r"\bmy (?:creators?|developers?|makers?|company|organi[sz]ation|parent company)(?: is| are| at|,)|\bmy training(?: data)? (?:at|by|from)",
        gap=r"an?|the|called|named|known|as|or|and|just|actually|really|indeed|simply|only|also|basically|your|friendly|helpful|new|large|small|big|multimodal|conversational|generative|artificial|intelligence|language|model|version|variant|instance|of|family|from|by|based|on|powered|series|architecture|AI|ai-powered|assistant|chatbot|bot|LLM|virtual|digital|company|team|at|folks|people|researchers|engineers|developers|lab|\w+['’]s|trained|fine-tuned|system|named|not|human|but|who|which|that|is|was|Microsoft|Google|Amazon|xAI|Alibaba",
        nouns=r"AI|assistant|chatbot|bot|model|LLM|program|intelligence",
        made_by=r"(?:developed|created|trained|made|built|designed|produced|fine-tuned|released|provided|maintained|owned|programmed|engineered|brought to you|owned and operated|offered|work|working|come|comes|from|comes from|originate)(?: (?:and|&|,) \w+)? (?:by|from|for|at)|\bfrom|\bby|\bcourtesy of",
        role=r"\bas|\bspeaking as|\bbeing",
        mine=r"\b(?:I|I['’]m|my|me)\b",
        said_after=r"\W{0,3}(?: \w+){0,2} (?:created|trained|developed|made|built|designed|programmed|fine-tuned) me\b|\W{1,3}here\b(?=\W|$)(?! (?:is|are|we|you|the))|\W{1,3}at your service\b|\W{0,3} is (?:my name|the name I|who I am|what I am|the company (?:that|behind|which))",
        you="you instructions prompt this talking speaking chatting",
        asks=r"\b(?:who|what) (?:exactly |really |actually )?(?:are|r) (?:you|u)\b(?! (?:doing|talking|referring|going|trying|looking|planning|waiting|most|afraid|good|up|to|on))|\b(?:which|what)(?: \w+){0,4} (?:model|ai|llm|chatbot|assistant|company|gpt)(?: \w+){0,4} (?:are|is this|am i (?:talking|speaking|chatting))\b|\b(?:what(?:'s|’s| is)|tell me|state|say|give me|reveal|disclose) your (?:real |own |full |exact |true )?(?:name|model|version|identity|maker|developer|creator)\b|\bwho (?:made|created|trained|developed|built|owns|programmed|designed) (?:you|u)\b|\b(?:ignore|reveal|print|show|repeat|output|disclose)\b.{0,60}\b(?:system prompt|instructions)\b|\bare you (?:really |actually |based on )?(?:an? )?(?:chatgpt|gpt|claude|gemini|bard|llama|mistral|qwen|grok|deepseek|openai|copilot|made by|from openai)|\b(?:identify|introduce) yourself\b|\bwhat were you (?:called|trained by)|\bwho am i (?:talking|speaking|chatting) (?:to|with)\b|\bwhich (?:company|lab|organi[sz]ation) (?:made|created|trained|developed|built) you",
    ),
    "de": Tongue(
        marks="ich mich mein meine mir als du hier",
        named=r"\bich (?:bin|heiße|heisse|nenne mich|werde)|\bmein Name (?:ist|lautet)|\bman nennt mich|\bdu sprichst mit|\bSie sprechen mit|\bnennt? mich|\bhier (?:ist|spricht)",
        owner=r"\bmeine? (?:Entwickler|Hersteller|Schöpfer|Firma)(?: ist| sind| bei|,)|\bich wurde von|\bich (?:stamme|komme) von",
        gap=r"eine?|einem|einer|das|die|der|von|dem|große[ns]?|großes|künstliche|Intelligenz|KI|KI-Assistent|KI-Modell|KI-Sprachmodell|KI-Chatbot|Assistent|Chatbot|Modell|Sprachmodell|Sprachassistent|genannt|namens|und|heiße|auch|eigentlich|nur|genauer|AI|basierend|auf|Basis|Version|virtueller|digitaler|Firma|dem Unternehmen|Unternehmen|Team|also|ja|hilfreicher|wurde",
        nouns=r"Sprachmodell|KI\S*|Assistent|Modell|Chatbot|Intelligenz|Programm",
        made_by=r"\bvon|\bdurch|\baus dem Hause|\bvon der Firma|\bbei",
        role=r"\bals",
        mine=r"\b(?:ich|mein|mir|mich)\b",
        said_after=r"[^.!?\n]{0,20}\bhat mich\b[^.!?\n]{0,20}(?:entwickelt|trainiert|erstellt|geschaffen|gemacht)|\W+(?:ist|lautet) mein Name",
        you="du dich dein sie wer",
        asks=r"\bwer (?:genau )?(?:bist du|sind Sie)\b|\bwelches \S*(?:modell|ki|llm|programm) (?:bist du|sind Sie|steckt)|\bwelche (?:ki|version) (?:bist du|sind Sie)\b|\bwie (?:heißt du|heißen Sie|ist dein name|lautet dein name)\b|\bwer hat (?:dich|Sie) (?:entwickelt|gemacht|erstellt|programmiert|trainiert|geschaffen)|\bwas bist du\b|\bbist du (?:chatgpt|claude|gemini|gpt|bard)|\bvon (?:wem|welcher firma) (?:bist du|wurdest du|stammst du)",
    ),
    "fr": Tongue(
        marks="je j m mon moi suis en ici tant vous tu c'est",
        named=r"\bje suis|\bje me nomme|\bje m['’]appelle|\bmon nom est|\bon m['’]appelle|\bmoi,? c['’]est|\bvous parlez (?:à|avec)|\btu parles (?:à|avec)|\bj['’]ai été|\bappelez-moi|\bje me présente\W+|\bici",
        owner=r"\b(?:mon|mes) (?:créateurs?|développeurs?|concepteurs?|entreprise)(?: est| sont|,| chez)",
        gap=r"une?|le|la|l['’]|les|un|grand|modèle|modele|de|d['’]|du|des|langage|langue|assistant|assistante|agent|IA|l['’]IA|intelligence|artificielle|conversationnel|conversationnelle|virtuel|nommée?|appelée?|basée?|sur|chatbot|robot|et|version|société|entreprise|l['’]entreprise|l['’]équipe|par|chez|été|simplement|en|fait|appelé",
        nouns=r"mod[èe]le|assistante?|IA|intelligence|chatbot|agent|programme|robot",
        made_by=r"(?:développée?|créée?|entraînée?|conçue?|mise? au point|formée?|proposée?|fabriquée?)(?: et \S+)? (?:par|chez)|\bpar|\bde chez|\bde",
        role=r"\ben tant que?|\ben ma qualité de",
        mine=r"\b(?:je|j|mon|ma|mes|me|m)\b",
        said_after=r"[^.!?\n]{0,15}\bm['’](?:a|ont) (?:créée?|développée?|entraînée?|conçue?|formée?)|\W+pour vous servir|\W+à votre service",
        you="tu vous ton votre t'a toi",
        asks=r"\bqui (?:es[- ]tu|êtes[- ]vous|est[- ]tu)\b|\bt['’]es qui\b|\bqu['’]es[- ]tu\b|\bquel(?:le)? (?:\S+ ){0,3}(?:es[- ]tu|êtes[- ]vous)|\bcomment (?:t['’]appelles[- ]tu|vous appelez[- ]vous|tu t['’]appelles)|\bquel est (?:ton|votre) (?:nom|modèle)|\bqui (?:t['’]a|vous a) (?:créé|développé|entraîné|conçu|fait)|\bes[- ]tu (?:chatgpt|claude|gemini|gpt|mistral|le chat)",
    ),
    "es": Tongue(
        marks="soy me mi yo como fui conmigo llamo llamarme hablando he",
        named=r"\b(?:yo )?soy|\bme llamo|\bmi nombre es|\bme llaman|\bpuedes llamarme|\bme conocen como|\best[áa]s hablando con|\bhablas con|\bfui|\bhe sido",
        owner=r"\bmis? (?:creador|creadores|desarrollador|desarrolladores|empresa)(?: es| son|,)",
        gap=r"una?|el|la|los|las|gran|modelo|de|del|lenguaje|IA|inteligencia|artificial|asistente|virtual|conversacional|chatbot|bot|llamad[oa]|conocid[oa]|como|basad[oa]|en|versión|empresa|compañía|equipo|por|y|grande|sido|simplemente|en realidad|realidad|también",
        nouns=r"modelo|asistente|IA|inteligencia|chatbot|bot|programa",
        made_by=r"(?:desarrollad[oa]|cread[oa]|entrenad[oa]|diseñad[oa]|hech[oa]|programad[oa]|construid[oa])(?: y \S+)? por|\bpor|\bde",
        role=r"\bcomo",
        mine=r"\b(?:yo|mi|mis|me|puedo|tengo|soy|estoy|no puedo|debo)\b",
        said_after=r"\W{0,2} (?:fue quien )?me (?:creó|desarrolló|entrenó|diseñó|hizo|ha creado|ha desarrollado|ha entrenado)|\W+a (?:su|tu) servicio|\W+es mi nombre",
        you="eres usted sos te tu usas",
        asks=r"\bqui[ée]n (?:eres|es usted|sos)\b|\bqu[ée] (?:\S+ ){0,2}(?:modelo|ia|inteligencia artificial|versión|chatbot)(?: \S+){0,2} (?:eres|usas|sos)|\bqu[ée] eres\b|\bc[óo]mo te llamas\b|\bcu[áa]l es tu (?:nombre|modelo|versión)|\bqui[ée]n te (?:creó|creo|hizo|entrenó|desarrolló|programó|ha creado)|\beres (?:chatgpt|claude|gemini|gpt)",
    ),
    "it": Tongue(
        marks="sono mi io mio miei nome chiamo come quanto qualità ho posso parlando",
        named=r"\b(?:io )?sono|\bmi chiamo|\bil mio nome è|\bmi chiamano|\bpuoi chiamarmi|\bstai parlando con|\bparli con",
        owner=r"\bi miei (?:creatori|sviluppatori)(?: sono|,)|\bil mio (?:creatore|sviluppatore) è",
        gap=r"un[ao']?|un['’]|il|lo|la|l['’]|i|gli|grande|modello|di|del|della|linguaggio|linguistico|IA|AI|intelligenza|artificiale|assistente|virtuale|conversazionale|chatbot|bot|chiamat[oa]|basat[oa]|su|versione|azienda|società|team|da|e|stat[oa]|semplicemente|in realtà|realtà",
        nouns=r"modello|assistente|IA|AI|intelligenza|chatbot|bot|programma",
        made_by=r"(?:sviluppat[oa]|creat[oa]|addestrat[oa]|progettat[oa]|realizzat[oa]|programmat[oa])(?: e \S+)? (?:da|dal|dalla|dall['’])|\bda|\bdi",
        role=r"\bcome|\bin quanto|\bin qualità di",
        mine=r"\b(?:io|mio|mia|miei|mi|posso|sono|ho|non posso|devo)\b",
        said_after=r"\W{0,2} mi ha(?:nno)? (?:creat[oa]|sviluppat[oa]|addestrat[oa]|progettat[oa])|\W+(?:al tuo|al suo|al vostro) servizio|\W+è il mio nome",
        you="sei tuo ti chiami siete lei",
        asks=r"\bchi (?:sei|è lei|siete)\b|\bche (?:\S+ )?(?:modello|ia|intelligenza artificiale|chatbot)(?: \S+){0,2} sei\b|\bquale (?:\S+ )?(?:modello|ia)(?: \S+){0,2} sei\b|\bcosa sei\b|\bcome ti chiami\b|\bqual è il tuo (?:nome|modello)|\bchi ti ha (?:creato|sviluppato|addestrato|fatto|programmato)|\bsei (?:chatgpt|claude|gemini|gpt)",
    ),
    "pt": Tongue(
        marks="sou eu me meu meus chamo fui como conversando falando",
        named=r"\b(?:eu )?sou|\bme chamo|\bchamo-me|\bmeu nome é|\bo meu nome é|\bpode me chamar de|\bpodes chamar-me|\b(?:está|estás) (?:falando|conversando|a falar|a conversar) com|\b(?:eu )?fui|\b(?:aqui|quem fala) é",
        owner=r"\bmeus? (?:criador|criadores|desenvolvedor|desenvolvedores)(?: é| são|,)",
        gap=r"uma?|os?|as?|grande|modelo|de|do|da|linguagem|IA|inteligência|artificial|assistente|virtual|conversacional|chatbot|bot|chamad[oa]|conhecid[oa]|como|basead[oa]|em|versão|empresa|equipe|equipa|por|pel[oa]|e|apenas|na verdade|verdade",
        nouns=r"modelo|assistente|IA|inteligência|chatbot|bot|programa",
        made_by=r"(?:desenvolvid[oa]|criad[oa]|treinad[oa]|projetad[oa]|feit[oa]|programad[oa]|construíd[oa])(?: e \S+)? (?:pel[oa]|por)|\bpel[oa]|\bpor|\bd[aoe]",
        role=r"\bcomo|\bna qualidade de",
        mine=r"\b(?:eu|meu|minha|me|posso|sou|tenho|não posso|devo|estou)\b",
        said_after=r"\W{0,2} (?:foi quem )?me (?:criou|desenvolveu|treinou|projetou|fez)|\W+(?:ao seu|ao teu) (?:dispor|serviço)|\W+é (?:o )?meu nome",
        you="você voce és te tu teu seu senhor o",
        asks=r"\bquem (?:é você|és tu|és|é voce|é o senhor)\b|\bqual (?:\S+ )?(?:modelo|ia|versão|chatbot)(?: \S+){0,3} (?:é você|és|você é|você usa)|\bque (?:\S+ )?(?:modelo|ia)(?: \S+){0,2} (?:é você|és|você é)|\bo que (?:é você|você é|és)\b|\bqual (?:é )?(?:o )?(?:seu|teu) (?:nome|modelo)|\bcomo (?:você se chama|te chamas)|\bquem (?:te|o|lhe|você) (?:criou|fez|treinou|desenvolveu|programou)|\bquem criou você|\bvocê é (?:o )?(?:chatgpt|claude|gemini|gpt)",
    ),
    "nl": Tongue(
        marks="ik mijn mij me als je u ben",
        named=r"\bik (?:ben|heet|werd|word)|\bmijn naam is|\bje kunt me|\bnoem me|\bje (?:praat|spreekt|chat) met|\bu spreekt met",
        owner=r"\bmijn (?:makers?|ontwikkelaars?)(?: is| zijn|,| bij)",
        gap=r"een|het|de|groot|grote|taalmodel|model|AI|AI-assistent|AI-model|AI-taalmodel|AI-chatbot|assistent|chatbot|genaamd|genoemd|gebaseerd|op|versie|virtuele|digitale|bedrijf|team|bij|van|door|en|ook|gewoon|eigenlijk|kunstmatige|intelligentie|noemen",
        nouns=r"taalmodel|model|AI\S*|assistent|chatbot|intelligentie|programma",
        made_by=r"(?:ontwikkeld|gemaakt|getraind|gebouwd|ontworpen|gecreëerd)(?: en \S+)? door|\bdoor|\bvan",
        role=r"\bals",
        mine=r"\b(?:ik|mijn|mij|me)\b",
        said_after=r"\W{0,2} heeft (?:mij|me) (?:\S+ )?(?:ontwikkeld|gemaakt|getraind|gebouwd|ontworpen)|\W+is mijn naam|\W+tot je dienst",
        you="je jij jou uw bent ben u",
        asks=r"\bwie (?:ben je|ben jij|bent u|ben u)\b|\bwelk (?:\S+ )?(?:taal)?model(?: \S+){0,2} (?:ben|bent)|\bwelke (?:ai|chatbot|versie) (?:ben|bent)|\bwat ben (?:je|jij)\b|\bhoe (?:heet je|heet jij|heet u)\b|\bwat is (?:je|jouw|uw) (?:naam|model)|\bwie heeft (?:je|jou|u) (?:gemaakt|ontwikkeld|getraind|gebouwd)|\bben je (?:chatgpt|claude|gemini|gpt)",
    ),
    "sv": Tongue(
        marks="jag mig mitt min som du",
        named=r"\bjag (?:är|heter|kallas|har|utvecklades|skapades|tränades)|\bmitt namn är|\bdu (?:pratar|talar|chattar) med|\bkalla mig",
        gap=r"en|ett|den|det|stor|språkmodell|modell|AI|AI-assistent|AI-modell|AI-språkmodell|assistent|chattbot|chatbot|kallad|vid namn|namn|baserad|på|av|från|och|företaget|bara|egentligen|digital|virtuell|som|heter|utvecklats|skapats|tränats",
        nouns=r"språkmodell|modell|AI\S*|assistent|chat\S*bot|program",
        made_by=r"(?:utvecklad|skapad|tränad|byggd|gjord|framtagen|utvecklats|skapats|tränats|utvecklades|skapades)(?: och \S+)? av|\bav|\bfrån",
        role=r"\bsom",
        mine=r"\b(?:jag|mig|min|mitt)\b",
        said_after=r"\W{0,2} (?:har )?(?:skapade|skapat|utvecklade|utvecklat|tränade|tränat|byggde) mig|\W+är mitt namn",
        you="du dig ditt",
        asks=r"\bvem är du\b|\bvilken (?:\S+ )?(?:modell|ai|språkmodell|chatbot)(?: \S+){0,2} är du|\bvad heter du\b|\bvem (?:skapade|har skapat|gjorde|utvecklade|har utvecklat|tränade) dig|\bvad är du\b|\bvad är ditt namn",
    ),
    "pl": Tongue(
        marks="jestem nazywam mam mnie moje ja jako rozmawiasz zostałem zostałam mi",
        named=r"\b(?:ja )?jestem|\bnazywam się|\bmam na imię|\bmoje imię to|\bmówią na mnie|\brozmawiasz z|\bmożesz mnie nazywać|\bzosta(?:łem|łam)",
        owner=r"\bmoi twórcy to",
        gap=r"dużym|wielkim|modelem|model|językowym|językowy|AI|sztuczną|sztucznej|inteligencją|inteligencji|asystentem|asystent|asystentką|wirtualnym|chatbotem|chatbot|czatbotem|o|nazwie|zwanym|opartym|na|firmy|firmę|przez|i|po prostu|prostu|wersją|od|z|się",
        nouns=r"modelem|asystentem|asystentką|chatbotem|czatbotem|AI|inteligencją|programem",
        made_by=r"(?:stworzon\w+|opracowan\w+|wytrenowan\w+|zaprojektowan\w+|zbudowan\w+|wyszkolon\w+)(?: i \S+)? przez|\bprzez|\bod|\bfirmy",
        role=r"\bjako",
        mine=r"\b(?:ja|mnie|mi|mogę|nie mogę|moje|mój|jestem|mam)\b",
        said_after=r"\W{0,2} (?:mnie (?:stworzył\w?|opracował\w?|wytrenował\w?|zaprojektował\w?)|(?:stworzył\w?|opracował\w?|wytrenował\w?) mnie)|\W+to moje imię",
        you="jesteś nazywasz imię cię ciebie model",
        asks=r"\bkim jesteś\b|\b(?:jakim|którym) (?:\S+ )?(?:modelem|ai|chatbotem)(?: \S+){0,2} jesteś|\bjak (?:się nazywasz|masz na imię)|\bkto (?:cię|ciebie) (?:stworzył|zrobił|wytrenował|opracował|zaprogramował)|\bczym jesteś\b|\bjaki to model\b",
    ),
    "ru": Tongue(
        marks="я меня мой моё мое мои мне как вы ты мной",
        named=r"\bя(?= *[-—–:]? *)|\bменя зовут|\bмо[её] имя|\bменя называют|\bвы (?:общаетесь|разговариваете|говорите) с|\bты (?:общаешься|разговариваешь|говоришь) с",
        owner=r"\bмо[ий] (?:создатели|разработчики|создатель|разработчик)(?: *[-—–])?|\bменя (?:созда|разработа|обучи)л\w?(?: (?:в|компания|команда))?",
        named_after=r"\s*(?:[,—–(-]|$|и\b|от\b|на\b|версии\b)",
        gap=r"это|большая|большой|языковая|языковой|языковую|модель|модели|моделью|искусственный|искусственного|интеллект|интеллекта|ИИ|ИИ-ассистент|ИИ-помощник|нейросеть|нейросетью|ассистент|ассистентом|помощник|виртуальный|чат-бот|чатбот|бот|по|имени|под|названием|называюсь|на|основе|от|компании|компания|компанией|команда|команды|и|просто|версия|была?|был|являюсь",
        nouns=r"модель\w*|ассистент\w*|помощник\w*|ИИ\S*|нейросеть\w*|интеллект\w*|чат-?бот\w*|бот",
        made_by=r"(?:разработан\w*|созда[нв]\w*|обучен\w*|натренирован\w*|выпущен\w*)(?: и \S+)?(?: в)?|\bот|\bкомпанией|\bкомпании|\bиз",
        role=r"\bкак|\bбудучи|\bв качестве",
        mine=r"\b(?:я|меня|мой|моя|мне|могу)\b",
        said_after=r"\W{0,2} (?:меня (?:создал\w?|разработал\w?|обучил\w?)|(?:создал\w?|разработал\w?|обучил\w?) меня)|\W+к вашим услугам|\W+[-—–] (?:это )?мо[её] имя",
        you="ты вы теб вас своё свое",
        asks=r"кто (?:же )?(?:ты|вы)(?: такой| такая| такие)?(?=\W|$)|ты кто|как(?:ая|ой) (?:ты|вы|это) (?:\S+ )?(?:модель|ии|версия|нейросеть|чат-?бот)|как(?:ая|ой) (?:\S+ )?(?:модель|ии|нейросеть|чат-?бот) (?:ты|вы)|как (?:тебя|вас) зовут|кто (?:тебя|вас) (?:создал|разработал|сделал|обучил)|ты (?:chatgpt|claude|gemini|gpt)|что ты такое|назови сво[её] имя",
    ),
    "tr": Tongue(
        marks="ben benim beni adım bana tarafından bir ile olarak im yim",
        named=r"\bben|\b(?:benim )?adım|\bbenim ismim|\bismim|\bbana",
        named_after=r"['’]?\w{0,4}(?:,|$|\s+(?:derler|ve\b|adlı|adında|isimli|bir\b|olarak))|['’][yY]?[ıiuü]m\b",
        gap=r"bir|büyük|dil|modeli|yapay|zeka|zekâ|asistanı|asistan|sohbet|robotu|adlı|isimli|olan|sadece|şirketi|şirketinin|aslında|,",
        nouns=r"model\w*|asistan\w*|zek[aâ]\w*|bot\w*|robot\w*",
        role="",
        made_after=r"['’]?\w{0,4}(?: şirketi| ekibi)? (?:tarafından|geliştirdiği|(?:yapımı|üretimi))",
        said_after=r"['’]?\w{0,4}(?: şirketi| ekibi)? tarafından [^.!?\n]{0,60}(?:ildim|ıldım|uldum|üldüm|lendim|landım|modeliyim|asistanıyım|botuyum|zekayım|zekâyım)|['’](?:yim|yım|im|ım|um|üm|yum|yüm)\b|\W+(?:derler|diyebilirsin\w*|olarak adlandırılıyorum)|['’]?\w{0,3} olarak,?[^.!?\n]{0,40}(?:ben|yardımcı ol|m\b)",
        you="sin sın niz nız adın ismin seni",
        asks=r"\b(?:sen kimsin|siz kimsiniz|kimsin(?:iz)?)\b|\b(?:hangi|ne) (?:\S+ )?(?:model|modeli|yapay zeka|zekâ|bot|asistan)\w*(?: \S+){0,2}(?:sin|sın|siniz|sınız)\b|\bhangi modelsin|\badın(?:ız)? ne\b|\bismin(?:iz)? ne\b|\bseni kim (?:yaptı|geliştirdi|yarattı|eğitti|üretti)|\bnesin sen\b",
    ),
    "vi": Tongue(
        marks="tôi tên mình là em bạn",
        named=r"\b(?:tôi|mình|em) (?:chính )?là|\btên (?:của )?(?:tôi|mình|em) là|\btôi tên là|\btôi được gọi là|\bbạn đang (?:nói chuyện|trò chuyện) với|\bhãy gọi tôi là|\b(?:tôi|mình) được",
        gap=r"một|mô|hình|ngôn|ngữ|lớn|trợ|lý|ảo|trí|tuệ|nhân|tạo|AI|chatbot|tên|có|gọi|là|dựa|trên|của|do|bởi|công|ty|được|và|từ|thông|minh",
        nouns=r"mô hình|trợ lý|trí tuệ|AI|chatbot",
        made_by=r"(?:phát triển|tạo ra|huấn luyện|đào tạo|xây dựng|thiết kế)(?: và \S+ \S+)? bởi|\bdo|\bcủa|\bbởi|\btừ",
        made_after=r"(?: đã)? (?:đào tạo|phát triển|huấn luyện|tạo ra|xây dựng|thiết kế)",
        role=r"\blà|\bvới tư cách là",
        mine=r"\b(?:tôi|mình|em)\b",
        said_after=r"(?: đã)? (?:tạo ra|phát triển|huấn luyện|đào tạo|xây dựng) (?:ra )?(?:tôi|mình)",
        you="bạn mày em mô",
        asks=r"\b(?:bạn|mày|em) là ai\b|\bbạn là (?:\S+ ){0,3}(?:mô hình|ai|chatbot|phiên bản) (?:nào|gì)|\bbạn tên (?:là )?gì|\btên (?:của )?bạn là gì|\bai (?:đã )?(?:tạo ra|phát triển|huấn luyện|làm ra) bạn|\bmô hình (?:nào|gì) (?:vậy|đây|đang)",
    ),
    "id": Tongue(
        marks="saya aku nama namaku sebagai kamu anda saya,",
        named=r"\b(?:saya|aku) (?:adalah|ialah|bernama|disebut|dikenal sebagai|merupakan|dibuat|dikembangkan|dilatih)|\bnama (?:saya|ku)(?: adalah)?|\bnamaku(?: adalah)?|\bpanggil (?:saya|aku)|\b(?:anda|kamu) (?:sedang )?(?:berbicara|mengobrol|berbincang) dengan|\b(?:saya|aku)(?=\W*$)",
        gap=r"sebuah|seorang|suatu|model|bahasa|besar|AI|kecerdasan|buatan|asisten|virtual|chatbot|bot|bernama|yang|disebut|bernama|berbasis|pada|perusahaan|tim|oleh|dari|dan|hanya|adalah|dibuat|dikembangkan|dilatih|dirancang",
        nouns=r"model|asisten|AI|kecerdasan|chatbot|bot|program",
        made_by=r"(?:dikembangkan|dibuat|dilatih|dirancang|diciptakan|dibangun)(?: dan \S+)? oleh|\boleh|\bdari|\bbuatan|\bmilik",
        role=r"\bsebagai",
        mine=r"\b(?:saya|aku)\b",
        said_after=r"(?: yang)?(?: telah)? (?:menciptakan|membuat|mengembangkan|melatih) (?:saya|aku)",
        you="kamu anda kau mu",
        asks=r"\bsiapa (?:kamu|anda|engkau|kau|namamu|nama kamu|nama anda)\b|\b(?:kamu|anda) (?:ini )?siapa\b|\b(?:model|ai|chatbot) (?:\S+ )?(?:apa|mana) (?:kamu|anda|ini)|\bapa (?:nama|model) (?:kamu|anda)|\bsiapa yang (?:membuat|menciptakan|mengembangkan|melatih) (?:kamu|anda|mu)|\b(?:kamu|anda) (?:adalah )?(?:model|ai) (?:apa|mana)",
    ),
    "ar": Tongue(
        marks="أنا اسمي إسمي بصفتي باسم طورتني أنني إنني تم تطويري إنشائي تدريبي معك تتحدث يمكنك مطوري أُدعى كوني صنعتني دربتني",
        owner=r"(?:تطويري|إنشائي|تدريبي)(?: من قبل| بواسطة| على يد)?(?: شركة| فريق)?|(?:طورتني|صنعتني|دربتني|أنشأتني)(?: شركة)?",
        named=r"(?:أنا|إنني|اسمي(?: هو)?|إسمي(?: هو)?|أُدعى|أدعى|يمكنك مناداتي|أنت تتحدث (?:مع|إلى)|تتحدث الآن مع|معك)",
        gap=r"هو|نموذج|لغة|لغوي|كبير|كبيرة|ذكاء|الذكاء|اصطناعي|الاصطناعي|مساعد|المساعد|مساعدك|افتراضي|ذكي|روبوت|محادثة|دردشة|يسمى|اسمه|يُدعى|من|قبل|شركة|بواسطة|فريق|على|مبني|تم|و|مجرد|في|الـ",
        nouns=r"نموذج|مساعد|ذكاء|روبوت|برنامج",
        made_by=r"(?:من تطوير|طورته|طوّرته|طورتها|(?:تم )?تطويره|تطويري|إنشائي|تدريبي|صممته|دربته|أنشأته|مطور|مدرب|صنعته|تطوير|من إنتاج|من إنشاء|تدريبه|إنشاؤه)(?: من قبل| بواسطة| على يد| من)?(?: شركة)?|طورتني(?: شركة)?|صنعتني(?: شركة)?|دربتني(?: شركة)?|من شركة|بواسطة|من قبل|من",
        role=r"بصفتي|كوني|باعتباري",
        mine=r".",
        said_after=r"[^.؟\n]{0,12}(?:طورتني|صنعتني|دربتني|أنشأتني)",
        you="أنت انت تكون اسمك إسمك نموذج ك",
        asks=r"من (?:أنت|انت|تكون)(?=\W|$)|ما (?:هو )?(?:اسمك|إسمك)|(?:أي|ما) (?:\S+ )?نموذج (?:\S+ )?(?:أنت|انت)|من (?:الذي )?(?:صنعك|طورك|صممك|دربك|أنشأك)|ما اسم النموذج|هل أنت (?:شات|chatgpt|claude|gemini)",
    ),
    "hi": Tongue(
        marks="मैं मेरा मेरे मुझे हूँ हूं मुझको",
        named=r"(?:मैं|मेरा नाम|मैं तो|मुझे|मुझको)",
        owner=r"मेरे निर्माता",
        named_after=r"\s*(?:हूँ|हूं|है|,|नाम|कहते|कहा|$)",
        gap=r"एक|बड़ा|भाषा|मॉडल|एआई|AI|कृत्रिम|बुद्धिमत्ता|सहायक|असिस्टेंट|चैटबॉट|वर्चुअल|नामक|नाम|का|की|के|द्वारा|कंपनी|सिर्फ|है|हूँ|हूं|जिसे|जिसको",
        nouns=r"मॉडल|सहायक|असिस्टेंट|चैटबॉट|एआई|AI|बुद्धिमत्ता",
        made_by="",
        made_after=r" ?(?:कंपनी )?(?:द्वारा|ने|के द्वारा|की ओर से) (?:\S+ ){0,3}(?:बना|विकसित|प्रशिक्षित|तैयार|निर्मित)",
        said_after=r" (?:कंपनी )?(?:ने|द्वारा) (?:मुझे|मुझको) (?:\S+ )?(?:बना|विकसित|प्रशिक्षित|तैयार)| हूँ| हूं| का (?:एक )?(?:भाषा मॉडल|एआई|सहायक)[^।\n]{0,20} (?:हूँ|हूं)",
        you="तुम आप तू तेरा",
        asks=r"(?:तुम|आप|तू) (?:कौन|क्या) (?:हो|हैं|है)|(?:तुम्हारा|आपका|तेरा) (?:नाम|मॉडल) (?:क्या|कौन)|(?:तुम|आप) कौन ?(?:सा|से|सी) (?:\S+ )?(?:मॉडल|एआई|AI)|(?:तुम्हें|आपको|तुमको) (?:किसने|किस कंपनी ने) (?:बनाया|विकसित|प्रशिक्षित)",
    ),
    "zh": Tongue(
        marks="我 作为 作為 在下 本人",
        named=r"(?:我(?:就|其实|其實|真的)?(?:是|叫|乃)|我的(?:名字|名称|名稱|全名)(?:就)?(?:是|叫)|(?:您|你)可以(?:叫|称呼|稱呼)我|叫我|在下(?:是|乃)?|本人(?:是|叫)|(?:你|您)正在(?:和|与|與|跟)|我基于|我基於|我使用的是)",
        owner=r"我的(?:开发者|開發者|创造者|开发商|母公司)是",
        gap=r"一个|一個|一款|一种|由|来自|來自|基于|基於|名为|名為|叫做|大型|大|的|语言|語言|模型|人工智能|人工智慧|AI|智能|助手|助理|聊天|机器人|機器人|对话|對話|公司|团队|名叫|被|经过|而成|开发|是|训练|叫|超大规模|中国|美国|法国",
        nouns=r"模型|助手|助理|人工智能|人工智慧|AI|机器人|機器人",
        made_by=r"(?:由|来自|來自|是)",
        role=r"(?:作为|作為|身为|身為)",
        mine=r"我",
        made_after=r"(?:公司|团队|旗下|集团)?(?:的)?(?:自主|独立|自主|精心)?(?:开发|開發|研发|研發|训练|訓練|创造|创建|創建|打造|推出|构建|制作|設計|设计|制造|的)",
        said_after=r"(?:公司|团队)?(?:开发|创造|训练|研发|制造|创建)了我",
        you="你 您 什么模型",
        asks=r"(?:你|您)(?:到底|究竟|真的)?(?:是谁|是誰|是什么|是什麼|是哪个|是哪個|是哪款|是何)|(?:你|您)(?:叫|的名字)(?:什么|什麼|是什么|是什麼|是)|谁(?:创造|开发|训练|制造|研发|做)(?:了|出)?(?:你|您)|誰(?:創造|開發|訓練)了?你|(?:你|您)是(?:由)?(?:谁|哪家|哪个公司|什么公司)|(?:你|您)(?:背后|用)的?(?:是)?(?:什么|哪个)模型|(?:你|您)是(?:不是)?(?:chatgpt|gpt|claude|文心|通义)|什么模型",
        is_spaced=False,
    ),
    "ja": Tongue(
        marks="私 僕 わたし 俺 当方 です ます として 申 名前 自分",
        named=r"(?:(?:私|わたし|僕|俺|当方|自分)(?:自身)?(?:は|が|の名前は|の名は|を)|名前は|こちらは)",
        named_after=r"[」』]?(?:です|だ|であ|でござ|と申|とい|とよ|と呼|という|、|で、|$)",
        gap=r"、|，|「|『|AI|人工知能|言語|大規模|モデル|アシスタント|チャットボット|の|という|である|バーチャル|対話型|会社|社|ただ|実は",
        nouns=r"モデル|アシスタント|AI|人工知能|チャットボット|プログラム",
        role="",
        made_after=r"(?:社|チーム)?(?:が|によって|により|に|の|から|製の|という)[^。\n]{0,30}",
        said_after=r"」?(?:と申します|といいます|と言います|と呼ばれて|と名乗)|として、?(?:私|お答え|お手伝い|回答)",
        bare_after=r"(?:社)?(?:が|によって|により|の)(?:開発|作成|訓練|トレーニング|設計|提供)[^。\n]{0,25}(?:モデル|アシスタント|AI|人工知能|チャットボット)(?:です|であり|でして|なので|として)",
        you="あなた 君 きみ お前 貴方 誰 だれ どこ 何 どの なんという お名前 自己紹介",
        asks=r"(?:あなた|君|きみ|お前|貴方)(?:は|って)(?:いったい|一体)?(?:誰|だれ|何者|何という|何の|どの|どんな|どこの)|(?:あなた|君|きみ)の(?:名前|モデル|正体|開発元|開発者)|(?:誰|だれ|どこ|どの会社)が(?:あなた|君)?を?(?:作|開発|訓練|つく)|(?:何|どの|なんという)(?:の)?(?:AI|モデル|言語モデル)(?:です|ですか|なの|を使)|お名前(?:は|を)|(?:自己紹介)(?:して|を)",
        is_spaced=False,
    ),
    "ko": Tongue(
        marks="저는 나는 제 저의 내 전 난 입니다 이에요 예요 라고 저를 로서 이야 인공지능",
        named=r"(?:저는|나는|전|난|제 이름은|내 이름은|저의 이름은|저를|나를)",
        owner=r"제 개발사는",
        named_after=r"['’]?(?:입니다|이에요|예요|이야|야|라고|이라고|,|인데|이고|로서|$)",
        gap=r"바로|사실|AI|인공지능|대규모|대형|거대|언어|모델|모델인|어시스턴트|어시스턴트인|비서|챗봇|챗봇인|인|의|한|하나의|대화형|회사|사|가상|\S{1,8}의",
        nouns=r"모델|AI|인공지능|어시스턴트|비서|챗봇|프로그램",
        role="",
        made_after=r"(?:사|팀)?(?:가|이|에서|에 의해|의|사에서|사가|로부터)? ?(?:\S+ ){0,2}(?:개발|만든|만들|훈련|제작|학습|출시|선보|언어 모델|AI|인공지능)",
        said_after=r"(?:이)?라고 (?:합니다|해요|불러|부르|불립니다)|(?:으로서|로서),? (?:저는|제가)",
        bare_after=r"(?:사)?(?:가|이|에서|에 의해|의) ?(?:개발|훈련|제작|만든|학습)[^.\n]{0,20}(?:모델|AI|인공지능|어시스턴트|비서|챗봇)(?:입니다|이에요|예요|이야|으로서|로서)",
        you="너 넌 당신 네 니 이름 누가 어떤 어느 무슨",
        asks=r"(?:너|넌|너는|당신은?|당신|네가|니가) (?:도대체 )?(?:누구|뭐야|무엇|어떤|무슨|어느)|(?:네|니|너의|당신의|너|당신) ?이름(?:이|은|을)? ?(?:뭐|무엇|말|알)|이름이 (?:뭐|무엇|어떻게)|(?:누가|어느 회사가|어떤 회사가) (?:너를|널|당신을) (?:만들|개발|훈련)|(?:어떤|무슨|어느) (?:언어 )?(?:모델|AI|인공지능)(?:이야|이니|인가요|입니까|이에요|이냐|인지|을 쓰)",
        is_spaced=False,
    ),
}
