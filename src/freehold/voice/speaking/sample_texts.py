"""A sentence for a voice's sample, in its language."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "ar": "هذا صوتي، وهكذا أقرأ نصوصك بصوت عال.",
    "cs": "Toto je můj hlas a takto čtu vaše texty nahlas.",
    "da": "Dette er min stemme, og sådan læser jeg dine tekster højt.",
    "de": "Das ist meine Stimme, und so lese ich Ihre Texte vor.",
    "el": "Αυτή είναι η φωνή μου και έτσι διαβάζω τα κείμενά σας.",
    "en": "This is my voice, and this is how I read your texts aloud.",
    "es": "Esta es mi voz, y así leo tus textos en voz alta.",
    "fi": "Tämä on ääneni, ja näin luen tekstisi ääneen.",
    "fr": "Voici ma voix, et voilà comment je lis vos textes.",
    "hi": "यह मेरी आवाज़ है, और मैं आपके लेख इस तरह पढ़ता हूँ।",
    "hu": "Ez a hangom, és így olvasom fel a szövegeidet.",
    "it": "Questa è la mia voce, ed è così che leggo i vostri testi.",
    "ja": "これが私の声です。文章をこのように読み上げます。",
    "ko": "이것이 제 목소리이고, 글을 이렇게 읽습니다.",
    "nb": "Dette er stemmen min, og slik leser jeg tekstene dine.",
    "nl": "Dit is mijn stem, en zo lees ik uw teksten voor.",
    "pl": "To jest mój głos i tak czytam wasze teksty.",
    "pt": "Esta é a minha voz, e é assim que leio os seus textos.",
    "ro": "Aceasta este vocea mea și așa citesc textele tale.",
    "ru": "Это мой голос, и так я читаю ваши тексты вслух.",
    "sv": "Det här är min röst, och så här läser jag dina texter.",
    "tr": "Bu benim sesim ve metinlerinizi böyle okurum.",
    "uk": "Це мій голос, і так я читаю ваші тексти вголос.",
    "zh": "这是我的声音，我就是这样朗读您的文字的。",
}
SAME_SENTENCE: Mapping[str, str] = {"cmn": "zh", "yue": "zh", "no": "nb"}


def sample_sentence(language: str) -> str:
    """A sentence in the language of a BCP 47 tag; in English where none is written."""
    primary = language.lower().partition("-")[0]
    return SENTENCES.get(SAME_SENTENCE.get(primary, primary), SENTENCES["en"])
