"""How to run, reach, use, change and mend Freehold: commands, keys, addresses, clients, problems."""

from freehold.forge.dialogues import intent, intents_dialogue
from freehold.forge.dialogues._contextual import EXAMPLE, HOW, WHERE, WHY

INTENTS = (
    intent(
        "start",
        """
        ^start Freehold / ^start it / ^start the server / ^run Freehold / ^launch @ / ^boot the server / ^get @ running / ^turn it on / ^begin with @ / ^fire up the server / ^set up @
        #starting Freehold / #the start command / ~how to start Freehold / getting started / first steps / quick start / which command starts the server / make what?
        what's the first step / how does one start @ / start command / where do i begin / i just downloaded it, what now / i installed it, now what / what do i do first / start Freehold
        how do i open Freehold / first command to run
        """,
        """
        Start Freehold with: make serve. Then open http://127.0.0.1:8000 in a browser.
        To start Freehold, run make serve in its folder, and open http://127.0.0.1:8000.
        """,
        (
            "how long does it take / is that fast / does it take long / how long",
            "The first start takes a little longer; the second start takes seconds.",
        ),
        (
            "and to stop it / how do i stop it / and how do i stop / and stop",
            "Press Ctrl-C in the terminal where Freehold runs. All data is kept.",
        ),
        (
            "and then / then what / what comes next / and after that / now what",
            "Open http://127.0.0.1:8000 in a browser and sign in with the key printed at the first start.",
        ),
        (WHERE, "In a terminal, in the Freehold folder."),
        (
            "what is make / what does make do / make?",
            "Make is a small program that runs named steps; make serve starts Freehold.",
        ),
        (WHY, "Because make serve sets up everything and starts the server in one step."),
    ),
    intent(
        "stop",
        """
        ^stop Freehold / ^stop the server / ^stop it / ^shut @ down / ^quit / ^exit Freehold / ^end the server / ^turn off the server / ^kill the server / ^close Freehold / ^halt it
        #stopping the server / ~how to stop Freehold / stop command / what's the command to quit / how to shut down / make it stop / which key stops it / stop Freehold / it won't stop, what do i press
        how do i get out of it / how do i switch the server off
        """,
        """
        Stop Freehold with Ctrl-C in the terminal where it runs. All data is kept.
        Press Ctrl-C in the terminal where Freehold runs. That stops it and keeps all data.
        """,
        (
            "is my data lost / do i lose anything / do i lose my data / are my chats gone",
            "No, all data is kept, and is there again at the next start.",
        ),
        (
            "and to start again / how do i start it again / and start again / back on",
            "Run make serve again. The second start takes seconds.",
        ),
        ("what is ctrl-c / ctrl-c? / how do i press that", "Hold the Ctrl key and press C."),
        (WHY, "Ctrl-C is the usual way to stop a program in a terminal."),
    ),
    intent(
        "restart",
        """
        ^restart Freehold / ^restart it / ^restart the server / ^reboot @ / ^start it again / #restarting / #a restart / ~how to restart Freehold / do i lose data when i restart
        what happens after a restart / restart command / the computer was rebooted, what now / how long does a restart take / is the second start faster / are my chats there after a restart
        what if i stop it and start it again
        """,
        """
        To restart Freehold, press Ctrl-C and run make serve again. The second start takes seconds and keeps all data.
        Press Ctrl-C, then run make serve. A restart takes seconds, and all your data is kept.
        """,
        ("is my data lost / do i lose anything / are my chats gone / and my data", "No, all data is kept."),
        (
            "why faster / why is the second start faster / why only seconds",
            "Because everything is already installed and the database exists.",
        ),
    ),
    intent(
        "install",
        """
        ^install Freehold / ^install it / ^install the software / #installation / #the install / ~how to install Freehold / is it hard to install / setup / do i need docker / is there an installer
        how long does the installation take / what do i need to install first / is there a docker image / ^deploy @ / ^set @ up on a server / installation steps / how is it installed
        """,
        """
        Get the Freehold folder on a Linux machine and run: make serve. It installs what it needs and starts.
        Installing is one step: run make serve in the Freehold folder. It sets everything up and starts the server.
        """,
        (
            "is that all / only that / nothing more / really only one command",
            "Yes, that is all. Then open http://127.0.0.1:8000.",
        ),
        (
            "do i need a database / and the database / must i install postgres",
            "No, the PostgreSQL database comes with it.",
        ),
    ),
    intent(
        "address",
        """
        what is the address / what's the web address / ~what the address is / #the address / #the url / #the web page / where do i find the web page / which url do i open / ^open the web page
        ^open the web app / ^open the browser page / what do i type into the browser / where is the web interface / is there a web interface / is there a website / what's the link / url? / ^reach the server
        what page do i open / where can i chat in the browser / ^see the web page / address of Freehold / localhost what / where is the chat page / is there a gui / is there a user interface
        where does Freehold run / where do i go to chat
        """,
        """
        The web address is http://127.0.0.1:8000. Open it in a browser on the same machine.
        Open http://127.0.0.1:8000 in your browser: that is Freehold's web page.
        """,
        (
            "and the api / what about the api / and the api address / and for programs",
            "The API base is http://localhost:8000/v1.",
        ),
        (
            "and from another computer / from other machines / can others open it / from my phone",
            "Only if you start it with freehold serve --host. Otherwise only this machine can open it.",
        ),
        (
            "it doesn't open / it does not work / nothing there / page not found",
            "Then Freehold may not be running. Start it with make serve, and run freehold doctor.",
        ),
        ("can i change it / can i change that / another port", "Yes, change the port with: freehold serve --port."),
    ),
    intent(
        "api_base",
        """
        what is the api address / what's the api url / #the api base / #the api address / #the api / #the base url / ~what the api base is / where is the api / what base_url do i use / base url?
        which base_url / what do i put as base_url / api endpoint address / what's the openai url / which url for the api / where do i send api requests / ^call the api / ^use the api / ^reach the api
        base_url / what's the address for programs / where do my programs connect to / api?
        """,
        """
        The API base is http://localhost:8000/v1. Set it as base_url and use your Freehold key.
        Use http://localhost:8000/v1 as the API base, with your Freehold key as api_key.
        """,
        (
            "and the key / which key / what key / and api_key",
            "Your Freehold key. The first is printed at the first start; make more with: freehold keys create.",
        ),
        (
            "which endpoints / what endpoints are there / what can i call",
            "Among others /v1/chat/completions, /v1/embeddings and /v1/models.",
        ),
        ("can i change the port / another port / is 8000 fixed", "Yes, change the port with: freehold serve --port."),
    ),
    intent(
        "port",
        """
        which port does @ use / what port / #the port / ~which port Freehold uses / ^change the port / ^use another port / ^set the port / ^run on port 9000 / ^use a different port / port? / default port
        what's the port number / is it port 8080 / does it run on 8000 / can the port be changed / i want another port / port number of Freehold / what is 8000
        """,
        """
        Freehold uses port 8000. Change it with: freehold serve --port, and then the port you want.
        The port is 8000. Another port: freehold serve --port 9000, for example.
        """,
        (WHY, "8000 is simply the default; any free port will do."),
        (
            "how do i change it / can i change it / and to change it / how can i change that",
            "With: freehold serve --port 9000, for example.",
        ),
    ),
    intent(
        "port_in_use",
        """
        the port is in use / port 8000 is already in use / address already in use / something else uses port 8000 / port conflict / #port in use / it says port already in use / why is the port taken
        ^fix port in use / another program uses the port / error: address already in use / port 8000 is taken / what if the port is busy / can't bind to port / the port is blocked
        """,
        """
        If port 8000 is in use, another program has it. Choose another port: freehold serve --port 9000.
        Then another program uses port 8000. Stop it, or start Freehold with another port: freehold serve --port 9000.
        """,
        (
            "which program / how do i find out / who uses it",
            "The command freehold doctor tells you more and names the fix.",
        ),
        (WHY, "Because only one program at a time can use a port."),
    ),
    intent(
        "host",
        """
        ^reach @ from another computer / ^open @ from another machine / ^use @ in my network / ^share @ on the network / #--host / #the host option / #access from other machines / can other computers use @
        can i access @ from my phone / why can't other machines connect / ~how other machines reach Freehold / what does --host do / can my colleagues connect to my server / ^make @ public / ^expose the server
        is Freehold reachable from outside / can i use @ over the lan / remote access / how do others connect / ^connect from another pc / i can't reach it from my laptop
        """,
        """
        Other machines can reach Freehold only if you start it with: freehold serve --host. Else only this machine can.
        Start it with freehold serve --host; then other machines can connect. By default only the same machine can.
        """,
        (WHY, "For safety: nobody on the network can reach Freehold unless you say so."),
        (
            "is that safe / is it dangerous / is that secure",
            "Everyone still needs a key. Use it in a network that you trust.",
        ),
        (EXAMPLE, "For example: freehold serve --host 0.0.0.0."),
    ),
    intent(
        "key_where",
        """
        where is my key / where do i find my key / where's the key / ~where the key is / ~where i find my key / #the first key / #my key / #the admin key / what is my key / i can't find my key / where do i get a key
        where do i get an api key / where does the key come from / which key do i use / is there a default password / what's the password / default key / what's the login / where is the admin key printed
        do i need a key / where can i see my api key / ^get a key / ^find my key / password? / api key? / what do i use as api_key / what's the admin password / how do i get the first key
        which api key do i need
        """,
        """
        The first admin key is printed once, at the first start. It is kept only as a hash. Make more with: freehold keys create.
        Your first key was printed once at the first start. If you do not have it, make a new one: freehold keys create.
        """,
        (
            "i lost it / and if i lost it / what if i lose it / it's gone / i didn't save it",
            "Then make a new key with: freehold keys create. The old one cannot be shown again.",
        ),
        (
            "what is a hash / hash? / why only as a hash / what does hash mean",
            "A hash is a fingerprint of the key: it can check the key, but not show it.",
        ),
        (
            "where do i use it / what do i do with it / what is it for / and then",
            "Sign in with it on the web page, or give it as api_key to your programs.",
        ),
        (WHY, "For safety: only a hash of the key is kept, so nobody can steal the key from the database."),
    ),
    intent(
        "key_lost",
        """
        i lost my key / i forgot my key / what if i lose my key / my key is gone / i forgot my password / #a lost key / #forgotten key / can you show me my key again / ^recover my key / ^get my key back
        ^reset my key / ^reset the password / i did not write down the key / i closed the terminal and lost the key / key lost, help / can the key be recovered / where can i see the key again
        ~what to do when the key is lost / lost my api key / can't remember my key / i can't log in, i don't know the key / i have no key anymore
        """,
        """
        A lost key cannot be shown again, because only its hash is kept. Make a new one with: freehold keys create.
        If you lost your key, make a new one: freehold keys create. Then revoke the old one with: freehold keys revoke.
        """,
        (WHY, "Because Freehold keeps only a hash of the key, so nobody can steal it from the database."),
        (
            "are my chats gone / is my data lost / what about my chats / do i lose my chats",
            "No, your data stays. Only the key is new.",
        ),
        (WHERE, "In a terminal on the machine that runs Freehold."),
    ),
    intent(
        "key_new",
        """
        ^create a key / ^create a new key / ^make a key / ^get a new key / ^get another key / ^add a key / ^make an api key / ^generate a key / ^give my friend a key / ^get a key for my program / #new keys
        #creating keys / ~how to create a key / new key please / i need a key / i want a second key / key for a colleague / which command makes a key / can i have more than one key / another key
        how are keys created / create key
        """,
        """
        Create a key with: freehold keys create. It is shown once, so keep it safe.
        The command is freehold keys create. It prints the new key once; write it down.
        """,
        (
            "and then / what do i do with it / where do i use it / then what",
            "Sign in with it on the web page, or give it as api_key to your programs.",
        ),
        ("why only once / why once / why is it shown only once", "Because Freehold keeps only a hash of the key."),
        (
            "can i see all keys / how do i list them / how do i see them / which keys exist",
            "Yes, with: freehold keys list.",
        ),
        ("and to delete it / how do i delete it / how do i revoke it", "With: freehold keys revoke."),
        (WHY, "Each person or program should have an own key, so that you can revoke it alone."),
    ),
    intent(
        "key_list",
        """
        ^list my keys / ^see all keys / ^list keys / ^show the keys / which keys exist / #a list of keys / ~how to list the keys / how many keys are there / who has a key / what keys do i have
        show me all keys / list of api keys / command to show keys / ^see who has a key
        """,
        """
        List the keys with: freehold keys list. It shows their names, not the keys themselves.
        The command freehold keys list shows which keys exist, but never the secret keys themselves.
        """,
        (WHY, "Because Freehold keeps only a hash of each key."),
        ("and to delete one / how do i delete one / how do i revoke one", "With: freehold keys revoke."),
    ),
    intent(
        "key_revoke",
        """
        ^revoke a key / ^delete a key / ^remove a key / ^disable a key / ^block a key / ^cancel a key / ^take away a key / #revoking a key / #a stolen key / ~how to revoke a key / someone stole my key
        my key leaked / my key was stolen, what now / an employee left, what about the key / key is compromised / ^lock somebody out / ^get rid of an old key / i posted my key by accident
        """,
        """
        Revoke a key with: freehold keys revoke. From then on it no longer works.
        The command is freehold keys revoke. The key stops working at once; make a new one with freehold keys create.
        """,
        (
            "can i undo that / is that final / can i undo it",
            "No, a revoked key stays revoked. Create a new one instead.",
        ),
        ("how do i know which / which one / how do i find it", "See all keys with: freehold keys list."),
        (WHY, "So that nobody can use a lost or stolen key."),
    ),
    intent(
        "sign_in",
        """
        ^sign in / ^log in / ^login / ^get into the web page / #signing in / #login / #the login / ~how to sign in / what do i enter to log in / it asks me for a key / the page asks for a key / what's my username
        do i need an account / ^make an account / ^register / where do i log in / can't sign in / i can't log in / login does not work / how do users log in / ^log out / ^sign out / sign in?
        do i need a password
        """,
        """
        Sign in on the web page http://127.0.0.1:8000 with your key. There is no password; the key is enough.
        Open http://127.0.0.1:8000 and sign in with your key. The first key is printed at the first start.
        """,
        (
            "i have no key / i don't have a key / where is my key / which key / what key",
            "The first key is printed at the first start. Make another with: freehold keys create.",
        ),
        (
            "it doesn't work / it does not accept my key / wrong key",
            "Check the key for missing letters, or make a new one with: freehold keys create.",
        ),
        ("and to sign out / how do i log out / and log out", "Use sign out on the web page."),
        (WHY, "So that only people with a key can use your Freehold."),
    ),
    intent(
        "client",
        """
        ^use the openai client / ^connect the openai library / ^use the openai python library with @ / ^connect my program / ^connect my app / ^use @ from python / ^use @ from my code / ^use the openai sdk
        #the openai client / #client libraries / #the python client / ~how to connect my program / do i need a special library / which client do i use / how do i set base_url / ^set the base_url / ^point my app at @
        is there a python library / can i use the openai package / does the openai library work / what do i change in my code / ^replace openai in my code / how does my program talk to @
        ^use @ in my app / what must i change in my openai code / ^call @ from javascript / python example / how do i use it with python
        """,
        """
        Any OpenAI client works: set base_url to http://localhost:8000/v1 and api_key to your key.
        Use your usual OpenAI client, with base_url="http://localhost:8000/v1" and api_key set to your Freehold key.
        """,
        (EXAMPLE, 'In Python: client = OpenAI(base_url="http://localhost:8000/v1", api_key="your key").'),
        (
            "which key / what key / where do i get the key / and api_key",
            "Your Freehold key. Make one with: freehold keys create.",
        ),
        ("does streaming work / and streaming / can i stream", "Yes, streaming works: set stream to true."),
        ("which model name / what do i put as model / and the model", "Ask for the names with: freehold models list."),
        (WHY, "Because Freehold speaks the OpenAI API, so OpenAI clients can talk to it."),
    ),
    intent(
        "endpoints",
        """
        which endpoints are there / what endpoints does @ have / #endpoints / #the endpoints / ~which endpoints there are / is there a chat completions endpoint / list the endpoints / what can i call
        which api calls work / does /v1/models work / is /v1/chat/completions supported / which paths does the api have / api reference / ^see the endpoints / what routes does the api offer
        """,
        """
        The main endpoints are /v1/chat/completions, /v1/embeddings and /v1/models, at http://localhost:8000.
        Freehold's API has /v1/chat/completions for chat, /v1/embeddings for embeddings, and /v1/models for the list of models.
        """,
        ("and speech / and images / what about audio / and /v1/images", "Those are planned and come later."),
        ("and streaming / does it stream / is streaming there", "Yes, chat completions can stream."),
    ),
    intent(
        "streaming",
        """
        does @ support streaming / does streaming work / #streaming / ~whether streaming works / ^stream the answer / ^use streaming / can i stream tokens / is stream=true supported / word by word answers
        ^get the answer word by word / server sent events? / can answers come piece by piece / ^turn on streaming / streaming?
        """,
        """
        Streaming works: set stream to true in your OpenAI client, and the answer comes word by word.
        Streaming is supported. Set stream=True in the request, and Freehold sends the answer piece by piece.
        """,
        (WHY, "With streaming you see the first words at once, not only the finished answer."),
    ),
    intent(
        "curl",
        """
        ^use curl / ^call @ with curl / ^send a request with curl / #curl / #a curl example / give me a curl example / show me a curl command / curl? / can i test it with curl / ^test the api from the command line
        what does a request look like / example request / ^make an http request / curl command for chat / ^try the api quickly
        """,
        """
        Try: curl http://localhost:8000/v1/models -H "Authorization: Bearer your-key".
        With curl: curl http://localhost:8000/v1/models -H "Authorization: Bearer your-key". Put your own key in.
        """,
        (
            "and for chat / how do i chat with curl / and chat",
            "Send JSON with model and messages to http://localhost:8000/v1/chat/completions.",
        ),
        ("what key / which key / what is your-key", "Your Freehold key. Make one with: freehold keys create."),
    ),
    intent(
        "terminal_chat",
        """
        ^chat in the terminal / ^use the terminal chat / ^talk to you in the terminal / ^chat from the command line / ^chat without a browser / #the terminal chat / #chat in the console / ~how to chat in the terminal
        is there a command line chat / is there a terminal chat / can i chat in the shell / do i need a browser / command line chat? / chat command / cli chat / what does freehold chat do
        is there a text mode / how do i open the chat in my console
        """,
        """
        Chat in the terminal with: freehold chat.
        The command is freehold chat. It opens a chat in your terminal, without a browser.
        """,
        (
            "and how do i leave / how do i get out / how do i quit it / and to exit",
            "Press Ctrl-C or Ctrl-D to leave the chat.",
        ),
        ("is it the same model / same model / who answers there", "Yes, it talks to the same models as the web page."),
    ),
    intent(
        "models_list",
        """
        ^list the models / ^see which models are installed / ^see the models / ^list all models / ^show my models / #the list of models / which models are installed / which models do i have / what models are there
        ~which models are installed / model list / show models / command for listing models / which models can i choose / how many models are installed / ^see details of a model / what does models show do
        what are the model names / which model names can i use / list models
        """,
        """
        See the models with: freehold models list. Details of one: freehold models show, and its name.
        The command freehold models list shows all installed models. In programs, ask /v1/models.
        """,
        (
            "and details / how do i see details / more about one of them / and one model",
            "With: freehold models show, and the name of the model.",
        ),
        (
            "how do i add one / and to add another / can i add more",
            "With: freehold models import <folder>, or freehold models pull <name>.",
        ),
    ),
    intent(
        "models_import",
        """
        ^import a model / ^import a bigger model / ^add a model / ^add a bigger model / ^install another model / ^get a bigger model / ^use a bigger model / ^use another model / ^load my own model / ^use my own model
        ^replace you with a better model / ^upgrade the model / ^bring my own model / #importing a model / #a bigger model / ~how to import a model / import from a folder / i want a smarter model / i need a better model
        can i get a smarter ai here / how do i make @ smarter / ^add a llama model / is there a better model / how can i get better answers from a bigger model / how do i get rid of you / import model
        you are too small, i want a bigger one / i downloaded a model, how do i use it
        """,
        """
        Import a model with: freehold models import <folder>. The folder holds safetensors files of the Llama architecture.
        Use freehold models import <folder> for a model on your disk, or freehold models pull <name> to fetch one.
        """,
        (
            "which folder / what folder / what must be in the folder / which format",
            "A Hugging Face folder with safetensors files, of the Llama architecture.",
        ),
        (
            "and then / then what / how do i use it then / what comes next",
            "Then choose the model in the web page, or give its name in your program.",
        ),
        (
            "how much memory / does it need more memory / what does it need / do i need a gpu for that",
            "Bigger models need more memory. The command freehold doctor checks your machine.",
        ),
        (
            "where do i get one / where do i find models / from where",
            "For example with freehold models pull <name>, when the machine is online.",
        ),
        (WHY, "Because I am very small; a bigger model answers better."),
    ),
    intent(
        "models_pull",
        """
        ^pull a model / ^download a model / ^fetch a model / #pull / #pulling a model / #downloading models / what does models pull do / ~how to download a model / can Freehold download models
        where do i download models / can i get models from hugging face / ^download a bigger model / which command downloads a model / pull command / ^get a model from the internet
        """,
        """
        Download a model with: freehold models pull <name>. This needs internet; offline use freehold models import <folder>.
        The command is freehold models pull <name>. It fetches the model, so the machine must be online for it.
        """,
        (
            "and offline / what if i am offline / without internet / i have no internet",
            "Offline, copy the model folder to the machine and run: freehold models import <folder>.",
        ),
        (
            "which name / what name / what do i write as name",
            "The name of a model of the Llama architecture with safetensors files.",
        ),
        (WHY, "Because the model must come from somewhere: pull fetches it, import takes it from a folder."),
    ),
    intent(
        "models_choose",
        """
        ^choose a model / ^switch the model / ^change the model / ^select another model in the chat / #choosing a model / where do i choose the model / ~how to switch models / can i switch models in a chat
        ^pick a different model / which model is used by default / ^set the default model / model menu / change model
        """,
        """
        Choose the model in the web page's model menu, or give its name as model in your program.
        In the web page pick a model from the menu; in a program set model to its name. See names with: freehold models list.
        """,
        ("which names / what names are there / what can i choose", "See them with: freehold models list."),
    ),
    intent(
        "retrain",
        """
        ^train you / ^retrain you / ^train you again / ^train my own model / ^train a model / ^reproduce you / ^change your training / #training you again / #freehold train / ~how to retrain you / what does train starter do
        can i train a model with @ / can i make my own model / can i train you on my data / train command / ^fine-tune you / ^build a model from scratch / is training possible / how long does training take
        """,
        """
        Train me again with: freehold train starter. It makes the built-in starter model from text, on the CPU.
        The command is freehold train starter: it trains the built-in starter model again from scratch.
        """,
        (
            "how long does it take / how long / does it take long / is that fast",
            "It takes hours on an ordinary CPU, for I am small.",
        ),
        ("do i need a gpu / is a gpu needed / on the cpu", "No, the CPU is enough for training me."),
    ),
    intent(
        "doctor",
        """
        what does doctor do / what is freehold doctor / #doctor / #the doctor command / ~what doctor does / ^check my machine / ^find problems / ^see what is wrong / ^diagnose a problem / ^fix a problem / ^troubleshoot
        something is wrong / it doesn't work / Freehold does not work / it's broken / nothing works / i get an error / there is an error message / it crashed / the server does not start / it won't start
        why does it not start / help, it's not working / what do i do when something fails / is there a health check / ^test my installation / i have a problem with Freehold / doctor?
        is my machine ok / an error occurred / Freehold keeps crashing / there's a problem / what should i do if @ breaks
        """,
        """
        Run: freehold doctor. It checks the machine and names the fix.
        When something is wrong, run freehold doctor. It checks your machine and tells you the fix.
        """,
        (
            "and if that doesn't help / it did not help / that doesn't help / still broken",
            "Then read the log in the terminal, or report the problem to the Freehold project.",
        ),
        (WHERE, "In a terminal on the machine that runs Freehold."),
        (
            "what does it check / which things / what is checked",
            "It checks for instance the system, memory, port and database, and names the fix for each.",
        ),
        (WHY, "Because doctor knows the usual problems and names the fix for each."),
    ),
    intent(
        "config",
        """
        ^change the settings / ^configure @ / ^change a setting / ^see the settings / #the settings / #configuration / #the config file / #freehold.toml / ~where the settings are / where are the settings
        where is the config file / what is freehold.toml / which settings are there / what does config explain do / ^find out what a setting means / what can i configure / is there a config file / settings?
        ^edit the config / how is @ configured / what does a setting mean
        """,
        """
        The settings are in freehold.toml. To learn what one means, run: freehold config explain <key>.
        Change settings in freehold.toml. The command freehold config explain <key> explains each setting.
        """,
        (
            "do i need to restart / must i restart / and then / do i have to restart",
            "Yes, after a change restart Freehold: Ctrl-C, then make serve.",
        ),
        (EXAMPLE, "For example: freehold config explain port."),
        ("must i change something / do i have to / is it needed", "No. Freehold works without any setting."),
    ),
    intent(
        "help_command",
        """
        ^get help / ^see all commands / ^list the commands / #the commands / #all commands / #help / #the documentation / #the manual / which commands are there / what commands does @ have / ~which commands there are
        is there a manual / where is the documentation / is there documentation / where can i read more / ^learn more / what does freehold --help do / command list / show me the commands / help command
        who can help me with @ / ^get support / is there support / where can i ask questions / tutorial? / ^learn @
        """,
        """
        See all commands with: freehold --help.
        The command freehold --help lists all commands. Each command has its own help, too.
        """,
        (EXAMPLE, "For example: freehold keys --help."),
        (
            "which are important / the most important ones / what are the main ones / which ones do i need",
            "The main ones: serve, chat, models, keys, doctor and config.",
        ),
    ),
    intent(
        "logs",
        """
        where are the logs / ^see the logs / ^read the log / #the logs / #the log file / ~where the logs are / is there a log / ^find the log / log file? / where can i see error messages / ^see what the server does
        how do i watch the requests / are there metrics / ^monitor @ / ^see how many requests there are
        """,
        """
        The logs appear in the terminal where Freehold runs.
        Look at the terminal where you started Freehold: the logs are printed there.
        """,
        (
            "and if there is an error / what if i see an error / i see an error",
            "Run freehold doctor: it checks the machine and names the fix.",
        ),
    ),
    intent(
        "backup",
        """
        ^back up my data / ^make a backup / ^save my data / ^restore a backup / ^move @ to another machine / ^move my data / ^copy Freehold to a new server / ^transfer everything / #backup / #backups
        #moving to another computer / ~how to back up / backup? / can i move @ / i have a new computer, how do i take my chats along / ^export my chats / what do i have to copy / ^keep my data safe
        ^migrate to a new machine
        """,
        """
        To back up or move Freehold, stop it and copy the data folder: /var/lib/freehold as root, else ~/.local/share/freehold.
        Stop Freehold with Ctrl-C and copy the data folder. That copy is your backup, and works on another machine too.
        """,
        (
            "where is it / where is the data folder / which folder / and where",
            "It is /var/lib/freehold as root, else ~/.local/share/freehold.",
        ),
        (
            "why stop it / must i stop it / do i have to stop it",
            "Yes, so that the database is not changed while you copy it.",
        ),
        (
            "and to restore it / how do i restore / and back",
            "Stop Freehold, put the copy in place of the data folder, and start again with make serve.",
        ),
        (WHY, "Because the data folder holds everything: chats, keys and models."),
    ),
    intent(
        "update",
        """
        ^update @ / ^upgrade Freehold / ^get the newest version / ^install an update / #updates / #updating / ~how to update / is there an update / does @ update itself / are there automatic updates
        do i lose data when i update / new version available? / update? / how do i stay up to date / will my chats survive an update
        """,
        """
        To update Freehold, get the new version of its folder and run make serve again. Your data is kept.
        Fetch the new version, then run make serve. Freehold does not update itself, and your data is kept.
        """,
        (
            "is my data safe / do i lose my data / are my chats kept / and my chats",
            "Your data is kept. A backup of the data folder is still wise.",
        ),
        (
            "why not by itself / why doesn't it update itself / why not automatic",
            "Because you own it: nothing changes on your machine unless you say so.",
        ),
    ),
    intent(
        "delete_chats",
        """
        ^delete a conversation / ^delete my chats / ^delete this chat / ^remove a chat / ^clear my history / ^erase my messages / ^delete everything / #deleting conversations / ~how to delete a chat
        can i delete my messages / is there a delete button / delete this conversation / forget this conversation / wipe my history / ^delete old conversations / ^delete one chat
        """,
        """
        Your conversations are listed on the web page. Open the list and delete a conversation there.
        Delete a conversation in the list on the web page. It is then gone from your database.
        """,
        (
            "can i get it back / can i undo that / is it gone for ever",
            "No, a deleted conversation is gone, unless you have a backup.",
        ),
        (
            "and all of them / can i delete all / everything at once",
            "Delete them one by one, or remove the data folder to delete everything.",
        ),
    ),
    intent(
        "old_chats",
        """
        ^see old conversations / ^find an old chat / ^open an earlier conversation / ^continue an old chat / ^see my history / ^go back to an earlier chat / #my chat history / #old conversations / where is my chat history
        where are my old chats / are my chats saved / are conversations stored / can i read what i wrote yesterday / i can't find my old chat / ~where my old chats are / where did my conversation go / my chat is gone / chat history?
        does the web page keep my conversations / is there a history
        """,
        """
        Your old conversations are listed on the web page, the newest first. Click one to open it.
        Open the list of conversations on the web page: the newest stands first, and you can go on with any of them.
        """,
        (WHERE, "On the web page http://127.0.0.1:8000, in the list of conversations."),
        (
            "can i delete them / and to delete one / how do i delete one",
            "Yes, delete a conversation in the list on the web page.",
        ),
        (
            "can others see them / who can read them / are they private",
            "They are private: each person sees only their own conversations.",
        ),
    ),
    intent(
        "new_chat",
        """
        ^start a new chat / ^start a new conversation / ^open a new chat / #a new conversation / new chat / start over / can we start again / reset / clear / ^reset the conversation / ^rename a chat
        let's start from the beginning / begin a new conversation / i want to start fresh
        """,
        """
        Start a new conversation with the new chat button on the web page. I then forget this one.
        Use the new chat button on the web page. A new conversation starts empty.
        """,
        ("is this one lost / is this chat lost / will this be deleted", "No, the old conversation stays in the list."),
    ),
    intent(
        "uninstall",
        """
        ^uninstall @ / ^remove @ / ^delete Freehold / ^get rid of @ / ^remove it completely / #uninstalling / #removal / ~how to uninstall Freehold / how do i delete the software / uninstall?
        i don't want it any more / ^clean everything up / ^wipe Freehold from my computer
        """,
        """
        To uninstall, stop Freehold and delete its folder. To remove your data too, delete the data folder.
        Stop Freehold with Ctrl-C and delete its folder. Your data goes only if you delete the data folder as well.
        """,
        (
            "where is the data folder / which data folder / where is it",
            "It is /var/lib/freehold as root, else ~/.local/share/freehold.",
        ),
        (
            "is everything gone then / is that all / does anything stay",
            "Yes, then everything is gone. Freehold leaves nothing elsewhere.",
        ),
    ),
    intent(
        "slow",
        """
        why is it so slow / it is slow / @ is very slow / answers take too long / #slow answers / ^make it faster / ^speed it up / you are slow today / why does it take so long / my model is slow / it's laggy
        ~why it is slow / the server is slow / why are answers slow / performance is bad / speed problems / waiting for ages / hurry up / what if @ is slow
        """,
        """
        If it is slow, the machine is busy or the model is big. Close other programs, or use a smaller model or a GPU.
        Big models are slow on a CPU. A smaller model, more memory or a GPU helps. The command freehold doctor checks the machine.
        """,
        (
            "how do i check / how do i find out / what is the reason",
            "Run freehold doctor: it checks the machine and names the fix.",
        ),
        (
            "do i need a gpu / will a gpu help / and with a gpu",
            "For big models a GPU helps a lot. The built-in model needs none.",
        ),
        (WHY, "Because each word of a big model needs billions of numbers, and a CPU is slow at that."),
    ),
    intent(
        "bad_answers",
        """
        the answers are bad / why are the answers wrong / #wrong answers / #bad answers / the model is stupid / answers are nonsense / ^get better quality / why is the chat so dumb / why are your answers so bad
        ~why the answers are wrong / the ai is useless / it talks nonsense / ^improve the answers / what can i do about wrong answers / quality is poor / it gives wrong answers
        is Freehold always this stupid
        """,
        """
        The built-in starter model is very small, so its answers can be wrong. For real work, import a bigger model.
        Wrong answers come from my small size. Import a bigger model: freehold models import <folder>.
        """,
        (HOW, "With: freehold models import <folder>, or freehold models pull <name>."),
        (WHY, "Because I have only about five million parameters."),
    ),
    intent(
        "out_of_memory",
        """
        out of memory / it needs too much memory / #out of memory / the model does not fit / my memory is full / not enough ram / the model is too big for my machine / it was killed / memory error
        how much memory does a model need / ^use less memory / ^run a big model with little memory / ~how much memory a model needs / does a 7b model fit / ram is full
        """,
        """
        Bigger models need more memory. If one does not fit, take a smaller model; freehold doctor checks the machine.
        Then the model is too big for your memory. Choose a smaller one, or add memory. Check with: freehold doctor.
        """,
        (
            "how do i check / how can i see that / how do i know before",
            "Run freehold doctor: it checks the machine and names the fix.",
        ),
        (WHY, "Because all the numbers of a model must be in memory while it runs."),
    ),
    intent(
        "cannot_connect",
        """
        i can't connect / connection refused / the page does not load / the web page is not working / localhost refused to connect / cannot reach the server / #connection refused / my program can't connect
        the browser says it can't connect / site can't be reached / why can't i open the page / no connection / ~why i can't connect / 404 / i get a 401 / unauthorized error / error 401 / it says unauthorized
        invalid key / the api says unauthorized
        """,
        """
        Check that Freehold is running (make serve), the address is http://127.0.0.1:8000, and your key is right. Then run freehold doctor.
        Is Freehold running? Start it with make serve and open http://127.0.0.1:8000. If you get 401, check your key.
        """,
        (
            "what is 401 / 401? / what does 401 mean / unauthorized?",
            "401 means that the key is missing or wrong. Make a new one with: freehold keys create.",
        ),
        (
            "from another machine / i am on another computer / from my phone",
            "Other machines can connect only if you start it with: freehold serve --host.",
        ),
        (WHY, "Usually because the server is not running, or the key is wrong."),
    ),
)

DIALOGUE = intents_dialogue(19.0, INTENTS)
