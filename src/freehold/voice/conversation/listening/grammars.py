"""The words by which eight languages show that a turn is or is not finished. Data for `endings`, without accents."""

from dataclasses import dataclass

from freehold.voice.conversation.listening.backchannel import phrases, spoken_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """One language's words, without accents.

    `open_words` need another word after them; the `stranded` ones of them less so, and in a question not; `asking`
    words begin one; `complete` are whole turns; `numbers` are digits.
    """

    open_words: frozenset[str]
    asking: frozenset[str]
    complete: frozenset[tuple[str, ...]]
    numbers: frozenset[str]
    stranded: frozenset[str] = frozenset()


def _grammar(*, open_words: str, asking: str, complete: str, numbers: str, stranded: str = "") -> Grammar:
    return Grammar(
        open_words=frozenset(spoken_words(open_words)),
        asking=frozenset(spoken_words(asking)),
        complete=phrases(complete),
        numbers=frozenset(spoken_words(numbers)),
        stranded=frozenset(spoken_words(stranded)),
    )


FILLERS = frozenset(
    ["um", "uh", "uhm", "er", "erm", "eh", "ehm", "euh", "heu", "ah", "aeh", "ahm", "hm", "hmm", "este", "yyy"]
)

GRAMMARS = {
    "en": _grammar(
        open_words="""a an the and or but so because if when while although unless until than which who
            whose where as of to in on at by for with from about into over under between without through during
            before after like my your his our their its is are was were am be been has have had will would can
            could should may might must do does did don't doesn't i we they he she i'm you're we're they're it's
            there's i'll i'd i've gonna wanna let's very really just also maybe some any every another these those
            not""",
        stranded="""from for about with to of in on at like over under is are was were do does did have can
            will""",
        asking="""what when where who whose why how which is are am was were do does did can could will would
            should shall may have has isn't aren't don't doesn't didn't can't couldn't won't what's where's who's
            how's when's""",
        complete="""hello|hi|hey|hello there|good morning|good afternoon|good evening|good night|goodbye|bye
            |bye bye|see you|thank you|thanks|thank you very much|thanks a lot|yes|no|yes please|no thanks
            |no thank you|okay|stop|stop it|sorry|please stop|never mind|how are you|that's all|that's it
            |nothing else|i don't know|i do|i am|yes i do|yes i am|no i don't|it is|yes it is|go on|wait a minute
            |what is that|what's that|who's that|who is it|help me""",
        numbers="zero oh one two three four five six seven eight nine ten double triple",
    ),
    "de": _grammar(
        open_words="""der die das den dem des ein eine einen einem einer eines und oder aber denn weil dass wenn
            ob obwohl damit als wie bevor nachdem waehrend mit von zu in im am auf für bei nach aus über unter
            zwischen ohne gegen durch um vom zum zur mein meine meinen dein deine sein seine ihr ihre unser unsere
            kein keine keinen ich wir ist sind war hat habe haben wird werden würde kann könnte möchte will muss
            soll sehr ganz noch auch nicht vielleicht also""",
        stranded="ist sind war auf aus mit zu um nach bei nicht auch noch kann will muss",
        asking="""was wann wo wer wen wem wessen warum wieso weshalb wie welche welcher welches woher wohin kann
            kannst können könnten könntest hast haben ist sind gibt soll darf möchtest willst weißt""",
        complete="""hallo|guten morgen|guten tag|guten abend|gute nacht|tschüss|auf wiedersehen|danke|danke schön
            |vielen dank|ja|nein|ja bitte|nein danke|bitte|okay|stopp|halt|moment|entschuldigung|wie geht es dir
            |wie geht es ihnen|das ist alles|das war's|ich weiß nicht|ich weiß es nicht|ich auch|ich auch nicht
            |weiter""",
        numbers="null eins zwei zwo drei vier fünf sechs sieben acht neun zehn",
    ),
    "es": _grammar(
        open_words="""el la los las un una unos unas y e o u pero porque que si cuando mientras aunque como de
            del a al en con por para sin sobre entre hasta desde hacia mi tu su mis tus sus nuestro nuestra es son
            era está están he ha han hay muy más también no yo me te se lo le quiero puedo tengo este esta estos
            estas""",
        stranded="es son está están hay",
        asking="""qué cuándo dónde quién cómo cuál cuáles cuánto cuánta cuántos por puedes puede podría hay
            tienes tiene""",
        complete="""hola|buenos días|buenas tardes|buenas noches|adiós|hasta luego|gracias|muchas gracias|sí|no
            |sí por favor|no gracias|vale|para|basta|perdón|cómo estás|qué tal|eso es todo|nada más|no sé|no lo sé
            |yo también|creo que sí|creo que no|claro que sí""",
        numbers="cero uno dos tres cuatro cinco seis siete ocho nueve diez",
    ),
    "fr": _grammar(
        open_words="""le la les l un une des du de d et ou mais parce que qu si quand comme lorsque puisque donc
            car à au aux en dans sur sous avec sans pour par chez entre vers depuis mon ma mes ton ta tes son sa
            ses notre votre leur leurs ce cet cette ces je j tu il elle on nous ils elles est sont était ai a ont
            suis vais peux veux très plus aussi ne n me te se y j'ai c'est qu'il qu'elle d'un d'une l' n'ai""",
        stranded="est sont a nous elle il tu ce plus",
        asking="""quoi quand où qui pourquoi comment combien quel quelle quels quelles est qu'est peux pouvez
            peut avez as""",
        complete="""bonjour|bonsoir|salut|bonne nuit|au revoir|merci|merci beaucoup|merci bien|oui|non|oui merci
            |non merci|s'il vous plaît|s'il te plaît|d'accord|stop|arrête|pardon|ça va|comment ça va|c'est tout
            |je ne sais pas|je sais pas|moi aussi|je n'en sais rien|rien de plus""",
        numbers="zéro un deux trois quatre cinq six sept huit neuf dix",
    ),
    "it": _grammar(
        open_words="""il lo la i gli le un uno una e ed o ma perché che se quando mentre come anche di del dello
            della dei degli delle a al allo alla ai agli alle da dal dalla in nel nella con su sul sulla per tra
            fra senza mio mia tuo tua suo sua nostro nostra è sono era ho ha hanno sto vorrei posso voglio molto
            più non io mi ti si questo questa""",
        stranded="è sono ha",
        asking="""cosa quando dove chi perché come quale quali quanto quanta quanti che puoi può potrebbe hai ha
            ci""",
        complete="""ciao|salve|buongiorno|buon giorno|buonasera|buona sera|buonanotte|arrivederci|grazie
            |grazie mille|sì|no|sì grazie|no grazie|per favore|va bene|basta|ferma|scusa|scusi|come stai|come va
            |è tutto|niente altro|non lo so|non so|anch'io|penso di sì|penso di no""",
        numbers="zero uno due tre quattro cinque sei sette otto nove dieci",
    ),
    "pt": _grammar(
        open_words="""o a os as um uma uns umas e ou mas porque que se quando enquanto como embora de do da dos
            das em no na nos nas com por pelo pela para pra sem sobre entre até desde meu minha teu tua seu sua
            nosso nossa é são era está estão tem tenho vou quero posso muito mais também não eu me te este esta
            esse essa""",
        stranded="é são está tem que",
        asking="""quê que quando onde quem por como qual quais quanto quanta quantos pode você tem há podes""",
        complete="""olá|oi|bom dia|boa tarde|boa noite|tchau|adeus|obrigado|obrigada|muito obrigado
            |muito obrigada|sim|não|sim por favor|não obrigado|por favor|tá bom|para|pare|desculpe|tudo bem
            |como vai|é tudo|é só isso|mais nada|não sei|eu também|acho que sim|acho que não""",
        numbers="zero um uma dois duas três quatro cinco seis meia sete oito nove dez",
    ),
    "nl": _grammar(
        open_words="""de het een en of maar want omdat dat die als toen terwijl hoewel zodat met van naar in op
            aan bij voor uit over onder tussen zonder tegen door om mijn jouw je zijn haar ons onze hun geen ik
            wij we ze is was heb heeft hebben wordt zal zou kan kunnen wil moet heel erg ook nog niet misschien te""",
        stranded="is zijn was op aan uit van naar in je ze we niet ook nog het dat die",
        asking="""wat wanneer waar wie waarom hoe welke welk hoeveel kan kun kunt heb heeft is zijn mag wil weet""",
        complete="""hallo|hoi|goedemorgen|goede morgen|goedemiddag|goedenavond|goede nacht|welterusten|dag|doei
            |tot ziens|dank je|dank je wel|dank u|dank u wel|bedankt|ja|nee|ja graag|nee dank je|alsjeblieft|oké
            |stop|sorry|hoe gaat het|dat is alles|dat was het|ik weet het niet|ik ook|weet ik niet""",
        numbers="nul een twee drie vier vijf zes zeven acht negen tien",
    ),
    "pl": _grammar(
        open_words="""i a oraz lub albo ale bo ponieważ że żeby jeśli jeżeli gdy kiedy chociaż który która które
            w we z ze na do od dla po za pod nad przed przez między bez o u przy mój moja moje twój twoja jego jej
            nasz nasza ich jest są był była będzie mam ma mogę chcę chciałbym chciałabym bardzo też także nie ja
            się ten ta to""",
        stranded="jest są to się ma nie",
        asking="co kiedy gdzie kto kogo komu dlaczego czemu jak jaki jaka jakie który która ile czy",
        complete="""cześć|hej|dzień dobry|dobry wieczór|dobranoc|do widzenia|pa|dziękuję|dziękuję bardzo|dzięki
            |tak|nie|tak proszę|nie dziękuję|proszę|dobrze|okej|stop|stój|przepraszam|co słychać|jak się masz
            |to wszystko|nie wiem|ja też|nic więcej""",
        numbers="zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć",
    ),
}
