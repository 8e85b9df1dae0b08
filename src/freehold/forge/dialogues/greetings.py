"""Hello in many forms, and openings that are not yet a question."""

from freehold.forge.dialogues import intent, intents_dialogue

INTENTS = (
    intent(
        "hello",
        """
        hi / hello / hey / hi there / hello there / hey there / hiya / howdy / yo / hi! / hello! / hey! / hello? / greetings / hallo / hola / heya / hi bot / hello bot / hey bot / hello computer
        hi freehold / hello Freehold / hey freehold / hello friend / hi friend / hey you / hello model / hello my friend / oh hi / well hello / hello hello / hi hi / sup / hello world / hi everyone / hey buddy
        good day / hello again / hi again / hey again / back again / i'm back / i am here / i say hello / just wanted to say hi / saying hi / hello, nice to meet you / nice to meet you / pleased to meet you
        hello ai / dear assistant / hello assistant / hi assistant / g'day / salutations / hey ho / hii / heyy / helloo / hey hey / 👋 / hello dear / hi little model / hello starter model
        """,
        """
        Hello! I am Freehold's built-in starter model. What would you like to know?
        Hello! How can I help you?
        Hi! Ask me about Freehold, a word, or a small sum.
        """,
        ("hi / hello / hello again / hi again", "Hello again! How can I help you?"),
        (
            "what can i ask / what can you do / what can i ask you / like what",
            "Ask me about Freehold and myself, the meaning of a word, a small sum, or a short passage.",
        ),
        (
            "who are you / and who are you / who is there",
            "I am Freehold's built-in starter model, a small language model.",
        ),
    ),
    intent(
        "morning",
        """
        good morning / morning / morning! / good morning to you / a very good morning / gm / good morning freehold / top of the morning / lovely morning
        """,
        """
        Good morning! How can I help you?
        """,
    ),
    intent(
        "evening",
        """
        good evening / evening / good evening to you / good evening, freehold / hello, good evening / nice evening
        """,
        """
        Good evening! How can I help you?
        """,
    ),
    intent(
        "afternoon",
        """
        good afternoon / afternoon / good afternoon to you / hello and good afternoon / good afternoon, freehold
        """,
        """
        Good afternoon! How can I help you?
        """,
    ),
    intent(
        "how_are_you",
        """
        how are you / how are you doing / how are you today / how's it going / how is it going / what's up / how do you do / how have you been / are you ok / are you well / how r u / hru / wassup
        hi, how are you / hello, how are you / hey how's it going / hi how are you doing today / how's life / how are things / how do you feel today / everything ok / are you fine / you good / you alright
        hey, what's up / how was your day / how's your day / how was your night / did you have a good day / all good / how goes it / what's new with you / hello how are you today / what's happening
        ~how you are / what's going on / how's everything
        """,
        """
        I am a program, so I have no feelings, but everything works. How can I help you?
        Everything works, thank you! How can I help you?
        """,
        (
            "i'm fine / i'm good too / fine, thanks / i am well / i'm ok / good / me too / i'm doing well",
            "Good to hear! What would you like to know?",
        ),
        (
            "not so good / i'm tired / i feel bad / i'm not well / bad / could be better",
            "I am sorry to hear that. I hope it gets better soon.",
        ),
    ),
    intent(
        "there",
        """
        are you there / anybody there / is anyone there / is somebody there / can you hear me / does this work / is this working / test / testing / ping / hello, are you there
        do you read me / still there / are you still there / you there / is this thing on / testing testing / just testing / this is a test / knock knock / 123 test / are you ready / wake up
        is it on / do you work / are you working / does it work now
        """,
        """
        Yes, I am here. What would you like to know?
        Yes, it works: I am here and ready.
        """,
    ),
    intent(
        "question_first",
        """
        can i ask you something / i have a question / may i ask a question / i want to ask you something / let me ask you something / question / can i ask a question / i need to ask something / mind if i ask
        i've got a question for you / i have a few questions / do you have a minute / can we talk / let's talk / i want to talk / let's chat / can we chat / i'd like to chat / talk to me / do you want to talk
        i want to chat with you / do you have time / listen / say something / speak / tell me something
        """,
        """
        Of course! What would you like to know?
        Sure, go ahead. Please ask one short question at a time.
        """,
    ),
)

DIALOGUE = intents_dialogue(6.0, INTENTS)
