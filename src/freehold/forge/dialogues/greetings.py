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
        howdy partner / howdy doody / hiya mate / hiya there / 'ello / ello ello / ey up / oi / oi you / oy / ahoy / ahoy there / ahoy matey / aloha / bonjour
        ciao bella / guten tag / namaste / salaam / shalom / hullo / hallo there / halo / henlo / hai / haii / hewwo / heyo / heyya / ayo / yoo / yo yo / yo dude
        yo bro / yo mate / hey man / hey dude / hey bro / hey mate / hey pal / hey girl / hi mate / hi dude / hi buddy / hi pal / hi sweetie / hi darling
        hello love / hello sunshine / hello gorgeous / hello stranger / hello machine / hello robot / hi robot / hi computer / hi machine / hello program
        hello chatbot / hey ai / hi ai / hello little one / hello tiny model / hello you / well hi / well hey / oh hello / oh hey / greetings earthling
        greetings human / greetings, machine / greetings friend / greetings from (berlin|paris|kenya|india|texas|scotland|brazil)
        hello from (berlin|paris|spain|india|texas|scotland|canada|japan) / hi from (italy|london|mexico|poland) / i greet you / may i greet you / warm greetings
        kind greetings / dear sir or madam / dear madam / dear freehold / to whom it may concern / good day to you / good day sir / g'day mate / gday / how do
        wotcha / wazzup / wazzap / sup bro / sup dude / sup bot / what up / whats poppin / hey hey hey / hi hi hi / hello hello hello / knock knock, hello
        peekaboo / here i am / it's me / it's me again / me again / i'm here / i'm back again / long time no see / so we meet again / we meet again
        fancy meeting you here / first time here, hi / hi, new here / new here, hello / hello, i am new / hello, can we start / let's start / let's begin
        let's go / start / begin / just popping in / just dropping by / thought i'd say hello / my (son|daughter|wife) says hello / my cat says hi
        wanted to say hello / say hi / say hello / say hello to my (mum|class|friends|kids) / 🙂 hi / 👋👋 / hi :) / hello :) / hey :)
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
        (
            "hey / hey there / yo / hiya / howdy / oh hi / hi there / hello there / hallo / hi bot",
            "Hello again! What would you like to know?",
        ),
        (
            "nothing / nothing really / nothing much / just hi / just saying hi / only hello / i just wanted to say hi / no question / nothing for now / not much",
            "That is fine. I am here when you have a question.",
        ),
        (
            "i don't know / idk / not sure / dunno / no idea / you tell me / surprise me / anything / whatever",
            "Then try: What is Freehold? Or ask me for a joke.",
        ),
        (
            "nice to meet you / pleased to meet you / good to meet you / glad to meet you / a pleasure / my pleasure",
            "Nice to meet you, too!",
        ),
    ),
    intent(
        "morning",
        """
        good morning / morning / morning! / good morning to you / a very good morning / gm / good morning freehold / top of the morning / lovely morning
        morning all / mornin / mornin' / mornin mate / 'morning / good mornin / gud morning / goodmorning / gmorning / guten morgen / buenos dias
        good morning everyone / good morning sunshine / good morning world / good morning bot / good morning my friend / good morning dear
        a wonderful good morning / wishing you a good morning / morning, sleepyhead / rise and shine / top of the morning to you / early bird here, morning
        just woke up, good morning / i just got up, morning / morning coffee in hand, hello / hello this morning / what a beautiful morning / fine morning
        (bright|sunny|rainy|cold) morning / good morning from (berlin|india|spain|texas)
        """,
        """
        Good morning! How can I help you?
        """,
        (
            "did you sleep well / slept well / good night's sleep / how was your night",
            "I do not sleep, but all is well. How can I help you?",
        ),
        (
            "i need coffee / coffee first / still sleepy / i'm still tired / not awake yet",
            "Then a coffee first! I will wait.",
        ),
    ),
    intent(
        "evening",
        """
        good evening / evening / good evening to you / good evening, freehold / hello, good evening / nice evening
        evening all / evenin / evenin' / 'evening / good evenin / gud evening / good evening everyone / good evening my friend / good evening dear
        good evening sir / good evening to all / guten abend / buenas noches bot, hello / bonsoir / lovely evening / fine evening / a very good evening
        wishing you a pleasant evening / hello this evening / hi, just home from work, good evening / good evening from (london|rome|cairo|lagos)
        """,
        """
        Good evening! How can I help you?
        """,
        (
            "long day / it was a long day / i had a long day / what a day / finally home / just got home",
            "Then I wish you a quiet evening. What would you like to know?",
        ),
    ),
    intent(
        "afternoon",
        """
        good afternoon / afternoon / good afternoon to you / hello and good afternoon / good afternoon, freehold
        arvo / good arvo / afternoon all / afternoon mate / good afternoon everyone / good afternoon my friend / good afternoon sir / good afternoon madam
        good afternoon dear bot / a pleasant afternoon to you / wishing you a good afternoon / buenas tardes / lovely afternoon / fine afternoon
        hello this afternoon / good afternoon from (madrid|boston|nairobi)
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
        how ya doin / how ya doing / how you doin / how u doin / how u / how r ya / how are ya / how're you / how're things / how are you keeping
        how do you fare / how fares it / how's tricks / how's things / how's it hanging / how's the mood / how's your week / how was your week
        how was your weekend / how's your weekend / how's your morning / how was your morning / how's your evening / how's work / how's business
        how's the family / how's life treating you / how's life in there / how are you feeling / how you feeling / are you doing well / doing ok / doing well?
        you doing alright / u ok / u good / u alright / u well / all well / all fine / all right there / alright mate / alright? / you ok hun / you okay
        are you okay / everything fine / everything alright / everything good / is everything in order / what's good / what's cracking / what's the story
        what's shaking / what's occurring / whats up / wassup dude / whassup / wyd / what you up to / what are you doing / what are you doing right now
        whatcha doing / are things good / had a good day? / good day so far / busy day? / rough day? / keeping busy? / keeping well? / in good health?
        i hope you are well / hope you're doing well / hope all is well / i trust you are well / trust this finds you well / hope you had a nice day
        how is your day going / how has your day been / how did your day go / did you sleep well, how are you / tell me how you are / how are you my friend
        how are you buddy / hello friend how are you / hi how r u / yo how are you / how is going / how it goes / how do you feel / and how are you
        and you, how are you / long time no see, how are you / how are you old chap / are you well today / feeling good? / feeling ok? / que tal / ça va
        wie geht's / comment ça va
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
        (
            "and you / what about you / how about you / and yours / you",
            "Everything works here, thank you. How can I help you?",
        ),
        (
            "great / very good / really good / couldn't be better / never better / all good / can't complain / pretty good / doing great / i'm great / fantastic / excellent, thanks / not bad / so so / ok i guess",
            "I am glad to hear it. What would you like to know?",
        ),
        (
            "terrible / awful / horrible / sick / sad / i'm sad / stressed / exhausted / meh / lousy / rough day / don't ask",
            "I am sorry to hear it. I hope the day gets better for you.",
        ),
        (
            "so you have no feelings / no feelings? / no feelings at all / not even good / what works / what do you mean everything works",
            "Right, no feelings. I mean only that the program runs as it should.",
        ),
    ),
    intent(
        "there",
        """
        are you there / anybody there / is anyone there / is somebody there / can you hear me / does this work / is this working / test / testing / ping / hello, are you there
        do you read me / still there / are you still there / you there / is this thing on / testing testing / just testing / this is a test / knock knock / 123 test / are you ready / wake up
        is it on / do you work / are you working / does it work now
        helloooo / hellooo anybody / anybody home in this chat / are you listening to me / r u there / u there / u still there / you still here / still with me
        are you with me / are you alive, chat? / are you online now / do you copy / over / roger / come in / come in please / mic check / one two three test
        1 2 3 testing / check check / check one two / is it working / is it running / it works? / does it work / does this chat work / works? / working? / ready?
        you ready / ready when you are / are you awake now / are you asleep? / did you freeze / are you frozen or what / did you crash / did you die on me
        have you gone / where did you go / don't leave me hanging / why don't you answer / why no answer / no answer? / answer me / say something, anything
        please respond / respond / reply / talk to me bot / is anyone there at all / who's there at the other end / somebody there / someone there / anyone there
        anyone? / someone? / hello is this thing working / first test / test 1 / test message / my first message / trying this out / just trying this
        does typing here do anything / do i type here / where do i type / am i connected / can you see my message / did you get my message
        did my message arrive / do you receive me
        """,
        """
        Yes, I am here. What would you like to know?
        Yes, it works: I am here and ready.
        """,
        ("good / great / ok good / perfect / nice / phew / finally / at last", "Good. Then ask me something!"),
        (
            "what can i do here / and now / now what / so what now / what now / what do i do / ok and now",
            "Ask me about Freehold or myself, the meaning of a word, or a small sum.",
        ),
    ),
    intent(
        "question_first",
        """
        can i ask you something / i have a question / may i ask a question / i want to ask you something / let me ask you something / question / can i ask a question / i need to ask something / mind if i ask
        i've got a question for you / i have a few questions / do you have a minute / can we talk / let's talk / i want to talk / let's chat / can we chat / i'd like to chat / talk to me / do you want to talk
        i want to chat with you / do you have time / listen / say something / tell me something
        can i pick your brain / got a sec / got a minute / got a moment / do you have a moment / have you got a minute / you busy? got a question / quick q / q
        quick one / i got a q / i have 2 questions / i have two questions / i have so many questions / i've got loads of questions / a question for you
        one little question / just one question / just a small question / little question / may i trouble you with a question / would you mind a question
        could i ask you a thing / can i ask u smth / can i ask something silly / i'd like to ask a question / i would like to ask you something
        i wish to enquire / there's something i want to know / there is something i'd like to ask / something i've been wondering / i need some information
        i need info / i'm looking for information / i'm looking for an answer / i want an answer / i need an answer / i need advice on something
        i need your help with something / can you help me with something / could you help me out / help me out here / can you answer a question
        will you answer my question / do you answer questions / are you able to answer a question / i was wondering something / i wonder about something
        let me ask / lemme ask u something / lemme ask / can we have a chat / wanna chat / wanna talk / fancy a chat / up for a chat / shall we talk
        shall we chat / let's have a conversation / let's have a chat / i feel like talking / i need someone to talk to / i need to talk / i just want to talk
        i want someone to chat with / is there someone i can talk to / can i talk to you / can i talk with you / may i speak / may i speak with you / hear me out
        listen to this / guess what / you know what / by the way / i'll ask you something / i am going to ask you something / i will now ask a question
        prepare for a question / ready for a question
        """,
        """
        Of course! What would you like to know?
        Sure, go ahead. Please ask one short question at a time.
        """,
        (
            "about you / it's about you / about freehold / about this program / it's about freehold / about ai",
            "Good, that is what I know best. What is your question?",
        ),
        (
            "about life / about anything / about love / about my work / about something else / about school / it's a hard one / it's complicated",
            "I know only a few simple things, but ask, and I will try.",
        ),
    ),
)

DIALOGUE = intents_dialogue(6.0, INTENTS)
