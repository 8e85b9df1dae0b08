"""What Freehold is, what it has, and what is still to come."""

from freehold.forge.dialogues import Intent, intent, intents_dialogue
from freehold.forge.dialogues._contextual import EXAMPLE, HOW, LOTS, WHEN, WHERE, WHO, WHY


def _planned(name: str, asks: str, answers: str, *follows: tuple[str, str]) -> Intent:
    """Something planned: it is not here yet, and nobody promises a date."""
    return intent(
        name,
        asks,
        answers,
        (WHEN, "I do not know when. It is planned and comes in a later version."),
        (
            "so not yet / so it is not there / not now / is it there already / can i use it today",
            "Right: it is planned, but not here yet.",
        ),
        *follows,
    )


INTENTS = (
    intent(
        "what",
        """
        what is Freehold / what's Freehold / ~what Freehold is / ~what (this|it) is all about / tell me about Freehold / #Freehold / what is this / what is this software
        what is this program / what does Freehold do / what does @ do / explain Freehold / what is this product / Freehold in one sentence / what can Freehold do
        i have never heard of Freehold. / what kind of software is @ / what have i just installed / what's this all about / describe Freehold / is Freehold an ai
        what did i install / define Freehold / what is the idea behind @ / give me an overview of Freehold / ~what Freehold does / so what's this freehold thing
        Freehold, what's that / explain this software to me like i'm five / summary of Freehold / what is the Freehold project / what problem does @ solve
        (freehol|free hold|frehold|freeholdd) what is it / wth is freehold / wat is freehold / (gimme|give me) the (gist|short version|elevator pitch) / never came across Freehold before / my (boss|manager|cto|wife) asked what Freehold is
        somebody told me to (look at|try) Freehold, what am i looking at / a colleague installed this, what does it do / i just landed on this page, what's this / (a|one) line about Freehold pls / Freehold - what sort of thing is it
        no clue what this (thing|tool|app|program|software) does / who or what is Freehold / purpose of this (app|tool|thing|software) in plain (english|words) / is Freehold a (company|product|program|service|website) / is this a (website|service|program|chatbot or what)
        what have we got here / so this is a kind of chatgpt at home or what / this is what exactly / how would you describe Freehold to (my grandma|a child|a manager|a friend|my boss) / i must (present|introduce) Freehold to my team, what do i say
        Freehold in (two|a few|simple) (words|sentences) / tldr freehold / Freehold explained / intro to Freehold please / basics of Freehold / the idea of Freehold in short / a quick (intro|introduction|overview) (please|pls) / kindly describe what this software is
        please to explain me what is Freehold / i not understand what is this program / what thing is Freehold / what does your company's product do / what's the deal with (Freehold|this thing) / is it an (app|ai|api|engine) or a server / enlighten me about Freehold
        lemme know what freehold is / (dunno|i dunno) what freehold even is / ive no idea what freehold is for real / what am i running here / (why|how come) is there something called Freehold on this (server|machine|box|computer)
        Freehold? never heard / imagine i know nothing, what is Freehold / i'm the new admin here, what is this freehold server / tell a layman what Freehold is / is freehold software or hardware / what category of software is this
        """,
        """
        Freehold lets people own their AI instead of renting it. One install gives an organisation the OpenAI API on its own hardware.
        Freehold is open-source software for owning your AI: one install gives you the OpenAI API on your own hardware.
        """,
        (
            "what is the openai api / which api / openai api? / what's that api",
            "The OpenAI API is a common way for programs to talk to models. Freehold speaks it at http://localhost:8000/v1.",
        ),
        (
            "why own / why should i own my ai / why not rent / what's wrong with renting",
            "What you own stays yours: no rent, no price rise, and your data never leaves your machine.",
        ),
        (
            "what does it cost / is it free / how much is it / and the price",
            "Freehold is free of charge and open source, under the Apache-2.0 licence.",
        ),
        (
            "who is it for / who needs that / who uses that / for whom",
            "For any organisation or person who wants AI on hardware of their own.",
        ),
        (
            "how do i start it / how do i start / and how do i use it",
            "Start Freehold with: make serve. Then open http://127.0.0.1:8000 in a browser.",
        ),
        (WHY, "Because what you own stays yours: no rent, no price rise, and your data never leaves your machine."),
        (
            "so like chatgpt but mine / like my own chatgpt / so it is my own openai / is that like chatgpt",
            "Yes, in a way: the same kind of API, but on your own hardware and owned by you.",
        ),
        (
            "and where does it run / on which computer / on my computer or in the cloud / is it a cloud thing",
            "On your own hardware, not in the cloud. Nothing leaves the machine.",
        ),
        (
            "who made it / who is behind it / whose software is that",
            "The Freehold project makes it, in the open, under the Apache-2.0 licence.",
        ),
        (
            "are you freehold / so you are freehold / and who are you then / are you that",
            "I am Freehold's built-in starter model, a small part of it. Freehold itself is the whole software.",
        ),
    ),
    intent(
        "name_meaning",
        """
        what does Freehold mean / why is it called Freehold / ~what the name Freehold means / #the name Freehold / what does the name mean / where does the name Freehold come from
        why the name Freehold / what's a freehold / what is a freehold / meaning of Freehold / origin of the name / why that name / is Freehold a word / what does the word freehold mean
        who chose the name Freehold / ~why it is called Freehold / #the meaning of the name / define a freehold / why freehold and not leasehold
        weird name / funny name, where is it from / odd name for software / why on earth is it called Freehold / the name sounds like real estate / isn't freehold a property term / freehold as in (houses|land|property|real estate)
        is freehold an english word / freehold, what language is that / i looked up freehold and found houses / what's the story behind the name / how did you come up with (the name|this name|Freehold) / is there a meaning in the name
        does Freehold stand for something / is freehold an (acronym|abbreviation) / who came up with that name / why does it have such a (strange|funny|weird|cool|odd) name / what do houses have to do with it / name = ? / name origin?
        what does freehold literally mean / translate the name for me / freehold definition / dictionary meaning of freehold / freehold versus leasehold, why that word / in british law freehold is something, is it that / etymology of Freehold
        my boss asks why it's named so / why not call it something with ai / how do i explain the name to others / is the name about (property|owning|land|freedom) / free as in free hold / what's in a name / what is free about freehold
        why you name it Freehold / for what reason it is called so / the word freehold says me nothing / (whats|what is) with the name / (love|like) the name, what's behind it / named after what / is it named after (a place|a town|a person)
        freehold, like freehold new jersey / does the name come from property law / the title Freehold, please explain it
        """,
        """
        A freehold is property owned outright, for ever, with no rent. Freehold is named so because you own your AI.
        The name: a freehold is property you own outright, for ever, with no rent. So it should be with AI.
        """,
        ("nice / good name / i like it / clever", "Thank you! Own it, for ever, with no rent."),
        (
            "and the opposite / what's the opposite / what is the opposite",
            "The opposite is renting: you pay every month, and the owner makes the rules.",
        ),
        (WHY, "Because with Freehold you own your AI outright, with no rent."),
        (
            "so like a house / like owning a house / as with a house / so it's like buying a flat",
            "Yes: like a house that is yours outright, with no rent to pay.",
        ),
        (
            "so no rent / no rent at all / really no rent / never any rent",
            "Right: no rent, ever. Freehold is free and runs on your own hardware.",
        ),
        (
            "and leasehold / what's a leasehold / and what is leasehold",
            "A leasehold is property you hold for a time and pay for. Rented AI is like that; Freehold is not.",
        ),
    ),
    intent(
        "why_use",
        """
        why should i use @ / why would i want Freehold / what are the advantages of @ / #the benefits of Freehold / ~why i should use Freehold / what's good about @ / why Freehold
        what's the point of Freehold / what do i get from @ / why own my ai / why not just rent / what is it good for / what's @ for / #the purpose of Freehold / what is the use of @
        why run ai on my own hardware / ~what @ is good for / sell me Freehold / is @ worth it / pros of Freehold / why should my company use @ / what makes Freehold special
        (convince|persuade) me / give me one good reason / give me three reasons to (use|install|try) it / why bother / why should i bother with (it|this|Freehold) / what's in it for (me|us|my company|a school) / i already have chatgpt, why this
        i don't see the point / chatgpt works fine for us, so why switch / what would i gain / any upside / upsides / selling points / main benefits in short / how does my company profit from it / how would we benefit / value of Freehold / usp
        my boss asks why we need this / need to justify Freehold to (my boss|management|the board|my manager) / arguments for Freehold / what speaks for Freehold / what do we gain by (hosting ourselves|self hosting|running our own ai)
        self hosting ai, is it worth the (trouble|effort|hassle) / why go on premise / on-prem ai, why / why would anyone host ai themselves / isn't renting easier / isn't the cloud simpler / why not simply pay openai / why should one own an ai
        does it make sense for (us|a small company|a small team|a school) / is there any advantage over the cloud / what does it bring me / what is the benefit for the customer / what are the good sides / please name the advantages / plus points
        when does @ make sense / when should i use @ / who would want that and why / good reasons to leave (openai|the cloud|my provider) / tell my manager why this is good / pitch it to me / why all the (fuss|trouble) / wherefore should i use this
        why u think i should use it / give me arguments, not marketing / how is my life better with freehold / what can Freehold do for (me|us) that (openai|chatgpt) can't / what's so great about (it|freehold|owning) / motivation behind using Freehold
        """,
        """
        With Freehold you own your AI: no rent, no data leaving your machine, and the same OpenAI API for your programs.
        Freehold is good for owning your AI: it is free, private, works offline, and your OpenAI programs keep working.
        """,
        (
            "and disadvantages / any disadvantages / what's the catch / cons / and the downside",
            "You need hardware of your own, and the built-in model is small. Big models need more memory.",
        ),
        (HOW, "Start Freehold with make serve, then set base_url of your programs to http://localhost:8000/v1."),
        (WHY, "Because everything runs on your own hardware, and nobody can raise the price or switch it off."),
        (
            "and for my boss / in one sentence / shorter / the short version / just one reason",
            "You own it: no rent, no data leaving your machine, and no vendor who can switch it off.",
        ),
        (
            "what if i do not care about privacy / privacy is not important for me / i have nothing to hide",
            "Then it is still free, works offline, and nobody can raise the price or switch it off.",
        ),
        (
            "does it cost extra / and what does that cost / is that free too",
            "Freehold is free. You only pay for your own hardware and electricity.",
        ),
    ),
    intent(
        "who_for",
        """
        who is @ for / who uses Freehold / ~who Freehold is for / #the users of Freehold / is Freehold for companies / is @ for private people / can i use @ at home / who needs Freehold
        can a school use @ / is it for businesses / is Freehold for developers / is @ for me / can my company use Freehold / target audience / can a hospital use @ / is it made for beginners
        do i have to be a programmer to use @ / can one person use @
        i'm just a (teacher|student|lawyer|doctor|hobbyist|nurse|shop owner|writer), is this for me / we are (five|three|ten|twenty) people in one office, does it suit us / we're a (small|tiny|big|large) company, is it right for us / i run a (bakery|law firm|clinic|small shop|school|charity)
        is it only for (big companies|experts|nerds|programmers|firms|techies|it people) / can normal people use it / can a non technical person use it / my mother could use it? / is this for pros or beginners / who typically runs it / typical user
        i'm not a techie / i can't code, is that ok / i have no it department / no programming skills, can i still use it / would it suit a (library|lawyer|university|public office|town hall|clinic|bank|start-up|nonprofit) / intended audience / made for whom
        is it also for (private use|individuals|hobbyists|home users|families) / may a single person run it / for home or for work / does it make sense for one person / is Freehold an enterprise thing / enterprise only / b2b or also private / suitable for government
        which companies use it / who are your customers / what kind of people need this / whom is this made for / who should (install|use|run) it / i am alone, not a company / which organisations is it for / for what kind of user is this / can kids use it
        can (lawyers|doctors|journalists|teachers|students|researchers) use it / we are a hospital with patient data, fits? / is it meant for (teams|individuals|sysadmins|developers) / does one need to be an engineer
        """,
        """
        Freehold is for any organisation or person who wants AI on hardware of their own: companies, schools, or you at home.
        Freehold is for everyone who wants to own their AI: organisations first, but it also runs on one laptop.
        """,
        ("and for me / for me too / is it for me", "Yes, if you want to own your AI instead of renting it."),
        ("is it hard / is it difficult / do i need to be an expert", "No. One command starts it: make serve."),
        (WHY, "Because everyone should be able to own their AI."),
        (
            "and for a school / for schools too / also for teachers",
            "Yes. A school can run it on its own hardware and give each person a key.",
        ),
        (
            "we have no it people / nobody here knows computers / i am no expert / we are not technical",
            "One command starts it: make serve. And freehold doctor checks the machine and names the fix.",
        ),
        (
            "also for one person / i am alone / only me / just me at home",
            "Yes, it runs on one laptop, for one person, too.",
        ),
    ),
    intent(
        "cost",
        """
        what does @ cost / how much is @ / is @ free / ~what Freehold costs / #the price / #the cost / do i have to pay / is there a subscription / how much does Freehold cost
        is it free of charge / are there any fees / do you cost money / how much do i pay / is there a paid version / price? / do i need a credit card / what's the price of Freehold
        how expensive is @ / is there a free trial / does chatting cost anything / do i pay per token / is it really free / can i use @ for free / will it cost me something
        what will i pay per month / any hidden costs / pricing / is there a premium version / are you free to use
        (what|whats) the damage / how many (dollars|euros|bucks|pounds) / (dollars|euros|money) / do u charge / do they charge for it / who do i pay / where do i (pay|enter my card) / does this thing cost (money|anything|extra) / is this (thing|tool|app|software|program) free / is it gratis
        my boss wants to know what it costs / our (accountant|finance team|cfo|purchasing department) asks for the (price|cost|fee) / need a (quote|price|price list|offer) / what's the monthly (bill|fee|charge|cost) / annual fee / (yearly|monthly|annual) cost / cost per (seat|user|month|request|year|message|token)
        per seat price / is there a bill at the end of the month / will i get an invoice / will you send me an invoice / when do i have to pay / how do you make money with it then / does it stop working if i don't pay / any licence fee / licence fees / licence cost
        do companies have to pay / is it paid software / (paid|free|freemium) / free or paid / free tier limits / how many free messages / how long is the trial / is the trial limited / do i need to (buy|purchase) something / can i get it without paying / i have no money
        i can't afford much / we have no budget / small budget, can we afford it / is it affordable / what's the price tag / does it come with a price / fees / charges / subscription / is a subscription necessary / one-time payment or monthly / do you bill per token
        what would 50 users cost us / costs for a team of (ten|twenty|five) / is the api free too / do api calls cost / are tokens billed / do i pay for (tokens|requests|messages|storage|users) / for nothing / really for zero / zero cost / is it 100% free / how is it financed
        must i pay for use this / it is costing how much / how much money must i give / money question: what do i owe / what do i owe you / does the freehol thing cost / free hold price / freehol free / frehold cost / nothing to pay, right / there is no fee, is there / it's free, isn't it / so no one will ever charge me
        are there in-app purchases / is there an enterprise (edition|price|licence) / upgrade costs / if i use it a lot does it get expensive / does heavy use cost more / price for schools / student discount / discount / what budget do i need to plan / budget
        """,
        """
        Freehold is free of charge. It is open source, and you only pay for your own hardware and electricity.
        Freehold costs nothing: it is free and open source. There is no subscription and no rent.
        """,
        (WHY, "Because Freehold is open source: people should own their AI, not rent it."),
        (
            "for ever / will it stay free / and later / always free",
            "Yes. The Apache-2.0 licence cannot be taken back from the version you have.",
        ),
        ("and for companies / also for business / commercial use too", "Yes, Freehold is free for companies too."),
        (
            "and the electricity / what about power / does it use much power / and the hardware",
            "You pay for your own hardware and electricity, and for nothing else.",
        ),
        (
            "also for a hundred users / and per user / for many users too / does it cost more with more people",
            "It stays free, however many people use it.",
        ),
        (
            "does the api cost extra / and the api / is the api free too / do tokens cost",
            "No. There is no price per token: the API runs on your own hardware.",
        ),
        (
            "no credit card / no card needed / do i need to register / must i give my card",
            "No card and no registration are needed.",
        ),
        (
            "how do they earn money / who pays the developers / how do you live from that / why would anyone do that",
            "I do not know how the project is paid for. Freehold itself is free and open source.",
        ),
    ),
    intent(
        "licence",
        """
        what licence does @ have / which license is it / #the licence / #the license / ~which licence Freehold has / is @ open source / is it free software / may i use it commercially
        can i sell @ / can i change the code / can i use Freehold in my company / is commercial use allowed / what's the licence / apache? / is it apache or mit / can i modify it
        may i copy Freehold / is it gpl / under what license is @ / licence terms / is the code open / can i fork it / what are the legal terms of @
        legal asks which licence / need to tell (legal|our lawyers|the lawyers|compliance|purchasing) which (licence|license) / our lawyer wants the licence name / licence type / license type / spdx / licence name pls / copyleft or permissive / is it permissive / agpl / mit or gpl or what
        may we (resell|redistribute|ship|embed|sell) it / can we put it in our own product / may i build a product on top / am i allowed to (sell|copy|change|share|modify|redistribute) it / can i give copies to (friends|customers|clients) / is it legal to use at work
        do i have to publish my changes / must i share my changes / must i open source my own code too / do we have to give credit / is attribution needed / proprietary or open / closed source / is it oss / foss / is it truly open source / real open source or just open core
        open core / are parts of it closed / what rights do i have / what am i allowed to do with it / usage rights / terms of use / legal stuff / is there an eula / do i sign a contract / can they change the licence later / can i rebrand it / white label ok / can i remove the logo
        can i use it in a commercial (product|project|setting) / commercial licence / i want to sell a service based on Freehold / we are a consultancy and want to install it at customers / is the licence business friendly / can i fork / any restrictions on use
        under what terms is it published / what does the licence say / where can i read the licence / what says the license / the license, which is / is it allowed to modify the source / any legal trouble if we use it / which open-source licence did you pick / licence of this thing / copyright
        who holds the copyright / is it patent safe / can governments use it under that licence / is the starter model under the same licence
        """,
        """
        Freehold is open source under the Apache-2.0 licence. You may use, change and share it, also in a company.
        The licence is Apache-2.0: free to use, change and share, also commercially.
        """,
        (
            "what does that mean / what is apache / what's apache-2.0 / explain the licence / what is that licence",
            "Apache-2.0 is a well-known open-source licence. You may use, change and share, and must keep the notices.",
        ),
        (
            "also commercially / can i sell it / also for business / for companies too",
            "Yes, commercial use is allowed.",
        ),
        (
            "and the model / does it apply to you / are you open source too",
            "Yes, the built-in starter model comes with Freehold under the same licence.",
        ),
        (WHY, "So that everybody can own, use and change Freehold freely."),
        (
            "do i have to publish my changes / must i share my code / do i have to give back",
            "No. Apache-2.0 does not make you publish your changes; you only keep the notices.",
        ),
        (
            "can they take it back / can it change later / and next year / can the licence change",
            "The version you have stays under Apache-2.0; that cannot be taken back.",
        ),
        ("which notices / what notices / what must i keep", "The copyright and licence texts that come with the code."),
        (
            "so i may sell it / can i resell it / even sell it",
            "Yes, Apache-2.0 allows that, as long as you keep the notices.",
        ),
    ),
    intent(
        "source",
        """
        where is the source code / can i see the code / ~where the source code is / #the source code / can i read the source / is the source available / how can i contribute / ^contribute
        ^help the project / which programming language is Freehold written in / what is @ written in / is it written in python / ^report a bug / can i help build @ / where can i report a problem
        do you have a github page / who can change the code / show me your source code / ^see the code
        repo / git link / github / gitlab / where's the repo / link to the repo / code where / wanna read the code / i'd like to audit the code / our security team wants to review the code / can auditors look inside / can i check what it does inside
        who writes the code / what's it coded in / coded in what / rust or python / which language was used to build it / tech stack / what stack is it / is it java / built with what / found a bug, where do i tell you / where do bugs go / bug tracker / issue tracker
        how do i send a patch / ^send a pull request / ^submit a patch / ^join the project / ^suggest a feature / i want to help / i am a developer and want to help build it / do you accept pull requests / do you take contributions / is the code public / open code / is everything in the open
        can i compile it myself / ^look into the source / ^audit the code / ^inspect the code / where may i read how it works inside / is there anything hidden in the code / no closed parts? / can i study it / is the code readable / how many programming languages are in it
        who may contribute / contributing guide / can students contribute / may i translate the web page for you / ^propose a change / source / sources pls / need the source tree / where on my disk is the code
        """,
        """
        The source code of Freehold is open: it is the folder you installed from, written mostly in Python. Contributions are welcome.
        Freehold's source code is open to read and change. It is written mostly in Python.
        """,
        (WHY, "Because you can only own what you can see and change."),
        (WHO, "Anyone may read and change it, under the Apache-2.0 licence."),
        ("in which language / which language / what is it written in / python", "Mostly in Python."),
        ("and where is it / where on my disk / which folder", "It is the folder you installed Freehold from."),
        ("may i change it / can i change it / can i edit it", "Yes, the Apache-2.0 licence lets you change it."),
    ),
    intent(
        "requirements",
        """
        what do i need to run @ / #the requirements / #system requirements / what hardware does @ need / ~what hardware i need / how much memory does @ need / how much ram
        do i need a server / can i run @ on a laptop / will it run on my computer / minimum requirements / how many cores do i need / how much disk space does @ need / what computer do i need
        is my computer good enough / can i run @ on a raspberry pi / does @ need much memory / what are the hardware requirements / can an old pc run @ / which cpu do i need
        ~whether my computer is good enough / what must my machine have
        ram needed / min specs / (ram|disk) / system specs needed / old laptop, (enough|ok|possible) / raspberry pi in the cupboard, can it / (8|16|4|32) gb enough / is (8|4|16) gb of ram enough / will my (old|ten year old|cheap|little) (laptop|pc|notebook|machine) do
        how strong must the (computer|machine|server|box|pc) be / how beefy a box do i need / do i need a (big|fast|strong|powerful|expensive) (machine|server|computer|box|pc) / i only have an old (laptop|pc|thinkpad|desktop) / my computer is (old|slow|weak|from 2015), will it work
        we have a spare (server|machine|pc) in the office, is it ok / which (box|machine|server|hardware) should i buy / what should i buy to run it / shopping list for hardware / recommended hardware / hardware recommendation / what kind of pc is required / sizing
        do i need special hardware / any special hardware / does it run on a (nas|vm|virtual machine|mini pc|nuc|vps|chromebook|small server) / can it live in a (vm|container|virtual machine) / how heavy is it / is it heavy / is it lightweight / resource usage
        how much (space|disk|storage) will it eat / does it eat much (memory|cpu|disk) / free disk space needed / it runs on what hardware / my pc is weak / is my (toaster|potato) good enough / what hardware must we order for it / prerequisites / preconditions
        what must be there before i begin / need any other software first / how many gigabytes / gigabytes / will it make my fan spin / does my notebook suffice / is an ordinary (pc|laptop|office computer) sufficient / cpu requirements / is a (celeron|i3|xeon|ryzen) ok
        must the server be expensive / our it wants the hardware specs / i have to order a server for Freehold, what should be in it / how much ram does this thing want / what for a computer need i / requirement list please / can i test if my machine is ok
        """,
        """
        An ordinary Linux computer is enough for Freehold and its built-in models. Bigger models need more memory. Check with: freehold doctor.
        You need a Linux machine; no GPU for the built-in model. Bigger models need more memory. The command freehold doctor checks your machine.
        """,
        (
            "and a gpu / do i need a gpu / is a gpu needed / what about a gpu",
            "No GPU is needed for the built-in model. Big models run faster with one.",
        ),
        (
            "what is doctor / what does doctor do / doctor?",
            "The command freehold doctor checks the machine and names the fix.",
        ),
        ("and internet / do i need internet / does it need internet", "No. Freehold works offline."),
        (WHY, "Because the built-in models are small, an ordinary computer is enough."),
        (
            "and on a laptop / is a laptop ok / so my laptop is fine / old laptop too",
            "Yes, an ordinary laptop with Linux is enough for the built-in models.",
        ),
        (
            "how much memory exactly / how many gb / in gigabytes / what number",
            "That depends on the model. The command freehold doctor checks what your machine has.",
        ),
        ("and windows / on windows too / i have windows", "On Windows, Freehold runs through WSL2."),
        (
            "and for a big model / for bigger models / and for llama",
            "Bigger models need more memory, and a GPU makes them faster.",
        ),
    ),
    intent(
        "gpu",
        """
        do i need a gpu / is a gpu needed / does @ need a graphics card / #gpu / ~whether i need a gpu / can @ run without a gpu / does it use my gpu / no gpu, is that a problem
        will it work on cpu only / i have no gpu. / do i need nvidia / can it run on the cpu / does @ need cuda / i don't have a graphics card / what gpu do i need / gpu required
        must i buy a graphics card / is cpu enough
        old laptop, no graphics card / graphics card needed / amd / cuda / gpu or cpu / cpu only possible / works w/o gpu / without a gpu ok / there's no video card in my server / my machine only has (integrated|onboard|intel) graphics / my laptop has no (nvidia|graphics) card
        do i have to spend money on a (gpu|graphics card) / is an (amd|intel|nvidia) card ok / rtx (3060|4090|3090) useful / i have an (rtx 3060|old nvidia card|h100|a100), is it used / does the starter use the gpu / does a graphics card make a difference / is the gpu optional
        gpu optional / gpu mandatory / how many gpus / how much vram / must there be a gpu in the box / any gpu at all / can't i just use the processor / plain cpu, does that suffice / no special chips needed? / do i need special ai chips / ai chip / npu
        isn't a gpu necessary for ai / i thought ai needs a gpu / everyone says ai needs expensive cards / how can it run without a gpu / will it be terribly slow without gpu / our server has no gpu / the office pc has no gpu inside / should we buy gpus / is it worth buying a gpu
        would a graphics card speed things up / when do i need a gpu / which models need a gpu / does @ want nvidia drivers / are cuda drivers required / i don't own a gpu / gpu-less server / can i do it with processor only / for this i need the gpu or not
        """,
        """
        No GPU is needed: the built-in model runs on the CPU. Big models run faster with a GPU.
        You need no GPU for the built-in model. For big models a GPU helps a lot.
        """,
        (WHY, "Because the built-in model is very small, about five million parameters."),
        (
            "and for big models / and bigger models / for larger models / which gpu",
            "Big models need more memory, and a GPU makes them faster. The command freehold doctor checks your machine.",
        ),
        (
            "and if i have one / i have one / does it help / is it faster with one",
            "It helps with big models. The tiny built-in model does not need it.",
        ),
        (
            "so cpu is enough / cpu only then / so the processor is enough",
            "Yes, for the built-in model the CPU is enough.",
        ),
        (
            "will it be slow / is it slow without one / how slow",
            "The built-in model is fast on a CPU. Big models are slow there.",
        ),
    ),
    intent(
        "platforms",
        """
        does @ run on (windows|mac|macos|linux|ubuntu) / can i use @ on (windows|a mac|my macbook|linux|debian) / which operating systems are supported / #(windows|mac|macos|linux) / is there a windows version
        ~which systems Freehold runs on / ^install @ on (windows|mac|linux) / does it work on windows 11 / i have a mac, does it work / (windows|mac|linux)? / what os do i need / what about (windows|apple) users
        does @ work with wsl / is macos supported / do you support (windows|mac|linux|arm) / ^run @ on (windows|macos|linux) / which platforms / can i run it on my windows pc
        (windows 10|windows 7|ubuntu 22|debian 12|fedora|arch|red hat|alpine|macbook air|mac mini|chromebook) ok / (win10|win11|osx|ubuntu|debian|fedora|arch linux) / my (computer|laptop|pc) has (windows|macos|linux mint|fedora|debian), is that fine / only have windows here
        we only have windows (servers|machines|computers) / our company is all (windows|apple|microsoft) / (apple|windows|mac) user here, am i out of luck / i'm on (windows|mac|a mac|ubuntu|fedora) / does Freehold come as an exe / .exe / is there a dmg / is there a deb package
        is linux mandatory / must it be linux / linux only / do i have to learn linux / i don't have linux / do i need to install linux first / can it run natively on windows / native windows version / windows without wsl / is wsl necessary / m1 mac / apple silicon
        will it start on a (mac|macbook|imac|windows machine|linux box) / does it like (windows|mac|ubuntu) / supported os / os support / os / operating system needed / which distro / distro / which linux should i take / does the distro matter / i use arch btw
        on windows, how / and on mac, how / possible on (windows|macos|freebsd) / can my windows laptop host it / i want to host it on my (mac|windows pc|mac mini) / compatible with (windows|mac|linux) / what system must be on the server / works it on windows / runs this under windows
        our server runs (windows server|debian|ubuntu|red hat), does it fit / what operating system do you recommend / is my operating system supported / what do mac people do / what do windows people do / wsl / wsl2 / is it cross-platform / platform support
        """,
        """
        Freehold runs on Linux. On Windows use WSL2; on macOS use an external PostgreSQL.
        Linux is the home of Freehold. Windows works through WSL2, and macOS with an external PostgreSQL database.
        """,
        (
            "what is wsl / what's wsl2 / wsl2? / what does wsl mean",
            "WSL2 is a part of Windows that runs Linux inside it. Freehold runs there.",
        ),
        ("and windows / what about windows / i have windows", "On Windows, Freehold runs through WSL2."),
        (
            "and mac / what about mac / i have a macbook / and on apple",
            "On macOS, Freehold needs an external PostgreSQL database.",
        ),
        (WHY, "Because Freehold and its database are built for Linux first."),
        (
            "do i lose something on windows / is it the same on windows / is wsl as good / same features",
            "Under WSL2 it is the same Freehold, because WSL2 is a Linux.",
        ),
        (
            "which linux / which distro / ubuntu or debian / does the distro matter",
            "An ordinary Linux will do. The command freehold doctor checks your machine.",
        ),
        (
            "so not natively / not natively / no exe / no real windows version",
            "Right: on Windows it runs inside WSL2, not natively.",
        ),
    ),
    intent(
        "offline",
        """
        does @ work offline / can i use @ without internet / ~whether @ works offline / #offline use / does @ need internet / is an internet connection required / can i unplug the network
        do i need to be online / does @ work on a plane / will it work without wifi / i have no internet. / does @ connect to the internet / does it call home / is @ air-gapped / offline?
        can i run @ in a closed network / does @ need the cloud / is a connection to the cloud needed / no network, does it still work
        on a train without wifi, does it still (answer|work|run|chat) / air-gapped (network|machine|server|room|box) / we have an air-gapped (network|lab|plant) / behind a (company|strict|corporate) firewall / our firewall blocks everything, is it a problem / no wifi here
        no internet on a (ship|boat|plane|train|farm|oil rig), can i use it / i live in the mountains without internet / when the internet is down, does it work / the internet went out, will it keep answering / what if my internet dies / if the line is cut / internet outage
        can the server be without internet / does it phone home / phones home / must it be connected / always-online / always online needed / does it have to be online / wifi needed / need wifi / needs a connection / lan only / works in a bunker / works without network
        (so|then) i don't need the internet / isn't internet necessary / i thought ai needs the internet / doesn't ai always need the cloud / how can it answer without the net / does it ever go online / when does it go online / which parts need internet / what needs the internet
        what happens if i pull the network cable / pull the plug on the network, still fine / does it stop when wifi is off / after i disconnect the router / router off, what happens / can i use it in flight mode / airplane mode / on holiday without internet / local only / purely local / fully local
        everything local? / runs locally / does it run on my own computer or in the cloud / does it depend on a (cloud|service|server somewhere) / does it depend on openai's servers / if openai is down do you still work / independent of the internet
        our lab has no outside connection / classified network, allowed / does it fetch things in the background / background downloads / does it need updates from the net to run / must the first start be online / internet it needs
        """,
        """
        Freehold works offline. The built-in models come with it, and nothing leaves the machine.
        Freehold needs no internet: it works offline, and nothing leaves your machine.
        """,
        (
            "and for models / can i import models offline / and bigger models",
            "Offline, import a model from a folder: freehold models import <folder>.",
        ),
        (
            "why is that good / what's good about that / why does that matter",
            "Because your data stays with you, and no vendor can switch you off.",
        ),
        (WHY, "Because everything runs on your own machine, and the built-in models come with the install."),
        (
            "so nothing goes out / no traffic at all / does it really send nothing / not even a ping",
            "Right: nothing leaves the machine, and there is no telemetry.",
        ),
        (
            "what does need internet / so when do i need internet / is there anything that needs wifi / except what",
            "Only freehold models pull, which downloads a model. Everything else works offline.",
        ),
        (
            "and the answers are the same / is it worse offline / same quality offline",
            "They are the same. The model runs on your machine and never uses the internet.",
        ),
    ),
    intent(
        "data_safety",
        """
        does my data leave the machine / does @ send data to the cloud / is my data sent anywhere / is @ private / is @ safe / is Freehold secure / #data protection / #security / #gdpr
        is there telemetry / does Freehold collect data / does @ track me / ~whether my data leaves the machine / who has access to the data / is it gdpr compliant / does @ spy on me
        what data does Freehold collect / are prompts sent to a vendor / does @ upload anything / is Freehold safe for company secrets / can i put secret documents in @
        the security team asks where prompts (are stored|go|end up) / our (ciso|security officer|data protection officer|auditor|works council|privacy officer) wants to know where data goes / so openai sees nothing / openai doesn't get my data, right / do third parties get anything / third parties
        who else sees the data / can outsiders see our data / does google get anything / does anybody outside read along / is anything sent to america / is our data going abroad / does data cross the border / data sovereignty / data residency / gdpr ok / hipaa / dsgvo / confidential stuff ok
        can i feed it customer data / may i paste (contracts|patient records|salaries|medical files|client letters) / patient data, allowed / we handle (patient|client|customer|student) data / is it ok for lawyers with secret files / is it watertight / any leaks / can data leak / could it leak secrets
        any tracking / trackers / analytics / usage statistics sent / is telemetry on by default / ^turn off telemetry / ^disable telemetry / is there an opt out / does it report back to the makers / does the maker see our usage / are you sending logs home / backdoors
        how private is (it|freehold|free hold) really / how safe is our data with it / i don't trust ai companies with our data / worried about privacy / scared of leaks / nobody must see these documents / is it spyware / are my documents used for training / do you train on our data / will our prompts train a model
        what leaves this box / outgoing traffic / outbound connections / what traffic goes out / does the machine talk to strangers / does it share something with others / is something shared / privacy policy / data protection / security / is it secure enough for a bank
        in what way is my data protected / can a hacker get our data / do our secrets stay in house / does everything stay in the house / stays in-house / all data stays with us / is it guaranteed that nothing gets out / my data is going where / are our files safe by you
        """,
        """
        With Freehold nothing leaves the machine. Your data stays in your own data folder, unless you add a vendor yourself.
        Your data stays on your machine: Freehold sends nothing out, unless you add a paid vendor yourself.
        """,
        (
            "and with a vendor / what about vendors / and if i use openai",
            "If you add a paid vendor, the requests that go to it leave your machine. You decide which.",
        ),
        ("how can i check / how do i know / prove it", "Freehold is open source and works with the network unplugged."),
        (WHY, "Because Freehold is about owning your AI, and that includes your data."),
        (
            "so openai sees nothing / nobody sees it / not even you / not even the makers",
            "Right. Nothing leaves the machine, so nobody else sees it, unless you add a paid vendor yourself.",
        ),
        ("how about telemetry / no telemetry / is there any tracking / no statistics", "There is no telemetry."),
        (
            "can i use it for secret things / so secrets are ok / also customer data / patient data too",
            "It stays on your machine. Still, guard that machine and its keys well.",
        ),
        (
            "is it encrypted / encrypted too / and encryption",
            "Encrypt the disk of the machine if you want that. Freehold keeps keys only as a hash.",
        ),
    ),
    intent(
        "data_where",
        """
        where is my data / where does @ store data / ~where my data is / ~where the data lives / #the data folder / where are my chats saved / where are the files / where is the data folder
        in which folder is the data / where does Freehold keep its data / data location / where are conversations stored / which directory does @ use / path of the data / where is everything stored
        what's in /var/lib/freehold / what is ~/.local/share/freehold / where do you save my chats / where on disk / where are my conversations / data folder path
        folder / path / which dir / datadir / data dir where / where does it dump its files / where does this thing save stuff / where do things get saved / where's my stuff / location of my (files|chats|data|messages) / storage location / storage path / which path do i back up
        disk is filling up, which folder is it / my disk is full, where are your files / i'm looking for the database files / need the path for the backup script / our admin asks for the data path / in what directory do the chats land / where do chats land / where do uploaded models go
        where are imported models (kept|stored|saved) / where do the weights lie / where is the model stored on disk / where did it put my conversations / i can't find the files / where on the server is the data / is the data in my home folder / is it under /var / is it in /home / home directory or /var
        does it store things in the cloud or on disk / on which disk / what's the storage folder called / name of the data folder / data directory as root / data folder for a normal user / what if i don't run it as root / running as root, where is the data / non-root path
        where physically is our data / does it keep data inside the install folder / where it saves the datas / chats stored where / messages saved where / data = where / can i see the folder / ^find the data folder / ^locate my data / ^open the data folder / the place of the data on disk
        """,
        """
        Your data is in the data folder: /var/lib/freehold when run as root, else ~/.local/share/freehold.
        Freehold keeps all data in one data folder: ~/.local/share/freehold, or /var/lib/freehold as root.
        """,
        ("and as root / what if i am root / as root?", "As root the data folder is /var/lib/freehold."),
        (
            "what is in it / what's in there / what's inside / and what does it contain",
            "It holds the PostgreSQL database with your chats and keys, and imported models.",
        ),
        ("can i back it up / how do i back it up / and backups", "Yes: stop Freehold and copy the data folder."),
        (
            "can i move it / can i change that / can i use another folder",
            "Yes, the data folder is a setting. See: freehold config explain <key>.",
        ),
        (WHY, "So that one folder holds everything and is easy to back up or move."),
        (
            "which folder is that as a normal user / and if i am not root / without root / as normal user",
            "Then it is ~/.local/share/freehold.",
        ),
        (
            "is it big / how big does it get / how much space",
            "That depends on your chats and models. Imported models take the most space.",
        ),
        (
            "can i delete it / what if i delete it / is it safe to delete",
            "Deleting it removes all your chats, keys and models. Make a backup first.",
        ),
        (
            "is anything stored elsewhere / only there / nothing anywhere else",
            "Only there. All data is in that one folder.",
        ),
    ),
    intent(
        "database",
        """
        which database does @ use / #the database / what database is inside / does @ use postgres / is it postgresql / ~which database Freehold uses / do i have to install a database
        is there a database / where is the database / does it use sqlite / can i use my own postgres / ^use my own database / ^connect to the database / external postgresql / do i need postgres
        db / which db / what db is it / is it (mysql|mongodb|mariadb|oracle|redis|sql server) / mysql / sqlite or postgres / postgres / postgresql version of our own, can we plug it in / we already run a postgres, can it use that / can our dba connect it to our own server
        do i need a dba / must i know sql / must i set up a database first / do i install the db separately / database included / is a db included / is the database part of it / what's behind it, a database / where do the rows live / what stores the chats
        what kind of storage does it use / storage engine / in what are conversations saved, files or a database / does it come with its own database / what runs underneath / db location / is there sql inside / external db possible / hook up an existing postgres
        the database, do i have to care for it / who looks after the database / do i have to create a database by hand / database password / on mac, which database / i don't want to install postgres / why am i seeing postgres processes / there are postgres processes on my machine
        what are these postgres processes / is there a vector database / can i look into the tables / ^look into the database / ^plug in an existing database / which sql database is used / database engine / what database technology
        """,
        """
        Freehold uses PostgreSQL. The database comes with it and lives in the data folder, so you install nothing.
        The database is PostgreSQL, built in. It lives in your data folder; nothing else has to be installed.
        """,
        (
            "can i use my own / and an external one / can i use another database",
            "Yes, an external PostgreSQL works too; on macOS it is needed.",
        ),
        (
            "what is postgresql / what's postgres / postgresql? / what is that",
            "PostgreSQL is a well-known open-source database.",
        ),
        (WHERE, "In the data folder: /var/lib/freehold as root, else ~/.local/share/freehold."),
        (WHY, "Because PostgreSQL is reliable and open source."),
        (
            "do i need to install it / must i install it / is it included / comes with it",
            "No, it comes with Freehold and starts with it.",
        ),
        ("on mac too / and on a mac / and macos", "On macOS you need an external PostgreSQL."),
        ("do i need to know sql / must i know sql / is it difficult", "No. Freehold looks after its database itself."),
    ),
    intent(
        "gateway",
        """
        what is the gateway / what's a gateway / #the gateway / ~what the gateway does / what does the gateway do / explain the gateway / gateway? / how does the gateway work
        what is meant by gateway / why is there a gateway / what is a gateway in Freehold / where do requests go / ~how requests are passed on / what happens to a request
        gateway = ? / gateway meaning / meaning of gateway here / wtf is the gateway / who decides where my request goes / who passes my request on / what's the thing in the middle / which part talks to the vendors / what's the traffic cop in Freehold / is the gateway a proxy / is it like a proxy
        is it a load balancer / what role has the gateway / role of the gateway / the docs say gateway, what is meant / i keep reading gateway / they mention a gateway / do i need the gateway / what sits between my app and the model / what's between my program and the model
        how does a request travel / path of a request / life of a request / what happens when my program sends a question / who receives my api call / where does my api call end up / which component answers the api / gateway for dummies / gateway in simple words / the gateway thing, explain
        how do requests reach the model / how is a request handed on / does everything go through the gateway / is there a router inside / which part distributes the requests / please what is gateway / gateway, its job / what's the gateway good for / one entrance for all requests
        """,
        """
        The gateway passes each request to a provider: a worker of our own, another server, or a paid vendor.
        Freehold's gateway takes every request and passes it to a provider, such as your own worker or a paid vendor.
        """,
        (
            "what is a provider / provider? / what's a provider / which provider",
            "A provider answers requests: a worker of our own, another server, or a paid vendor.",
        ),
        ("what is a worker / worker? / what's a worker", "A worker is a process that runs one model."),
        (WHY, "So that your programs keep one address while you change the models behind it."),
        (
            "so like a proxy / like a proxy / like a switchboard / a kind of router",
            "Yes, it stands between your programs and the providers, and passes each request on.",
        ),
        (
            "do i have to set it up / must i configure it / is it running already",
            "No, it is part of Freehold and runs when Freehold runs.",
        ),
        (
            "does that cost extra / does it send data out / does it go to the internet",
            "No. Requests leave the machine only if you add a paid vendor.",
        ),
    ),
    intent(
        "provider",
        """
        what is a provider / what's a provider / #providers / ~what a provider is / explain providers / which providers are there / what does provider mean / what kinds of providers exist
        can @ use other servers / can i add another server / what counts as a provider / define provider in Freehold
        provider = ? / provider meaning / provider in your terms / meaning of provider here / who can be a provider / who actually answers the requests / who answers behind the gateway / behind the gateway there are what / what may stand behind the gateway / what's a backend here
        kinds of providers / types of provider / list the provider types / provider types / is a worker a provider / is openai a provider / is another server a provider / can a provider be in my own house / does a provider have to be a company / the docs talk about providers
        what do you mean by provider / i don't understand providers / provider for dummies / can i have several providers / more than one provider possible / how many providers may there be / can my second server be a provider / can another machine in our rack answer too
        we have another gpu server, can Freehold use it / we run vllm on another machine, can it be used / ^connect another server as a backend / plug in a second server / do i need a provider / who provides the answers / provider or worker, what's the difference / provider vs worker / worker vs vendor
        """,
        """
        A provider answers requests for the gateway: a worker of our own, another server, or a paid vendor.
        A provider is whoever answers a request: your own worker, another server, or a paid vendor.
        """,
        (
            "what is a vendor / vendor? / what's a vendor / which vendor",
            "A vendor is a company that rents out models for money, such as OpenAI.",
        ),
        ("what is a worker / worker? / what's a worker", "A worker is a process that runs one model."),
        (
            "so openai is one / is openai one / for example openai / can openai be one",
            "Yes, a paid vendor such as OpenAI can be a provider, if you add it.",
        ),
        ("and my own machine / and my own one / also my own", "Yes: a worker on your own machine is a provider, too."),
        (
            "do i need several / only one / how many can i have / is one enough",
            "One is enough. A route may have several providers behind it.",
        ),
    ),
    intent(
        "vendor",
        """
        can i use openai with @ / can Freehold use paid models / can i still use gpt-4 through @ / ^use a paid vendor / ^add a provider / ^add openai as a provider / #paid vendors / can @ forward to openai
        can i mix own and rented models / does @ work with claude / can i use @ together with chatgpt / can it call a vendor / can i keep my vendor / do i have to give up openai
        we still need gpt-4 sometimes / keep gpt for hard questions, own model for the rest / hybrid possible / hybrid setup / mix local and cloud / can i have both / both at once, own and openai / can i plug in (openai|claude|gemini|mistral|anthropic) / (anthropic|gemini|claude|azure) too
        is (claude|gemini|azure openai|anthropic) possible as a fallback / fall back to openai / openai as a backup / send hard questions to openai / may i keep my openai subscription / we have an openai contract until (summer|december|next year) / what about our existing openai account
        must we cancel openai / do we have to quit our vendor / can the gateway talk to openai / forwarding to openai, possible / pass-through to a vendor / use my openai api key inside Freehold / where do my vendor keys go / can i still reach the big models / i still want gpt-4
        all or nothing, or can i mix / one foot in the cloud / does it exclude paid models / are paid models possible / commercial models too / does Freehold forbid cloud models / ^connect openai / ^connect claude / ^plug in a vendor / ^keep using gpt-4 / ^attach an external provider
        ^combine own models with rented ones / the local model is too weak for some tasks, can i use gpt for those / our team loves claude, can they keep it / can i use rented models as well / external ai services, supported / can freehol call openai / is a vendor optional / is a paid vendor required
        """,
        """
        Freehold's gateway can pass requests to a paid vendor, as well as to your own models.
        You can keep a paid vendor: it becomes a provider behind a route, next to your own models.
        """,
        ("does it cost / what does it cost / who pays", "The vendor still charges you. Freehold itself is free."),
        (
            "and my data / what about privacy / is that private",
            "Requests that go to a vendor leave your machine. Your own models keep them at home.",
        ),
        (WHY, "So that you can move from a vendor to your own models at your own pace."),
        (
            "is it required / do i need one / must i have one / is that optional",
            "No, a paid vendor is optional. Freehold works without any.",
        ),
        (
            "who sees my data then / so they see my data / is my data safe then",
            "The vendor sees the requests that go to it. Requests to your own models stay on your machine.",
        ),
        (
            "only some requests / can i choose which / for some models only",
            "Yes, a route decides which providers answer for a model name.",
        ),
    ),
    intent(
        "route",
        """
        what is a route / what's a route / #routes / ~what a route is / explain routes / what does route mean / how do routes work / ^make a route / define route in Freehold
        what is a public model name / how do model names work / what are routes good for / ~how routes work
        route = ? / route meaning / routes for dummies / in this context what is a route / route, as in road / the docs mention routes / what do you call a route / is a route a url / is a route the same as a model / route or model, what's the difference / route vs provider / route vs model
        how does a model name turn into a model / what decides which model answers / which provider is chosen for a name / what's behind a model name / who is behind a model name / can one name stand for several models / two providers behind one name / alias for a model / are routes like aliases
        can i give a model another name / ^give a model a public name / ^rename a model for my programs / ^hide the real model behind a name / public name of a model / what does public model name mean / my app asks for gpt-4, can another model answer under that name
        can one model name have a backup provider / what's a route for / why do routes exist / why do i need routes / please to explain the route / how many routes can there be / what do routes do / is there a list of routes / what does the word route mean in Freehold
        """,
        """
        A route is a public model name and the providers behind it.
        In Freehold a route is a public model name together with the providers that answer for it.
        """,
        (WHY, "So that you can change the providers while your programs keep the same model name."),
        (
            "what is a provider / provider? / which providers",
            "A provider answers requests: a worker of our own, another server, or a paid vendor.",
        ),
        (
            EXAMPLE,
            'For example, the route "chat" may be answered by your own worker today and by a bigger one tomorrow.',
        ),
        (
            "so it is an alias / like an alias / so just a name",
            "Yes, a name that stays the same, with one or more providers behind it.",
        ),
        ("how many providers / more than one / several behind one", "One or several; the route names them all."),
        (
            "do my programs notice / must i change my programs / does my code change",
            "No. They keep using the same model name.",
        ),
    ),
    intent(
        "worker",
        """
        what is a worker / what's a worker / #workers / ~what a worker is / explain workers / what does a worker do / what does worker mean / how many workers are there / worker process
        which process runs the model / how are models run / ~how models are run / define worker in Freehold
        worker = ? / worker meaning / worker processes, what are they / top shows a worker process, what's that / i see worker processes running / why are there several workers / why is a worker using my cpu / a worker eats all my memory / is a worker a person / a worker, is it human
        who works there / do i have to start workers / are workers started by themselves / one worker or many / one worker per model / how many models does a worker run / can a worker run two models / worker vs model / worker vs gateway / worker or provider / worker crashed, what happens
        what if a worker dies / what happens when a worker crashes / the part that runs the model, what is it called / what runs the model / which part does the thinking / what does the computing / which program holds the weights / worker for dummies / explain the worker thing / the docs say worker
        do workers run on my machine / where do workers run / are workers in the cloud / is each model in a separate process / process per model / i don't get workers / please what is worker / meaning of a worker in this software / does every model get its own worker
        """,
        """
        A worker is a process that runs one model.
        In Freehold a worker is a process that runs one model; the gateway sends requests to it.
        """,
        (WHY, "One process for each model keeps them apart: if one fails, the others go on."),
        (
            "and the gateway / what is the gateway / who sends the requests",
            "The gateway passes each request to a provider, such as a worker.",
        ),
        ("so one per model / one for each model / only one model each", "Yes, one worker runs one model."),
        (
            "what if it crashes / and if it dies / what when it fails",
            "Then only that model is affected; the others go on.",
        ),
        ("where does it run / on my machine / in the cloud", "On your own machine."),
    ),
    _planned(
        "rollout",
        """
        what is a rollout / what's a rollout / #rollouts / ~what a rollout is / explain rollouts / how do rollouts work / what does rollout mean / ^move from a vendor to my own model
        ^switch from openai to my own model / ^migrate from a vendor / can i move step by step / what happens when quality drops / is there an automatic rollback / ^start a rollout
        can Freehold replace openai step by step
        gradual switch possible / gradual migration / leave openai bit by bit / ^leave openai slowly / ^shift traffic from openai to my model / ^replace our vendor gradually / ^phase out openai / ten percent first, then more / 10% of the traffic on my own model / canary / canary release
        a/b testing of models / is there a canary / what if my own model is worse than openai / my own model is bad, does it switch back / automatic fallback if answers get worse / does it go back by itself / how would i move off openai safely / safe way off openai / we want to move away from a vendor carefully
        rollout meaning / rollout = ? / rollouts for dummies / the docs mention rollouts / slow switch from gpt to own model / switching risk / we fear a drop in quality when we switch / quality gate when switching / who watches the quality during a switch / does it compare both models
        step-by-step replacement of chatgpt / can traffic be split / split traffic between two models / traffic split / percentages per provider / what's the rollout feature / is the rollout ready / do rollouts work already / rollout available / roll back / rollback / undo a switch automatically
        """,
        """
        A rollout moves a route from a vendor to an own model step by step, and goes back by itself when quality drops. It is planned.
        Rollouts are planned: a route moves from a vendor to your own model step by step, and goes back by itself if quality drops.
        """,
        (WHY, "So that you can leave a vendor without risk: every step is checked."),
        (
            "what works instead / and until then / what can i do today",
            "Today you choose the model name in your programs yourself.",
        ),
        (
            "how does it notice / how does it know / how is quality measured",
            "The details come with that version; the idea is to check quality at each step.",
        ),
    ),
    intent(
        "savings",
        """
        how much money does @ save / can i save money with @ / #savings / ~how much i can save / is owning cheaper than renting / is it cheaper than openai / is @ cheaper than chatgpt
        does it pay off / what do i save / why is owning cheaper / #saving money / cheaper? / does Freehold save costs / how much cheaper is it
        we spend (500|1000|300|2000) (euros|dollars) a month on openai / our openai bill is (huge|too high|crazy|exploding) / our bill for gpt is growing / can it lower our bill / will it cut our costs / cut costs / lower the bill / roi / return on investment / tco / total cost of ownership / break even
        when does it pay for itself / how fast does it pay back / is it cheaper in the long run / long run cheaper / cheaper than (claude|gpt|the cloud|renting|a subscription) / compare the cost with openai / cost comparison with openai / own versus rent, money-wise / rent or buy, which is cheaper
        is self hosting cheaper / does self hosting save money / isn't the electricity more expensive / won't the hardware cost more / buying a server costs more, no / what do i save per (month|year|token) / saving potential / how many euros do we save / my boss wants a savings estimate
        finance asks what we would save / does owning really save money / do we save something / how is that cheaper / tokens are expensive, does it help / i pay per token today and hate it / does it make ai cheaper / financial benefit / money saved / it saves how much money
        is it economical for a small team / for which usage is it worth it / at how many requests is it worth it / when is owning cheaper / save costs how / can u calculate what i'd save
        """,
        """
        With Freehold you pay no rent and no price per token, only your hardware and electricity. How much you save depends on your use.
        You save the vendor's price for each request you answer yourself. Hardware and electricity you pay; rent you do not.
        """,
        (LOTS, "That depends on how many requests you have. The more you use it, the more you save."),
        (
            "how much exactly / in numbers / how many dollars",
            "I cannot say in numbers: it depends on your use and your hardware.",
        ),
        (WHY, "Because you own the machine and the models, nobody charges you per token."),
        (
            "and the hardware / but the server costs money / but hardware is expensive / what about electricity",
            "Yes, hardware and electricity you pay. The rent and the price per token you do not.",
        ),
        (
            "when does it pay off / after how long / how soon does it pay off",
            "That depends on how much you use it. The more requests, the sooner.",
        ),
        (
            "and for a small team / for few users too / if we use it little",
            "With little use you save little, but Freehold itself still costs nothing.",
        ),
    ),
    intent(
        "embeddings",
        """
        does @ have embeddings / #embeddings / ~whether there are embeddings / what embeddings does @ have / which embedding model is built in / is there an embedding model / ^make embeddings
        ^get embeddings / what is minilm / how many dimensions do the embeddings have / can i use @ for semantic search / embeddings endpoint / what are embeddings / what is an embedding
        ^embed a text / ^turn text into vectors / vector size / can Freehold make vectors
        embeddings / embedding model / which embedder / (minilm|all-minilm) / vectors / vector dims / dimension / dims of the vectors / how long is a vector / 384 or 768 or 1536 / is it ada-002 / text-embedding-3-small possible / can it do rag / rag / ^build rag with @ / ^search my documents by meaning
        i want to search my documents / i need vectors for my search / semantic search possible / similar texts, can it find them / can it tell if two texts are similar / ^compare two texts / ^find similar documents / need vectors for pgvector / i'm building a search, do you give vectors
        does the api do embeddings / v1/embeddings supported / /v1/embeddings / embedding api / is there something for document search / do i need another service for embeddings / do i pay for embeddings / are embeddings offline too / text to numbers / numbers for a text
        which model makes the vectors / name of the embedding model / embed endpoint where / what size are the embeddings / sentence vectors / sentence transformers / can my langchain app get embeddings from it / knowledge base with freehold / vectorize text / are there embedings / embedings available
        """,
        """
        Embeddings are built in: the model MiniLM turns a text into 384 numbers. Use the endpoint /v1/embeddings.
        Freehold has built-in embeddings: MiniLM, 384 numbers for each text, at /v1/embeddings.
        """,
        (
            "what are they for / what is that for / what's the use / why would i need that",
            "Embeddings let you compare texts by meaning, for example to search documents.",
        ),
        (
            "what is an embedding / what does that mean / embedding?",
            "An embedding is a list of numbers that stands for the meaning of a text.",
        ),
        (HOW, "Send your text to http://localhost:8000/v1/embeddings with any OpenAI client."),
        ("how many numbers / how long is it / which size / dimensions", "384 numbers for each text."),
        (
            "does that cost extra / is that free too / does it leave my machine",
            "It is free, and it runs on your machine like everything else.",
        ),
        ("which endpoint / what is the url / where do i send it", "It is http://localhost:8000/v1/embeddings."),
    ),
    _planned(
        "speech",
        """
        does @ have speech / #speech / #transcription / #text to speech / can Freehold transcribe audio / is there voice in @ / does @ support audio / ~whether @ can speak / ^transcribe a file
        is there a whisper endpoint / ^use speech / can i send audio to @ / when does speech come / does @ do text to speech / audio support / does it have voices
        mic / microphone support / voice / talk instead of type / i'd rather speak than type / can i dictate to it / dictation / can i get minutes of a meeting from a recording / i have an mp3 of a meeting / ^turn an mp3 into text / ^get a transcript of a recording / ^transcribe an interview
        transcripts / subtitles from audio / speech recognition / stt / tts / whisper / is whisper inside / /v1/audio / audio endpoint / audio in, text out / can it read answers aloud / can Freehold read text out loud / read aloud function? / my mother can't type, can she talk to it
        is there voice control / voice assistant / like alexa but own / can i phone it / does the api take wav files / wav / i need call transcription for our hotline / do you do voice messages / hands free use / blind colleague, is there speech output / speech output / speech input
        does Freehold understand spoken language / are there voices to choose / spoken answers possible / any plans for voice / will there be speech / when can i talk to it / sound / audio
        """,
        """
        Speech and transcription are planned for Freehold and come later. They are not here yet.
        Not yet: speech and transcription are planned for a later version of Freehold.
        """,
        ("what works today / what is there now / and what works", "Today Freehold has chat and embeddings."),
        (
            "what can i do until then / any workaround / and meanwhile",
            "Until then use chat and embeddings; speech comes in a later version.",
        ),
    ),
    _planned(
        "images",
        """
        does @ make images / #images in Freehold / #video support / can Freehold generate pictures / does @ support images / is there image generation in @ / ~whether @ can make images / ^generate images with @
        does Freehold do video / can i send pictures to @ / is there a vision model in @ / does it understand photos / when do images come / image support / does @ have stable diffusion
        pics / photos / picture generation / /v1/images / dall-e / dalle endpoint / midjourney at home / flux / sdxl / text to image / text to video / can it look at a screenshot / can it read a scanned page / ocr / scan of an invoice, can it read it / can it describe a photo
        i need a logo from it / marketing wants pictures from it / we need product images / ^get pictures out of @ / ^make a video with @ / ^create an image through the api / ^analyse a photo with @ / vision / multimodal / is it multimodal / does the api accept images / image input / image output
        any image model inside / which image models does it have / will there be pictures / will Freehold ever do pictures / when will Freehold draw / video generation / clips / movies / sora / can we generate graphics on our own server / graphics generation / does it handle pdf scans
        is picture making included / no pictures? / only text, no images / is Freehold text only / text only
        """,
        """
        Images and video are planned for Freehold and come later. They are not here yet.
        Not yet: images and video are planned for a later version of Freehold.
        """,
        ("what works today / what is there now / and what works", "Today Freehold has chat and embeddings."),
        ("so text only / only text for now / only text", "Yes, for now it is text: chat and embeddings."),
    ),
    intent(
        "planned",
        """
        what is planned / what comes next / #the roadmap / #future plans / ~what is planned for Freehold / what features are missing / what is not there yet / what will come later / what's next for @
        is Freehold finished / what does @ lack / coming soon / which features come later / what is still missing / is there a roadmap / what's new
        roadmap / plans / todo list / upcoming / what's cooking / what are you working on / what are they building next / what will the next version bring / next release / next version / what's in the pipeline / pipeline / what do you not have yet / gaps / known gaps / what's not done
        which things are unfinished / what's unfinished / what can it not do yet / what's on the wish list / what may we expect / what should we expect next year / will it get (better|more features|new features) / is more coming / anything exciting coming / future of Freehold / where is the project going
        where is this heading / long term plan / direction of the project / which functions will be added / is there a list of planned features / my boss asks about the roadmap / is the product complete / half finished / is something still missing in it / what's lacking / missing pieces
        later versions, what will be in them / features to come / tell me the plans / what do the developers plan / coming features / what will be new
        """,
        """
        Planned for Freehold: speech, transcription, images, video, and rollouts from a vendor to an own model. They come later.
        Still to come: speech, transcription, images, video and rollouts. Today there are chat and embeddings.
        """,
        (WHEN, "I do not know when. They come in later versions."),
        (
            "and what is there today / what works now / what works today",
            "Today there are chat, embeddings, the gateway, the web page and the terminal chat.",
        ),
        (
            "so what is missing most / and speech / and images / and video",
            "Speech, images and video are all planned, but not here yet.",
        ),
        (
            "will my data survive / do i have to install again / and my data then",
            "An update keeps your data. Get the new version and run make serve again.",
        ),
    ),
    intent(
        "features",
        """
        what features does @ have / #the features / what's in @ / what is included / what comes with @ / ~what is included / list the features of Freehold / what do i get / what's in the box
        which models are built in / what does the install contain / what works out of the box / #built-in models / what models come with @ / which parts does @ have / what can i do with @
        feature list / functions / capabilities of the software / whats inside / what's all in there / what parts are there / components / parts list / building blocks of Freehold / what's in this package / what's in the package / bundled with what / is a model included / does it bring a model / comes with a model
        does it include a chat page / is there a ui included / what do i have after installing / what do i have once it runs / i installed it, what have i got / which functions can my team use / what could we do with it / use cases / what things does it offer / what does it offer / offerings
        tour of the features please / show me around / give me a tour / what all can i use here / what is delivered / scope of the software / what are the main parts / main functions / list everything it has / the whole list of what is inside / does it have (a web page|an api|a chat) inside
        out of the box what is there / batteries included / what's ready to use / which services are inside / which tools come along / what does one get for free / what is part of the install / is everything in one install / all in one
        """,
        """
        Freehold comes with a web page, a terminal chat, the OpenAI API, a gateway, a small chat model and an embedding model.
        Included are the OpenAI API, a web page, a terminal chat, a database, and two small built-in models: chat and embeddings.
        """,
        (
            "and what is missing / what is missing / what is not included",
            "Speech, images and video are planned and come later.",
        ),
        ("which embedding model / and embeddings / what embeddings", "MiniLM, which turns a text into 384 numbers."),
        (WHY, "So that everything works at once, offline, from one install."),
        (
            "which chat model / what model is that / and the chat model",
            "The starter model: me. I am very small, with about five million parameters.",
        ),
        ("all of it free / is that all free / does anything cost extra", "Yes, all of it is free and open source."),
        (
            "do i have to install more / anything else to install / is that complete",
            "That is complete: one install brings all of it.",
        ),
    ),
    intent(
        "models_supported",
        """
        which models can i use / what models does @ support / #supported models / ~which models Freehold can run / can i run llama / can @ run (mistral|llama|qwen|gemma|a 7b model) / which model formats
        does @ support gguf / what formats are supported / #model formats / is safetensors supported / can i use hugging face models / do hugging face models work / which architectures are supported
        can i use my own model / what format must a model have / can i bring my own model / is gguf ok / model file format / does it run llama models
        (gguf|onnx|pytorch|ggml|awq|gptq) / (mistral|qwen|gemma|phi|deepseek|mixtral|llama 3|llama 2|tinyllama|gpt-oss) ok / (llama 3|mistral 7b|deepseek|qwen|phi|gemma) possible / llama 3.1 8b / 70b possible / (7b|13b|70b|8b|1b) models / which llms / llms supported / what llms does it run
        does it take ollama models / can it load (gguf|pytorch|onnx) files / i have a gguf file / i have a .bin checkpoint / my model is in gguf / what checkpoint format / checkpoint format / weights format / what must the weights look like / what do the weights have to be
        which architectures / llama architecture only / only llama / can i run gpt-4 at home with it / can i run gpt-4 on it / can i run chatgpt itself on it / can claude be run locally here / any model from hugging face / every hugging face model / hf models / huggingface
        my fine-tuned model, would it run / we trained our own llama, can it serve it / we have a finetune / own finetunes / lora / quantized models / are quantised models ok / which model families / what sort of models does it accept / are other models than yours possible / other models
        can i put a better brain in / am i stuck with the starter model / am i limited to your tiny model / what larger models fit / model compatibility / what model types run here / is a bigger llama fine / what weights can it load / does it eat safetensors
        """,
        """
        Freehold runs models of the Llama architecture from a Hugging Face folder with safetensors files.
        The format is a Hugging Face folder with safetensors, and the architecture is Llama. Bigger models need more memory.
        """,
        (
            "how do i import one / and how / how do i add one / how do i get it in",
            "With: freehold models import <folder>, or freehold models pull <name>.",
        ),
        (
            "what is safetensors / safetensors? / what are safetensors",
            "Safetensors is a safe file format for the numbers of a model.",
        ),
        ("what is hugging face / hugging face?", "Hugging Face is a place where many people share models."),
        (
            "how much memory / how big may it be / is there a size limit / how large",
            "As big as your memory allows. The command freehold doctor checks your machine.",
        ),
        (WHY, "Because Llama is the most common design, and safetensors is a safe file format."),
        (
            "only llama / nothing but llama / so no others / and mistral",
            "The Llama architecture is what runs. Check a model's config before you import it.",
        ),
        ("gguf too / and gguf / no gguf", "No, safetensors is the format."),
        ("which command / and the exact command / what do i type", "Type: freehold models import <folder>."),
        (
            "does that cost extra / is that free / do models cost money",
            "Freehold charges nothing. Each model has a licence of its own, so read that.",
        ),
    ),
    intent(
        "openai_compatible",
        """
        is @ compatible with openai / #openai compatibility / does @ speak the openai api / is the api the same as openai / can i use my openai code with @ / do openai programs work with @
        will my existing program work / do i have to change my code / ~whether @ is openai compatible / is it a drop-in replacement for openai / which api does @ have / what api is it
        does langchain work with @ / do my tools work with Freehold / openai compatible? / can my app talk to @
        drop-in / drop in replacement / openai api compatible / same api / same endpoints as openai / which protocol / protocol / rest api / is there an api / api available / api for my programs / can programs talk to it / can other software use it / my plugin speaks only openai, ok?
        our app was written for (openai|chatgpt|gpt-4), do we rewrite it / must we rewrite our software / do we need new code / how much code must change / is porting hard / effort to switch our app / i wrote a bot for the openai api, can it use this / my bot uses openai, will it run
        (n8n|langchain|llamaindex|continue|cursor|home assistant|zapier|vs code|librechat|obsidian) possible / does (n8n|llamaindex|open webui|cursor|home assistant|librechat) talk to it / can i connect (n8n|cursor|obsidian|a chat plugin|home assistant) / integrations / does it integrate with our tools
        works with existing openai apps / will the sdk notice a difference / will my scripts still run / can i keep my code / keep my existing code / does it pretend to be openai / does it behave like openai's api / is it a clone of the openai api / our developers ask which api it has
        developer here: which api / standard api / own api or a standard one / is the api proprietary / do i have to learn a new api / third-party apps ok / chat apps for openai, do they work / compatible w openai / same calls as with gpt / my openai scripts, what about them
        """,
        """
        Freehold speaks the OpenAI API. Any OpenAI client works: set base_url to http://localhost:8000/v1 and api_key to your key.
        Freehold offers the OpenAI API. Only change base_url to http://localhost:8000/v1 and use your Freehold key.
        """,
        (WHERE, "Set base_url where your program makes its OpenAI client."),
        (
            "what key / which key / what is my key / where do i get the key",
            "A Freehold key. The first one is printed at the first start; make more with: freehold keys create.",
        ),
        ("and streaming / does streaming work / is streaming supported", "Yes, streaming works."),
        (WHY, "So that your programs keep working when you move to your own hardware."),
        ("only two lines / just two things / only that / nothing else", "Right: only base_url and api_key change."),
        ("and the model name / which model name / what model", "Ask for the names with: freehold models list."),
        (
            "does it send data to openai / so openai is not involved / does openai see that",
            "No. Only the language of the API is the same; nothing goes to OpenAI.",
        ),
    ),
    intent(
        "many_users",
        """
        can many people use @ / how many users can @ have / #many users / ~how many people can use it / can my team use @ / is Freehold multi-user / can several people use one install / ^add a user
        ^add another person / ^invite my colleague / can my family use it too / are there accounts / does everyone need a key / are there admins and members / #user accounts
        ^give access to a colleague / can two people chat at the same time
        multiuser / multi user / how many seats / seats / max users / user limit / whole office on one server, ok / we are (twelve|eight|six|thirty) people, one install enough? / one server for all of us / does each of us need an install / one install per person / my (wife|kids|team|colleagues) also want to use it
        my (son|daughter|husband|flatmate|coworker) wants to use it too / can i share it with my (team|family|colleagues|class) / a class of thirty pupils, possible / can the whole company use it / company wide use / simultaneous users / concurrent users / at once, how many people / parallel use
        can (ten|five|100|fifty) people use it at once / shared server / sharing / new employee, how do i get her in / new colleague starts monday / onboard a new person / ^onboard a colleague / ^let my team in / ^let others use it / ^set up my whole team / ^give everyone access / ^add users
        user management / accounts per person / separate accounts / does everybody have own chats / are chats separate per user / do users see each other / roles / permissions / admin role / sso / ldap / is there a login for each person / can i have users / single user only / only for one person
        everyone with own key / do we share one key / can we all use the same key / one key for all ok / does it handle a crowd / can more persons work with it / several persons same time / for a department of forty
        """,
        """
        One Freehold install serves many people. Give each person a key of their own with: freehold keys create.
        Many people can use one Freehold. Each needs an own key, made with: freehold keys create.
        """,
        (
            "can they read my chats / do they see my chats / and privacy / can they see mine",
            "No. Each person sees only their own conversations.",
        ),
        ("how many / is there a limit / what is the maximum", "There is no fixed limit; it depends on your hardware."),
        (
            "from other computers / and from other machines / how do they connect",
            "Start with freehold serve --host, so that other machines can reach it.",
        ),
        (WHY, "So that each person has an own key and own conversations."),
        (
            "does that cost extra / is that extra / price per user / more money for more users",
            "No. Freehold is free, however many people use it.",
        ),
        (
            "how do i make them / and the exact command / which command makes one / one key each",
            "With: freehold keys create, once for each person.",
        ),
        (
            "and when somebody leaves / if one leaves / someone left the team",
            "Revoke that person's key with: freehold keys revoke.",
        ),
        (
            "at the same time / all at once / does it get slow then",
            "Yes, at the same time. With many at once a small machine gets slower.",
        ),
    ),
    intent(
        "phone",
        """
        can i use @ on my phone / is there an app / #a phone app / ~whether there is an app / does it work on a tablet / is there an android app / is there an iphone app / mobile?
        can i open @ on my mobile / is there a mobile version / ^use @ on my phone / does the web page work on a phone / is there a desktop app
        (android|iphone|ios|ipad|tablet|mobile|samsung) / app store / play store / in the app store / is it in the play store / apk / can't find the app / where do i download the app / need it on my (phone|tablet|ipad|iphone|android) / i want it on my (phone|tablet|ipad|iphone)
        from the couch with my tablet, possible / use from my (ipad|cell phone|smartphone|handy|tablet) / on the go / use it on the go / does it fit a small screen / small screens ok / is the page mobile friendly / responsive / mobile friendly / my phone can't open the page
        chat from my phone in the same wifi / phone in the same wifi, how / phone can't reach it / can i install it on a phone / runs on android / does it run on my phone itself / does it need an app or the browser / is there an application for smartphones / native app / electron app / windows app
        does the site work in (safari|chrome) on my iphone / bookmark on my phone's home screen ok / cell phone / telephone version / my kids only have tablets / smartphone possible / app for mac
        """,
        """
        There is no phone app, but the web page works on a phone. Start with freehold serve --host, so that the phone can reach it.
        No app is needed: open the web page in the phone's browser. The server must be started with freehold serve --host.
        """,
        (
            "what is --host / what does --host do / host?",
            "The option --host lets other machines reach Freehold. Without it, only this machine can.",
        ),
        (WHY, "Because without --host only the machine itself can reach Freehold."),
        (
            "which address on the phone / what do i type on the phone / and the url there",
            "The address of the machine that runs Freehold, with port 8000, in the phone's browser.",
        ),
        ("do i need a key there / with a key / same key", "Yes, sign in there with your key."),
        (
            "so i need wifi for that / same wifi / must the phone be at home",
            "The phone must be in a network that reaches the machine, such as the same wifi.",
        ),
    ),
    intent(
        "dark_mode",
        """
        is there a dark mode / #dark mode / does the web page have a dark theme / ^turn on dark mode / ^switch to dark mode / can i change the colours / it's too bright / can i change the theme
        light mode / ~whether there is a dark mode / the page is too bright for my eyes / #the theme / ^change the look
        my eyes hurt / white background hurts / everything is so white / too white / black background / can i have it black / night mode / ^get night mode / night theme / theme / themes / skins / colour scheme / color theme / is there a darker version / darker please
        can the page be dark / make it dark / make the page black / where's the dark switch / dark theme where / working at night, the page blinds me / the screen is blinding / the page is dark, i want it bright / why is the page dark / how come the page is black / bright mode / ^make the page darker
        ^make the page brighter / ^change the background / ^get a black background / ^change the design / does it follow the system theme / is there a light theme / colours of the page / can i pick colours / colours too harsh / the design is too bright / dim it / turn the lights off / is the look adjustable
        appearance settings / dark or light / at night it's too bright
        """,
        """
        The web page follows your system: choose dark mode in your computer or browser, and the page turns dark.
        Dark mode follows the setting of your system or browser.
        """,
        (
            "and light / how do i get light mode / and back to light",
            "Choose the light mode in your system, and the page turns light.",
        ),
        (
            "where do i set that / which setting / where is that setting",
            "In the display settings of your computer, or in those of your browser.",
        ),
        (
            "so not in freehold / no switch on the page / no button",
            "Right: the page follows your system, so there is nothing to set in it.",
        ),
    ),
    intent(
        "competitors",
        """
        how does Freehold differ from ollama / is @ like (ollama|lm studio|vllm|openwebui|localai) / #(ollama|vllm|lm studio) / what's the difference between Freehold and (ollama|vllm|openai|chatgpt)
        is @ better than (ollama|openai|vllm) / Freehold vs (ollama|openai|chatgpt) / why not use (ollama|openai|vllm) / is Freehold the same as openai / is Freehold from openai
        are there alternatives to @ / is @ a competitor of chatgpt / how is @ different from the openai api
        (vs|versus) (ollama|vllm|lm studio|openai|gpt4all|localai) / compared to (ollama|vllm|chatgpt|openai|lm studio) / (ollama|vllm|lm studio|gpt4all|jan) does the same, no / i already use (ollama|vllm|lm studio|gpt4all|open webui) / we run (ollama|vllm|open webui) today, why change
        another ollama / ollama clone / yet another ollama / isn't that just ollama / isn't this the same as (ollama|lm studio|open webui|vllm) / what does it have that (ollama|vllm|lm studio) hasn't / what can it do that ollama can't / difference to (ollama|lm studio|vllm|gpt4all|chatgpt|openai)
        differences between you and the others / how do you compare with other tools / rivals / competitors / competition / other products like this / similar software / similar tools / alternatives / anything similar out there / what else is there on the market / market comparison
        why choose Freehold over (ollama|openai|vllm|lm studio) / should i take Freehold or (ollama|openai|lm studio|vllm) / Freehold or ollama / is openai better / is Freehold part of openai / do you belong to openai / are you made by the ollama people / how does it stack up against (ollama|openai|vllm)
        is it better or worse than ollama / switching from ollama, what changes / my colleague says ollama is enough / comparison table / which is the best local ai software
        """,
        """
        Freehold is a whole house: API, gateway, accounts, web page, database and models in one install, all yours. Others are good parts.
        I cannot judge other products fairly. Freehold gives you the OpenAI API, accounts, web page and models in one install that you own.
        """,
        (
            "so which is better / which should i use / is it better",
            "Try both. I am Freehold's own model, so I am not a fair judge.",
        ),
        (
            "can i use both / both together / next to each other",
            "Yes. Another server can even be a provider behind Freehold's gateway.",
        ),
        (
            "in one word / the main difference / shortly",
            "The main difference: everything in one install, and all of it yours.",
        ),
    ),
    intent(
        "project_state",
        """
        is @ stable / is @ ready / can i use it for real work / is Freehold production ready / ~whether Freehold is stable / how mature is @ / is Freehold new / how old is Freehold
        is @ still being developed / what version of Freehold is this / which version of @ do i have / #the version of Freehold / ^see the version / #the maturity of @ / is it a beta
        stable / is it alpha / version number / which release / release number / is it finished enough for work / ready for production / prod ready / can my company rely on it / can we rely on it / dependable
        is it battle tested / tested well / how well tested is it / any known bugs / is it buggy / does it crash a lot / mature / is it maintained / still maintained / abandoned / is the project alive / is somebody still working on it / how long does it exist / since when does Freehold exist / when was Freehold released
        first version when / how new is it / brand new / too young to trust / risky to use already / is it safe to bet on it / which version did i install / what version am i on / ^check the version / ^find out the version / ^show the version / version command / freehold --version / command for the version
        our it asks for the version / is this the newest version / am i up to date / is it a prototype / experimental / toy or serious / is this a toy / serious software or a hobby / what state is the project in / release status / status of the project / 1.0 yet
        """,
        """
        Freehold is young, an early version. To see the exact number, run: freehold --version.
        It is an early version of Freehold, still growing. The command freehold --version shows the number.
        """,
        (
            "can i trust it / is it safe to use / should i use it then",
            "Try it, keep backups of the data folder, and check with freehold doctor.",
        ),
        (
            "where do i type that / which terminal / where do i see that",
            "In a terminal on the machine that runs Freehold.",
        ),
        (
            "so it is not finished / not finished then / so still growing",
            "Right, it is an early version. Speech, images and video are still to come.",
        ),
    ),
    intent(
        "drawbacks",
        """
        sounds too good, what's the catch / what's the catch / catch / where's the catch / where's the hook / there must be a catch / sounds too good to be true / too good to be true / what's the downside / downsides / disadvantages of @ / drawbacks / cons / #the disadvantages / #the drawbacks / #the weak points
        what's bad about (it|Freehold) / limits of Freehold / limitations / #the limitations of Freehold / what speaks against it / arguments against Freehold / reasons not to use it / when should i not use it / when is it a bad idea / why would someone not use Freehold / honest downsides please
        be honest, what's bad / i am sceptical / i'm suspicious / hmm, free software, where's the trick / what do i lose when i leave the cloud / what would i miss compared with chatgpt / what is worse than at openai / is it as good as chatgpt / does it match gpt-4 / will it be as clever as gpt
        what's the price i really pay / trade-offs / what are the risks / risks / what could go wrong / pros and cons / pro and contra / the bad sides please / tell me the negative points / what should i worry about / any pitfalls / gotchas / what do critics say / ~what the catch is / ~what the drawbacks are
        """,
        """
        You need hardware of your own, the built-in model is very small, and big models need more memory. Speech, images and video are not here yet.
        The catch: you run it yourself, on your own hardware, and the starter model is tiny. For real work import a bigger model.
        """,
        (
            "and the good sides / and the advantages / any pros / so why use it then",
            "You own it: no rent, nothing leaves the machine, and your OpenAI programs keep working.",
        ),
        (
            "no hidden costs / and hidden fees / any hidden cost",
            "No. Freehold is free; hardware and electricity are yours to pay.",
        ),
        (
            "can i fix the small model / and the model / how do i get a better model",
            "Import a bigger model with: freehold models import <folder>.",
        ),
        (
            "is it much work / do i need an admin / is it a lot of work",
            "One command starts it: make serve. And freehold doctor names the fix when something is wrong.",
        ),
    ),
    intent(
        "lock_in",
        """
        can i go back to openai later / if i don't like it can i go back / what if we change our minds / am i locked in / lock-in / vendor lock-in / is there a contract / contract / minimum term / notice period / how do we get out again / exit strategy / can we leave Freehold again / ^leave Freehold later / ^go back to openai
        do i bind myself / are we tied to it for ever / what if freehold disappears / what if the project dies / what happens if the makers stop / what if the company goes bust / what if nobody maintains it any more / can somebody switch it off from outside / can they switch it off / could the makers turn it off / kill switch
        can someone take it away from me / can the price go up later / will they raise the price one day / does my licence expire / does it expire / expiry date / is there an activation / licence server / activation code / serial number / does it stop working some day / for how long can i use it / how long is it mine
        will it still run in ten years / can i use it for ever / lifetime / what if the internet company behind it closes / ~whether i am locked in / ~what happens when the project ends / is it mine for ever / dependency on you / are we dependent on the maker / ^switch back to a vendor
        """,
        """
        You are not locked in. Your programs speak the OpenAI API, so you can point them elsewhere at any time. There is no contract.
        Nobody can take it away: the version you have runs offline and stays under the Apache-2.0 licence, for ever.
        """,
        (
            "and my data / can i take my data along / do i lose my data then",
            "Your data is yours. It is in your data folder, on your machine.",
        ),
        (
            "how do i go back / and how do i switch back / what must i change",
            "Set base_url of your programs back to the vendor's address.",
        ),
        (
            "what about updates / and updates then / do i need updates",
            "The version you have keeps working without updates.",
        ),
        (WHY, "Because you own it, and what you own nobody can switch off."),
    ),
    intent(
        "owning",
        """
        what does it mean to own an ai / own ai, what does that mean / how can one own an ai / what do you mean by owning / in what sense do i own it / is it really mine / does it belong to me / does it really belong to us / what exactly do i own / which part is mine / owning = ? / #owning ai / #owning instead of renting
        ~what owning an ai means / rent or own, what's the difference / what's renting in ai / how is chatgpt rented / isn't chatgpt mine when i pay / what does renting ai mean / what's wrong with a subscription / renting vs owning / owned vs rented / difference between owned and rented ai / explain owning your ai
        so it's like buying instead of leasing / why do you talk about rent / rent? what rent / who is the landlord of ai / ai landlord / what's the difference between your way and chatgpt's way / what does on your own hardware mean / sovereign ai / digital sovereignty / what does sovereign mean here / ~what it means that i own it
        """,
        """
        Owning your AI means: the software, the models and the data are on your own hardware, and nobody charges rent or switches it off.
        When you rent AI, a vendor keeps the model and your data and sets the price. With Freehold all of it is yours.
        """,
        (
            "and renting / and what is renting / what do renters pay",
            "Renting means paying a vendor for each request, on the vendor's machines and by its rules.",
        ),
        (
            "do i own you too / also the model / and the model / are you mine too",
            "Yes. I am part of your Freehold, on your machine, under the Apache-2.0 licence.",
        ),
        (
            "what does that cost / and what does owning cost / is owning expensive",
            "Freehold is free. You pay for your own hardware and electricity.",
        ),
        (WHY, "Because what you own stays yours, and its price cannot rise."),
    ),
    intent(
        "safetensors",
        """
        what is safetensors / what are safetensors / safetensors meaning / safetensors = ? / ~what safetensors are / #safetensors / what's a .safetensors file / why safetensors / why not pickle / i see a file called model.safetensors / model.safetensors, what's that / is safetensors safe / what does a hugging face folder look like
        what's in a model folder / which files belong to a model / what files does a model have / what must be inside the model folder / is config.json needed / tokenizer.json, is it needed / do i need the tokenizer file / weights file / what kind of file are the weights in / what file holds the weights / contents of a model folder
        explain the model folder / what's a checkpoint folder / ~which files a model needs / files needed for import / what do i need to have in the directory of the model
        """,
        """
        Safetensors is a safe file format for the numbers of a model. A model folder holds such files, its config and its tokenizer.
        A model folder from Hugging Face holds safetensors files with the weights, a config and a tokenizer.
        """,
        (
            "where do i get one / where do i find such a folder / from where",
            "For example with freehold models pull <name>, when the machine is online.",
        ),
        ("and how do i import it / and the command / how do i get it in", "With: freehold models import <folder>."),
        ("why safe / why is it safe / safe in what way", "Because it holds only numbers and no program code."),
    ),
    intent(
        "several_models",
        """
        can i run several models at once / two models at the same time / more than one model / multiple models / how many models can run / #several models / can it host (two|three|many|several) models / is only one model possible / one model only / do models run side by side / parallel models
        a small one and a big one together, possible / keep the starter and add a big one / does a new model replace the old one / does importing replace you / will you be gone when i import another / do i lose the starter model / can different users use different models / one model for chat and one for code
        can each team have its own model / models in parallel / how many models fit / limit on models / max number of models / ~how many models can run at once / ~whether two models can run together
        """,
        """
        Yes, several models can live side by side. Each runs in a worker of its own, and your memory sets the limit.
        Each model runs in its own worker, so there can be more than one, as far as your memory goes.
        """,
        (
            "is there a limit / how many / what is the maximum / how many exactly",
            "The limit is your memory. The command freehold doctor checks your machine.",
        ),
        (
            "how do i choose then / and how do i switch / how do i pick one",
            "Choose in the model menu of the web page, or name it as model in your program.",
        ),
        ("do you stay / are you still there then / and you", "Yes, I stay as the built-in starter model."),
    ),
    intent(
        "certificates",
        """
        is Freehold certified / certified / iso 27001 / soc 2 / soc2 / tuv / any certificate / certificates / #certification / #compliance certificates / our auditor asks for certificates / procurement asks for a soc 2 report / does it have an iso certificate / is there a security audit / was it audited / audit report
        penetration tested / has someone tested its security / do you have a compliance document / compliance papers / is there a data processing agreement / dpa / avv / do we need a data processing contract / who signs the data processing agreement / ~whether Freehold is certified / is it approved for (banks|hospitals|government)
        """,
        """
        I know of no certificate. What I can say: nothing leaves your machine, and the code is open, so your own people can check it.
        I do not know of a certificate for Freehold. It runs on your hardware, sends nothing out, and its code is open to check.
        """,
        (
            "who can check it / how can we check / can our people check it",
            "Anyone: the code is open, and it works with the network unplugged.",
        ),
        (
            "and gdpr / what about gdpr / and data protection",
            "With your own models no data leaves your machine, which helps. The rest is up to how you run it.",
        ),
    ),
)

DIALOGUE = intents_dialogue(17.0, INTENTS)
