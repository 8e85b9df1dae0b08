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
    ),
    intent(
        "name_meaning",
        """
        what does Freehold mean / why is it called Freehold / ~what the name Freehold means / #the name Freehold / what does the name mean / where does the name Freehold come from
        why the name Freehold / what's a freehold / what is a freehold / meaning of Freehold / origin of the name / why that name / is Freehold a word / what does the word freehold mean
        who chose the name Freehold / ~why it is called Freehold / #the meaning of the name / define a freehold / why freehold and not leasehold
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
    ),
    intent(
        "why_use",
        """
        why should i use @ / why would i want Freehold / what are the advantages of @ / #the benefits of Freehold / ~why i should use Freehold / what's good about @ / why Freehold
        what's the point of Freehold / what do i get from @ / why own my ai / why not just rent / what is it good for / what's @ for / #the purpose of Freehold / what is the use of @
        why run ai on my own hardware / ~what @ is good for / sell me Freehold / is @ worth it / pros of Freehold / why should my company use @ / what makes Freehold special
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
    ),
    intent(
        "who_for",
        """
        who is @ for / who uses Freehold / ~who Freehold is for / #the users of Freehold / is Freehold for companies / is @ for private people / can i use @ at home / who needs Freehold
        can a school use @ / is it for businesses / is Freehold for developers / is @ for me / can my company use Freehold / target audience / can a hospital use @ / is it made for beginners
        do i have to be a programmer to use @ / can one person use @
        """,
        """
        Freehold is for any organisation or person who wants AI on hardware of their own: companies, schools, or you at home.
        Freehold is for everyone who wants to own their AI: organisations first, but it also runs on one laptop.
        """,
        ("and for me / for me too / is it for me", "Yes, if you want to own your AI instead of renting it."),
        ("is it hard / is it difficult / do i need to be an expert", "No. One command starts it: make serve."),
        (WHY, "Because everyone should be able to own their AI."),
    ),
    intent(
        "cost",
        """
        what does @ cost / how much is @ / is @ free / ~what Freehold costs / #the price / #the cost / do i have to pay / is there a subscription / how much does Freehold cost
        is it free of charge / are there any fees / do you cost money / how much do i pay / is there a paid version / price? / do i need a credit card / what's the price of Freehold
        how expensive is @ / is there a free trial / does chatting cost anything / do i pay per token / is it really free / can i use @ for free / will it cost me something
        what will i pay per month / any hidden costs / pricing / is there a premium version / are you free to use
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
    ),
    intent(
        "licence",
        """
        what licence does @ have / which license is it / #the licence / #the license / ~which licence Freehold has / is @ open source / is it free software / may i use it commercially
        can i sell @ / can i change the code / can i use Freehold in my company / is commercial use allowed / what's the licence / apache? / is it apache or mit / can i modify it
        may i copy Freehold / is it gpl / under what license is @ / licence terms / is the code open / can i fork it / what are the legal terms of @
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
    ),
    intent(
        "source",
        """
        where is the source code / can i see the code / ~where the source code is / #the source code / can i read the source / is the source available / how can i contribute / ^contribute
        ^help the project / which programming language is Freehold written in / what is @ written in / is it written in python / ^report a bug / can i help build @ / where can i report a problem
        do you have a github page / who can change the code / show me your source code / ^see the code
        """,
        """
        The source code of Freehold is open: it is the folder you installed from, written mostly in Python. Contributions are welcome.
        Freehold's source code is open to read and change. It is written mostly in Python.
        """,
        (WHY, "Because you can only own what you can see and change."),
        (WHO, "Anyone may read and change it, under the Apache-2.0 licence."),
    ),
    intent(
        "requirements",
        """
        what do i need to run @ / #the requirements / #system requirements / what hardware does @ need / ~what hardware i need / how much memory does @ need / how much ram
        do i need a server / can i run @ on a laptop / will it run on my computer / minimum requirements / how many cores do i need / how much disk space does @ need / what computer do i need
        is my computer good enough / can i run @ on a raspberry pi / does @ need much memory / what are the hardware requirements / can an old pc run @ / which cpu do i need
        ~whether my computer is good enough / what must my machine have
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
    ),
    intent(
        "gpu",
        """
        do i need a gpu / is a gpu needed / does @ need a graphics card / #gpu / ~whether i need a gpu / can @ run without a gpu / does it use my gpu / no gpu, is that a problem
        will it work on cpu only / i have no gpu. / do i need nvidia / can it run on the cpu / does @ need cuda / i don't have a graphics card / what gpu do i need / gpu required
        must i buy a graphics card / is cpu enough
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
    ),
    intent(
        "platforms",
        """
        does @ run on (windows|mac|macos|linux|ubuntu) / can i use @ on (windows|a mac|my macbook|linux|debian) / which operating systems are supported / #(windows|mac|macos|linux) / is there a windows version
        ~which systems Freehold runs on / ^install @ on (windows|mac|linux) / does it work on windows 11 / i have a mac, does it work / (windows|mac|linux)? / what os do i need / what about (windows|apple) users
        does @ work with wsl / is macos supported / do you support (windows|mac|linux|arm) / ^run @ on (windows|macos|linux) / which platforms / can i run it on my windows pc
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
    ),
    intent(
        "offline",
        """
        does @ work offline / can i use @ without internet / ~whether @ works offline / #offline use / does @ need internet / is an internet connection required / can i unplug the network
        do i need to be online / does @ work on a plane / will it work without wifi / i have no internet. / does @ connect to the internet / does it call home / is @ air-gapped / offline?
        can i run @ in a closed network / does @ need the cloud / is a connection to the cloud needed / no network, does it still work
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
    ),
    intent(
        "data_safety",
        """
        does my data leave the machine / does @ send data to the cloud / is my data sent anywhere / is @ private / is @ safe / is Freehold secure / #data protection / #security / #gdpr
        is there telemetry / does Freehold collect data / does @ track me / ~whether my data leaves the machine / who has access to the data / is it gdpr compliant / does @ spy on me
        what data does Freehold collect / are prompts sent to a vendor / does @ upload anything / is Freehold safe for company secrets / can i put secret documents in @
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
    ),
    intent(
        "data_where",
        """
        where is my data / where does @ store data / ~where my data is / ~where the data lives / #the data folder / where are my chats saved / where are the files / where is the data folder
        in which folder is the data / where does Freehold keep its data / data location / where are conversations stored / which directory does @ use / path of the data / where is everything stored
        what's in /var/lib/freehold / what is ~/.local/share/freehold / where do you save my chats / where on disk / where are my conversations / data folder path
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
    ),
    intent(
        "database",
        """
        which database does @ use / #the database / what database is inside / does @ use postgres / is it postgresql / ~which database Freehold uses / do i have to install a database
        is there a database / where is the database / does it use sqlite / can i use my own postgres / ^use my own database / ^connect to the database / external postgresql / do i need postgres
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
    ),
    intent(
        "gateway",
        """
        what is the gateway / what's a gateway / #the gateway / ~what the gateway does / what does the gateway do / explain the gateway / gateway? / how does the gateway work
        what is meant by gateway / why is there a gateway / what is a gateway in Freehold / where do requests go / ~how requests are passed on / what happens to a request
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
    ),
    intent(
        "provider",
        """
        what is a provider / what's a provider / #providers / ~what a provider is / explain providers / which providers are there / what does provider mean / what kinds of providers exist
        can @ use other servers / can i add another server / what counts as a provider / define provider in Freehold
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
    ),
    intent(
        "vendor",
        """
        can i use openai with @ / can Freehold use paid models / can i still use gpt-4 through @ / ^use a paid vendor / ^add a provider / ^add openai as a provider / #paid vendors / can @ forward to openai
        can i mix own and rented models / does @ work with claude / can i use @ together with chatgpt / can it call a vendor / can i keep my vendor / do i have to give up openai
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
    ),
    intent(
        "route",
        """
        what is a route / what's a route / #routes / ~what a route is / explain routes / what does route mean / how do routes work / ^make a route / define route in Freehold
        what is a public model name / how do model names work / what are routes good for / ~how routes work
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
    ),
    intent(
        "worker",
        """
        what is a worker / what's a worker / #workers / ~what a worker is / explain workers / what does a worker do / what does worker mean / how many workers are there / worker process
        which process runs the model / how are models run / ~how models are run / define worker in Freehold
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
    ),
    _planned(
        "rollout",
        """
        what is a rollout / what's a rollout / #rollouts / ~what a rollout is / explain rollouts / how do rollouts work / what does rollout mean / ^move from a vendor to my own model
        ^switch from openai to my own model / ^migrate from a vendor / can i move step by step / what happens when quality drops / is there an automatic rollback / ^start a rollout
        can Freehold replace openai step by step
        """,
        """
        A rollout moves a route from a vendor to an own model step by step, and goes back by itself when quality drops. It is planned.
        Rollouts are planned: a route moves from a vendor to your own model step by step, and goes back by itself if quality drops.
        """,
        (WHY, "So that you can leave a vendor without risk: every step is checked."),
    ),
    intent(
        "savings",
        """
        how much money does @ save / can i save money with @ / #savings / ~how much i can save / is owning cheaper than renting / is it cheaper than openai / is @ cheaper than chatgpt
        does it pay off / what do i save / why is owning cheaper / #saving money / cheaper? / does Freehold save costs / how much cheaper is it
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
    ),
    intent(
        "embeddings",
        """
        does @ have embeddings / #embeddings / ~whether there are embeddings / what embeddings does @ have / which embedding model is built in / is there an embedding model / ^make embeddings
        ^get embeddings / what is minilm / how many dimensions do the embeddings have / can i use @ for semantic search / embeddings endpoint / what are embeddings / what is an embedding
        ^embed a text / ^turn text into vectors / vector size / can Freehold make vectors
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
    ),
    _planned(
        "speech",
        """
        does @ have speech / #speech / #transcription / #text to speech / can Freehold transcribe audio / is there voice in @ / does @ support audio / ~whether @ can speak / ^transcribe a file
        is there a whisper endpoint / ^use speech / can i send audio to @ / when does speech come / does @ do text to speech / audio support / does it have voices
        """,
        """
        Speech and transcription are planned for Freehold and come later. They are not here yet.
        Not yet: speech and transcription are planned for a later version of Freehold.
        """,
        ("what works today / what is there now / and what works", "Today Freehold has chat and embeddings."),
    ),
    _planned(
        "images",
        """
        does @ make images / #images in Freehold / #video support / can Freehold generate pictures / does @ support images / is there image generation in @ / ~whether @ can make images / ^generate images with @
        does Freehold do video / can i send pictures to @ / is there a vision model in @ / does it understand photos / when do images come / image support / does @ have stable diffusion
        """,
        """
        Images and video are planned for Freehold and come later. They are not here yet.
        Not yet: images and video are planned for a later version of Freehold.
        """,
        ("what works today / what is there now / and what works", "Today Freehold has chat and embeddings."),
    ),
    intent(
        "planned",
        """
        what is planned / what comes next / #the roadmap / #future plans / ~what is planned for Freehold / what features are missing / what is not there yet / what will come later / what's next for @
        is Freehold finished / what does @ lack / coming soon / which features come later / what is still missing / is there a roadmap / what's new
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
    ),
    intent(
        "features",
        """
        what features does @ have / #the features / what's in @ / what is included / what comes with @ / ~what is included / list the features of Freehold / what do i get / what's in the box
        which models are built in / what does the install contain / what works out of the box / #built-in models / what models come with @ / which parts does @ have / what can i do with @
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
    ),
    intent(
        "models_supported",
        """
        which models can i use / what models does @ support / #supported models / ~which models Freehold can run / can i run llama / can @ run (mistral|llama|qwen|gemma|a 7b model) / which model formats
        does @ support gguf / what formats are supported / #model formats / is safetensors supported / can i use hugging face models / do hugging face models work / which architectures are supported
        can i use my own model / what format must a model have / can i bring my own model / is gguf ok / model file format / does it run llama models
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
    ),
    intent(
        "openai_compatible",
        """
        is @ compatible with openai / #openai compatibility / does @ speak the openai api / is the api the same as openai / can i use my openai code with @ / do openai programs work with @
        will my existing program work / do i have to change my code / ~whether @ is openai compatible / is it a drop-in replacement for openai / which api does @ have / what api is it
        does langchain work with @ / do my tools work with Freehold / openai compatible? / can my app talk to @
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
    ),
    intent(
        "many_users",
        """
        can many people use @ / how many users can @ have / #many users / ~how many people can use it / can my team use @ / is Freehold multi-user / can several people use one install / ^add a user
        ^add another person / ^invite my colleague / can my family use it too / are there accounts / does everyone need a key / are there admins and members / #user accounts
        ^give access to a colleague / can two people chat at the same time
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
    ),
    intent(
        "phone",
        """
        can i use @ on my phone / is there an app / #a phone app / ~whether there is an app / does it work on a tablet / is there an android app / is there an iphone app / mobile?
        can i open @ on my mobile / is there a mobile version / ^use @ on my phone / does the web page work on a phone / is there a desktop app
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
    ),
    intent(
        "dark_mode",
        """
        is there a dark mode / #dark mode / does the web page have a dark theme / ^turn on dark mode / ^switch to dark mode / can i change the colours / it's too bright / can i change the theme
        light mode / ~whether there is a dark mode / the page is too bright for my eyes / #the theme / ^change the look
        """,
        """
        The web page follows your system: choose dark mode in your computer or browser, and the page turns dark.
        Dark mode follows the setting of your system or browser.
        """,
        (
            "and light / how do i get light mode / and back to light",
            "Choose the light mode in your system, and the page turns light.",
        ),
    ),
    intent(
        "competitors",
        """
        how does Freehold differ from ollama / is @ like (ollama|lm studio|vllm|openwebui|localai) / #(ollama|vllm|lm studio) / what's the difference between Freehold and (ollama|vllm|openai|chatgpt)
        is @ better than (ollama|openai|vllm) / Freehold vs (ollama|openai|chatgpt) / why not use (ollama|openai|vllm) / is Freehold the same as openai / is Freehold from openai
        are there alternatives to @ / is @ a competitor of chatgpt / how is @ different from the openai api
        """,
        """
        Freehold is a whole house: API, gateway, accounts, web page, database and models in one install, all yours. Others are good parts.
        I cannot judge other products fairly. Freehold gives you the OpenAI API, accounts, web page and models in one install that you own.
        """,
        (
            "so which is better / which should i use / is it better",
            "Try both. I am Freehold's own model, so I am not a fair judge.",
        ),
    ),
    intent(
        "project_state",
        """
        is @ stable / is @ ready / can i use it for real work / is Freehold production ready / ~whether Freehold is stable / how mature is @ / is Freehold new / how old is Freehold
        is @ still being developed / what version of Freehold is this / which version of @ do i have / #the version of Freehold / ^see the version / #the maturity of @ / is it a beta
        """,
        """
        Freehold is young, an early version. To see the exact number, run: freehold --version.
        It is an early version of Freehold, still growing. The command freehold --version shows the number.
        """,
        (
            "can i trust it / is it safe to use / should i use it then",
            "Try it, keep backups of the data folder, and check with freehold doctor.",
        ),
    ),
)

DIALOGUE = intents_dialogue(17.0, INTENTS)
