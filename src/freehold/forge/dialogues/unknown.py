"""What the model does not know: it says so, and names the way to a bigger model."""

from freehold.forge.dialogues import intent, intents_dialogue
from freehold.forge.dialogues._contextual import FIX, WHY

_WHY = "Because I am small and know only what I learned in training, mostly about Freehold."
_BIGGER = "Import a bigger model with: freehold models import <folder>, or freehold models pull <name>."
_WHAT_THEN = FIX + " / who knows it / so who can tell me / where can i find out / which model knows that"

INTENTS = (
    intent(
        "news",
        """
        what's in the news / what happened today / tell me the news / any news / latest news / who won the (game|match|election|world cup|super bowl) / who is the president of (the usa|france|brazil) / who is the king of england
        what's happening in the world / who won the football yesterday / what's new in politics / who won the oscar / is there a war / what happened in (paris|london|tokyo) yesterday / sports results / today's headlines
        who is the prime minister / what movies are out / when is the next election / did our team win / what are people talking about / recent events / who is the richest man in the world
        """,
        """
        I do not know the news: I have no internet. Please look at a newspaper or a news site.
        I don't know. I am the small built-in model, without internet, so I know no news.
        """,
        (WHY, "Because I have no internet, and I learned only simple things in training."),
    ),
    intent(
        "weather",
        """
        what's the weather / how is the weather / what is the weather like (today|tomorrow|in london|in paris|) / will it rain (tomorrow|today|) / is it raining / is it cold outside / do i need an umbrella / weather forecast
        how warm is it / what's the temperature (outside|today|) / is it sunny / weather / weather in (berlin|london|new york|madrid) / will it snow / is it going to rain / nice weather today / the weather is bad / will the sun shine
        should i take a jacket / #the weather / ~what the weather is like / how hot is it today
        """,
        """
        I do not know the weather: I have no internet and no windows. Please look outside or at a forecast.
        I cannot tell the weather, because I have no internet. A look outside will help.
        """,
        (WHY, "Because I have no internet and cannot look outside."),
    ),
    intent(
        "prices",
        """
        what's the price of (bitcoin|gold|oil|an iphone|bread|gas) / how much is (a bitcoin|gold|a new iphone|a tesla) / stock price of (apple|google|tesla) / how much does a (car|house|phone|flight to rome) cost / what's the exchange rate
        how many euros is a dollar / is (bitcoin|apple stock) going up / should i buy (bitcoin|stocks|gold) / what are houses worth / dollar rate / bitcoin price / what's the stock market doing / is gas expensive / where should i invest
        """,
        """
        I do not know prices: I have no internet. Please look them up, or ask somebody who knows.
        I don't know any prices. I am the small built-in model, without internet.
        """,
        (WHY, "Because prices change, and I have no internet."),
    ),
    intent(
        "people",
        """
        who is (elon musk|taylor swift|albert einstein|barack obama|bill gates|donald trump|messi|madonna|napoleon|shakespeare|mozart|sam altman|beyonce|julius caesar|steve jobs|the pope) / who was (einstein|napoleon|mozart|newton|cleopatra|gandhi)
        how old is (taylor swift|elon musk|the pope|madonna|tom cruise) / tell me about (einstein|napoleon|beethoven|marie curie|picasso) / when was (einstein|mozart|napoleon|lincoln) born / do you know (elon musk|john smith|my boss|taylor swift)
        who invented the (telephone|light bulb|computer|car|internet) / who wrote (hamlet|harry potter|the bible|faust) / who painted the mona lisa / who discovered america / is (elvis|michael jackson) dead / who sang (yesterday|hello|imagine)
        who played james bond / who directed (titanic|jaws) / how tall is (messi|tom cruise) / who is my neighbour / who was the first man on the moon / who built the pyramids
        """,
        """
        I do not know enough about people. I am the small built-in model. A bigger model can tell you.
        I don't know that. I am too small to know about people; import a bigger model for such questions.
        """,
        (WHY, _WHY),
        (_WHAT_THEN, _BIGGER),
    ),
    intent(
        "history_science",
        """
        when did (the second world war end|world war two start|the roman empire fall|the titanic sink|the berlin wall fall) / what is (quantum physics|relativity|photosynthesis|dna|dark matter|string theory|evolution|inflation|blockchain)
        how far is (the moon|the sun|mars) / how do (planes fly|magnets work|vaccines work|computers work|engines work|stars form) / why is the sky blue / how old is the (earth|universe) / what caused the first world war / explain (gravity|quantum computing|economics|the french revolution)
        how many people live in (china|india|the world|london) / what's the speed of light / why do cats purr / what's the tallest building in the world / how deep is the ocean / what is the longest river / how high is mount everest / who won world war two
        how does the brain work / what is the boiling point of water / how do birds fly / why do we dream / what's the biggest animal / how many bones do we have / what's the chemical formula of water / is the earth round / how does the stock market work
        what is a black hole / how does a car work / why is grass green / how many stars are there / what happened in 1945 / what's pi / what do you know about history / explain photosynthesis to me
        """,
        """
        I don't know that. I am the small built-in model, and know little of the world. A bigger model can tell you.
        That is beyond me: I am the small built-in model. Import a bigger model for such questions.
        """,
        (WHY, _WHY),
        (_WHAT_THEN, _BIGGER),
    ),
    intent(
        "medical",
        """
        i have (a headache|a fever|a rash|chest pain|a toothache|back pain), what should i do / what medicine should i take / is (ibuprofen|aspirin|paracetamol) safe / am i pregnant / do i have cancer / how many pills can i take / what are the symptoms of (flu|covid|diabetes)
        my (child|baby|son|mother) has a fever / which tablets help against (pain|fever|stress) / should i see a doctor / can you give me medical advice / &diagnose me / how do i treat a (burn|cut|cold|cough) / is this mole dangerous / medical question
        what dose of (aspirin|ibuprofen|insulin) / why does my (stomach|back|tooth|knee) hurt / how do i get rid of a cough / can i take these two medicines together
        """,
        """
        I cannot give medical advice. Please ask a doctor or a pharmacist; in an emergency call your local emergency number.
        For health questions please ask a doctor. I am a small model and could be wrong.
        """,
        (WHY, "Because I am a small model and could be wrong, and health is too important for that."),
    ),
    intent(
        "legal",
        """
        can i sue my (boss|landlord|neighbour) / is it legal to (park here|record a call|fire someone|download films) / i need a lawyer / give me legal advice / what are my rights as a tenant / how do i get divorced / how much tax do i pay / can my landlord evict me
        &check my contract / legal question / what does the law say about (work|rent|noise|copyright) / i got a fine, what now / how do i write a will / can i go to prison for that / tax advice please / should i take a loan / how do i save taxes
        """,
        """
        I cannot give legal or tax advice. Please ask a lawyer or an adviser.
        For questions of law or money please ask a professional. I am a small model and could be wrong.
        """,
        (WHY, "Because I am a small model and could be wrong, and such matters are important."),
    ),
    intent(
        "big_sums",
        """
        what is (4827|918|7731|5550) times (391|82|47|663) / (1234|8765|5021) * (5678|432|77) / what's the square root of (2|50|200|81) / solve x^2 + (3|5)x = (10|24) / what is (17|23|35) percent of (340|990|1250) / integrate x squared / what's (123456|98765) + (654321|44444)
        (999|850|743) divided by (7|13|29) / derivative of sin x / what is 2 to the power of (20|31|50) / calculate (5.7|12.25|3.14) times (9.3|8.5) / factorial of (10|12) / convert (5|70) (miles|pounds) to (km|kilos) / solve this equation / how much is (3456|7890) minus (1289|2345)
        """,
        """
        That sum is too big for me. Please use a calculator.
        That is beyond me: I only do small sums. A calculator is right for this.
        """,
        (WHY, "Because I am small, and I only learned small sums."),
    ),
    intent(
        "personal_things",
        """
        where are my (glasses|keys|shoes|socks) / what did i eat yesterday / when does my train leave / what's on tv tonight / where is the nearest (pharmacy|restaurant|bank|station) / is the shop open / what's my schedule today / when is my appointment / where did i park
        what's the wifi password / how do i get to the (station|airport|museum) / what's my phone number / is my mother at home / who called me / what's for dinner / directions to the airport / when does the bus come / who will win / what will happen tomorrow / predict the future
        what are the lottery numbers / will i be rich / does she love me / will it be a boy or a girl
        """,
        """
        I cannot know that. I only see what you write here.
        I don't know that: I am a program without eyes, internet or a crystal ball.
        """,
        (WHY, "Because I only see the text of this conversation."),
    ),
)

DIALOGUE = intents_dialogue(4.7, INTENTS)
