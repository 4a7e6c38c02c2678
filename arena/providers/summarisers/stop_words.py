"""Which words say how a sentence is built rather than what it is about? Used by terms.py.

Short lists written for the demo, in the languages of its passages and a few more. The list is picked by what the text
itself contains, so that German "die" is not dropped from an English text.
"""

from collections.abc import Iterable

_LISTS = {
    "en": """a about above after again all almost also although always am an and another any are around as at away be
        because been before being below between both but by can cannot could did do does doing done down during each
        either else ever every few first for from further get had has have having he her here hers herself him himself
        his how however i if in instead into is it its itself just least less let like many may me might mine more most
        much must my myself neither never next no nor not now of off often on once one only onto or other others ought
        our ours out over own perhaps quite rather same shall she should since so some still such than that the their
        theirs them then there these they this those though three through thus to too two under until up upon us very
        was we well were what when where whether which while who whom whose why will with within without would yes yet
        you your yours""",
    "de": """ab aber als also alle allem allen aller alles am an auch auf aus bei beim bereits bis bisher bin bist da
        dabei dadurch dafür daher dahin damit dann daran darauf daraus darüber darum das dass dein dem den denen denn
        der deren des deshalb die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer
        eines einfach er erst es etwa etwas euch für gegen genau gibt hat hatte hatten haben hier hin hinter ich ihm
        ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes jener kann kein keine
        keinen keiner können lang man manche mehr mein mit muss müssen nach nicht nichts nie niemand noch nun nur ob
        oder oft ohne schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so sogar soll sollen sonst
        über um und uns unser unter viel viele vom von vor war waren warum was weil weiter welche wenig wenige wenn wer
        werden wie wieder will wir wird wo wurde wurden zu zum zunächst zur zwar zwei zwischen""",
    "fr": """afin ai ainsi alors après as assez au aucun aucune aussi autre autres aux avait avant avec avoir beaucoup
        bien car ce ceci cela celle celles celui ces cet cette ceux chaque chez comme contre dans de depuis des
        dessous dessus deux donc dont du elle elles en encore enfin entre est et étaient était être eu eux fait fut
        furent ici il ils je jusqu jusque la là laquelle le lequel les leur leurs lors lui ma mais me même mes moi moins
        mon ne ni nos notre nous on ont ou où par parce parfois pas pendant peu plus plusieurs pour pourquoi près
        presque puis quand que quel quelle quelques qui quoi sa sans se sera serait ses seulement si son sont sous sur
        ta tandis te tes toi ton toujours tous tout toute toutes très tu un une vers voici voilà vos votre vous""",
    "es": """a ahora al algo algunas algunos ambos antes apenas aquel aquella así aun aún aunque bajo bastante bien cada
        casi como con contra cual cuales cuando cuanto de decía del desde después donde dos durante e el él ella ellas
        ellos en entonces entre era eran es esa esas ese eso esos esta está están estas este esto estos fue fueron ha
        había habían hace hacia han hasta hay hoy la las le les lo los luego más me menos mi mientras mis mucha muchas
        mucho muchos muy nada ni no nos nosotros o otra otras otro otros para pero poco por porque pues que qué quien
        se según ser sí si sido sin sino sobre solo son su sus también tampoco tan tanto te tiene toda todas todo todos
        tras tres tu un una unas uno unos usted va vez veces y ya yo""",
    "it": """a ad al alla alle anche ancora avere c che chi ci come con contro cosa così cui d da dal dalla dei del
        della delle di dopo dove due e è ed era erano essere fa fino fra gli ha hanno i il in io l la le lei lo loro lui
        ma me mentre mi mia mio molto ne nel nella noi non nostro o ogni per perché più poi prima quale quando quanto
        quella quello questa questo qui se sempre senza si sia sono sopra sotto su sua sul sulla suo tra tutti tutto
        un una uno vi""",
    "pt": """a à ao aos as às até com como da das de dela dele depois do dos e é ela elas ele eles em entre era essa
        esse esta está este eu foi foram há isso já lhe mais mas me mesmo meu muito na não nas nem no nos nós o os ou
        para pela pelo por porque qual quando que quem se sem ser seu são só sua também tem ter tudo um uma você""",
    "ar": """ابدا اذا الا التي الذي الذين الى اما امام ان انه انها اني او اول اي ايضا اين بعد بعض بل بين تحت تلك ثم حتى
        حول حيث حين خلال دون ذلك عام عدا عدة عن عند عنده عندما على علي عليه عليها غير فقد فوق في فيه فيها قبل قد كان
        كانت كانوا كثير كثيره كثيرون كل كلما كلها كما كم كيف كي لا لذلك لقد لكن لكنه لم لماذا لن له لها ليس ما مثل مره
        مع من منذ منه منها نحو نعم نفس نفسه هذا هذه هكذا هل هم هنا هناك هو هي هولاء واحد واحده وقد وكان ولا ولم وهو وهي
        وما ومن وفي يا يكون""",
}
_STOP_WORDS = {language: frozenset(words.split()) for language, words in _LISTS.items()}

# A pair of characters that holds one of these is no Chinese content word. Japanese uses some of them as content.
CHINESE_PARTICLES = frozenset("的了着在是和与也都就又把被让给及并但这那很更没")


def find_stop_words(words: Iterable[str]) -> frozenset[str]:
    """The list that explains most of these words; empty when none fits."""
    words = list(words)
    hits = {language: sum(word in listed for word in words) for language, listed in _STOP_WORDS.items()}
    best = max(hits, key=lambda language: hits[language])
    return _STOP_WORDS[best] if hits[best] else frozenset()
