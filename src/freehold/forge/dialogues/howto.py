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
        fire it up how / spin up / ^spin it up / ^bring it up / ^boot it / ^kick it off / ^wake it up / ^power it up / ^bring the server online / startup command / launch command / command to begin / begin how / start how / run how / make serve or freehold serve? / serve / how 2 start / how 2 run this
        just unpacked the folder, next? / cloned the repo, now / got the folder, what now / i've got the files, what do i do / downloaded, next step / i'm sitting in front of the terminal, what do i type / which line do i type to launch / what do i type first / first thing to type / very first step / step one
        wanna run it / wanna start it / i wanna get going / lemme start it / gonna try it now, how do i begin / how do i get this thing going / get it going / get me started / help me get started / newbie here, how do i begin / kick off / initial steps / onboarding / quickstart / how do i get from zero to chat / from zero to running
        the server is off, switch it on how / it's off, how do i turn it on / nothing is running yet / it is not running, how do i get it up / make it go / open the program / which program do i double click / where do i click to start / do i double click something / is there a start button / where do i start it / start please
        how is the server launched / the command that launches it / what launches it / which command should i give / please how i start the program / how must i begin / i want begin to use it / demo tomorrow, how do i get it up quickly / fastest way to get it up / first run, how / ^get the thing up and running / ^start it for the first time
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
        ("and the exact command / exact command / the command again / which command", "Type: make serve."),
        (
            "where do i type it / where do i type that / in which folder / which folder",
            "In a terminal, in the Freehold folder.",
        ),
        (
            "as root too / as root / do i need root / do i need sudo",
            "Root is not needed. As root the data folder is /var/lib/freehold, else ~/.local/share/freehold.",
        ),
        ("and on windows / on windows too / and with windows", "On Windows do the same inside WSL2."),
        ("what address / which address / which page / what do i open then", "It is http://127.0.0.1:8000."),
        (
            "must the terminal stay open / can i close the window / may i close the terminal",
            "Leave it open: Freehold runs there, and Ctrl-C stops it.",
        ),
        (
            "does that need internet / do i need wifi for that / is internet needed",
            "Freehold itself works offline, with the built-in models.",
        ),
    ),
    intent(
        "stop",
        """
        ^stop Freehold / ^stop the server / ^stop it / ^shut @ down / ^quit / ^exit Freehold / ^end the server / ^turn off the server / ^kill the server / ^close Freehold / ^halt it
        #stopping the server / ~how to stop Freehold / stop command / what's the command to quit / how to shut down / make it stop / which key stops it / stop Freehold / it won't stop, what do i press
        how do i get out of it / how do i switch the server off
        kill it / kill it how / quit how / stop? / ctrl c / ctrl-c or ctrl-d / which keys to press to end it / end it / shut it / shut it down / close it how / how 2 stop / ^terminate it / ^bring it down / ^take it down / ^put it to sleep / ^power it off / ^close it properly / ^stop it safely / ^stop it cleanly
        going home, how do i switch the server off / i'm done for today, how do i close it / done for the day, how do i turn it off / need to reboot the machine, how do i stop it first / i want my memory back, how do i stop it / it's still running, how do i end it / it keeps running / the server is still on / still running, how to kill
        can i just close the terminal / can i simply close the window / may i pull the plug / can i just turn off the computer / is it ok to kill it / clean shutdown / graceful shutdown / shutdown command / proper way to shut down / command to shut it off / what ends the server / what stops it / stop button? / is there a stop button / off switch for the server
        will ctrl-c delete anything / does stopping delete my chats / do i lose chats when i stop it / is it safe to stop it / what happens when i press ctrl-c / how to make it end / please how i stop / how do i leave the server / what must i press to end the program / abort / halt / freehold quit command / freehold stop / ^switch it off for the night
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
        (
            "will that delete anything / does that delete anything / will i lose something",
            "No, it deletes nothing. All data is kept.",
        ),
        ("is that safe / is it ok to do that / can that break something", "Yes, Ctrl-C is the right way to stop it."),
        ("where do i type it / where do i press that / in which window", "In the terminal where Freehold runs."),
        (
            "i closed that terminal / the terminal is gone / i don't see that terminal",
            "Then look for the running Freehold process on that machine and end it. Its data is kept.",
        ),
    ),
    intent(
        "restart",
        """
        ^restart Freehold / ^restart it / ^restart the server / ^reboot @ / ^start it again / #restarting / #a restart / ~how to restart Freehold / do i lose data when i restart
        what happens after a restart / restart command / the computer was rebooted, what now / how long does a restart take / is the second start faster / are my chats there after a restart
        what if i stop it and start it again
        bounce it / ^bounce the server / ^bring it back up / ^reload it / reload / restart / reboot / off and on again / turn it off and on again how / power outage last night, how do i get it back / after a power cut / power failure, what now / server rebooted overnight / i rebooted, now it's gone / machine restarted, how do i get it running again
        i closed it yesterday, how do i get it back today / it was running yesterday / start it a second time / second start / next morning, how do i start again / does it start again by itself / will everything be there again tomorrow / will the chats still be there tomorrow / are my keys still valid after a restart / does a restart need a new key
        do keys survive a restart / new key after every start / does it print a new key each time / how long until it's back / downtime of a restart / how fast is it back / will restarting wipe something / does restarting delete chats / is restarting safe / i need it to restart / restart procedure / how restart / stop and start again, how
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
        ("the exact commands / which commands / and the exact command", "First Ctrl-C, then: make serve."),
        ("and my key / do i need a new key / is the key the same", "Your keys stay the same."),
        ("will that delete anything / is that safe / nothing lost", "It is safe: nothing is deleted."),
    ),
    intent(
        "install",
        """
        ^install Freehold / ^install it / ^install the software / #installation / #the install / ~how to install Freehold / is it hard to install / setup / do i need docker / is there an installer
        how long does the installation take / what do i need to install first / is there a docker image / ^deploy @ / ^set @ up on a server / installation steps / how is it installed
        setup how / installing how / install steps / install guide / installation guide / ^get @ onto my server / ^put it on my machine / ^put it on our server / ^roll it out on a new box / ^set it up on a fresh machine / fresh ubuntu, how do i get it on there / new server, empty, how do i put Freehold on it / got a brand new box, install how
        apt install / apt-get / pip install / brew install / docker / docker compose / kubernetes / helm chart / snap / setup.exe / is it a pip package / one click installer / is there a wizard / how many steps is the install / how complicated is the setup / is setup painful / is it easy to install / can a beginner install it
        do i need admin rights to install / root rights needed / sudo needed / without root possible / can i install it without root / what gets installed / what else does it pull in / prerequisites to install / dependencies / do i have to install python first / must i install postgres first / how long does setup take / install time
        who can install it for us / can my nephew install it / does our it need a day for that / installing on (debian|fedora|a vm|a rented server), how / where do i download Freehold / download link / where can i get Freehold / where do i get the folder / how install / install it how / wanna install it / how do we deploy this / deployment
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
        ("and the exact command / which command / exact command", "Type: make serve."),
        (
            "as root / do i need root / without root / do i need sudo",
            "Root is not needed. Without it the data folder is ~/.local/share/freehold.",
        ),
        (
            "how long does it take / does it take long / how many minutes",
            "The first start takes a little longer; after that a start takes seconds.",
        ),
        (
            "and on windows / and on a mac / windows too",
            "On Windows use WSL2; on macOS an external PostgreSQL is needed as well.",
        ),
    ),
    intent(
        "address",
        """
        what is the address / what's the web address / ~what the address is / #the address / #the url / #the web page / where do i find the web page / which url do i open / ^open the web page
        ^open the web app / ^open the browser page / what do i type into the browser / where is the web interface / is there a web interface / is there a website / what's the link / url? / ^reach the server
        what page do i open / where can i chat in the browser / ^see the web page / address of Freehold / localhost what / where is the chat page / is there a gui / is there a user interface
        where does Freehold run / where do i go to chat
        where do i click / what do i open / link / link pls / web link / website / webpage / web ui / web ui where / ui / frontend / front end / gui / dashboard / interface / browser address / what goes in the address bar / address bar, what do i type / what do i put in chrome / which page in firefox / which site do i visit
        it's running, and now where do i look / server runs, where do i see it / started it, where's the chat / it says ready, where do i go / make serve is done, what do i open / where do i find you in the browser / i see only a black terminal, where is the chat / i closed the tab, how do i get back / i lost the tab / i closed the browser, where was it
        bookmark for the chat / what should my colleagues bookmark / local address / local url / localhost:? / http what / https or http / is it https / which ip / ip address / ip of the web page / homepage / home page address / the link to talk to it / entry page / portal / url of the chat / chat url / web chat where
        can i use it in a browser / does it have a page / does it have a web page / browser chat possible / where's the page with the chat / how come i to the page / where i can see the page / which internet page i must open / give me the link / send me the link / lemme have the link / in which browser / which browser do i need / does firefox work
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
        (
            "is that on the internet / is that public / can everybody see that",
            "No. 127.0.0.1 means your own machine, and only that machine can open it.",
        ),
        ("and the port / which port / what port is that", "Port 8000."),
        ("which browser / in which browser / does firefox work", "Any modern browser."),
        ("do i need a key / is there a login / must i sign in", "Yes, sign in there with your key."),
        (
            "is https possible / why not https / is it encrypted",
            "On the machine itself plain http is fine, because nothing travels over a network.",
        ),
    ),
    intent(
        "api_base",
        """
        what is the api address / what's the api url / #the api base / #the api address / #the api / #the base url / ~what the api base is / where is the api / what base_url do i use / base url?
        which base_url / what do i put as base_url / api endpoint address / what's the openai url / which url for the api / where do i send api requests / ^call the api / ^use the api / ^reach the api
        base_url / what's the address for programs / where do my programs connect to / api?
        base / endpoint / api endpoint / api url / api address / api base / api root / v1 / /v1 / openai_base_url = ? / OPENAI_BASE_URL / OPENAI_API_BASE / base_url = ? / baseURL / url for my code / url for the sdk / url for api calls / what url goes into the client / which host and port for the client / which url do i give to langchain
        my script needs an address / my app wants an endpoint / the tool asks for a base url / plugin asks for an api host / it asks for an openai endpoint, what do i enter / what do i enter as endpoint / what do i enter as api host / where should my bot send its requests / where do requests from code go / where must the app connect
        instead of api.openai.com, what / replace api.openai.com with what / what replaces api.openai.com / api where / where's the api / is there a v1 / with or without v1 / does the url end in v1 / rest endpoint / rest url / http api where / api location / which url do developers use / our developers need the url / url for our app, please / api link pls
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
        ("and the exact line / exact line / show me the line", 'base_url="http://localhost:8000/v1"'),
        ("with v1 / is the v1 needed / must i write v1", "Yes, the base ends in /v1."),
        (
            "from another machine / and from another server / from other computers",
            "Then use that machine's address instead of localhost, and start Freehold with: freehold serve --host.",
        ),
        ("is that public / does that go out / is that on the internet", "No, localhost is your own machine."),
    ),
    intent(
        "port",
        """
        which port does @ use / what port / #the port / ~which port Freehold uses / ^change the port / ^use another port / ^set the port / ^run on port 9000 / ^use a different port / port? / default port
        what's the port number / is it port 8080 / does it run on 8000 / can the port be changed / i want another port / port number of Freehold / what is 8000
        tcp port / portnumber / which tcp port / what number comes after the colon / 8000 / 8080 / 3000 / is 8000 the standard / standard port / default port number / port setting / custom port / other port possible / can it listen on (443|80|3000|9000|8080) / run it on (443|80|3000|8080|9000) instead / i need it on port (443|80|3000|8081|5000)
        which port must the firewall open / firewall guy asks for the port / our network people want the port / what port do i open in the firewall / port to forward / what do i open in the firewall / ports used / list of ports / how many ports does it need / on what port does it listen / listens where / where does it listen / listening port
        move it to another port / ^move it off port 8000 / ^make it listen on 9000 / ^make it listen somewhere else / ^pick my own port / ^run two of them on different ports / is the port configurable / port configurable / can i choose the port / port option / flag for the port / --port / serve --port, how / 8000 is ugly, other one / i don't like 8000
        the port it uses, which is it / tell me your port / api port / web port / same port for api and web / is the port for the page and the api the same
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
        ("and the exact command / exact command / what do i type", "Type: freehold serve --port 9000."),
        (
            "is it for ever / does it stay / will it remember that / for always",
            "Write the port into freehold.toml if it should stay. See: freehold config explain <key>.",
        ),
        ("only one / just one port / only one port", "Yes, the web page and the API share one port."),
        (
            "and the address then / what is the address then / does the url change",
            "The number changes in the address, too: http://127.0.0.1:9000, for example.",
        ),
    ),
    intent(
        "port_in_use",
        """
        the port is in use / port 8000 is already in use / address already in use / something else uses port 8000 / port conflict / #port in use / it says port already in use / why is the port taken
        ^fix port in use / another program uses the port / error: address already in use / port 8000 is taken / what if the port is busy / can't bind to port / the port is blocked
        EADDRINUSE / eaddrinuse, help / errno 98 / [errno 98] / port taken / port busy / port occupied / 8000 taken / 8000 busy / 8000 is occupied / port clash / port is not free / my 8000 is not free / jenkins already sits on 8000 / django runs on 8000 already / another server sits on 8000 / i already have something on 8000
        my other app uses 8000 too / two servers want the same port / two programs on one port / i run another web server there / it complains about the port / it moans about the port / bind failed / bind error / could not bind / cannot bind / socket already bound / port collision / who is using my port / who sits on port 8000 / what occupies 8000
        ^free the port / ^free up port 8000 / ^get around a port conflict / the start fails because of the port / start failed: port / port problem / error about port / the port it wants is already used / is it already running maybe / maybe it runs twice / did i start it twice / started twice by accident
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
        (
            "is it running already / maybe freehold runs already / did i start it twice",
            "Perhaps: look at http://127.0.0.1:8000 in a browser. If the page opens, it runs already.",
        ),
        ("and the exact command / what do i type / which command", "Type: freehold serve --port 9000."),
        (
            "will that delete anything / is that safe / does that break something",
            "It is safe: another port changes no data.",
        ),
    ),
    intent(
        "host",
        """
        ^reach @ from another computer / ^open @ from another machine / ^use @ in my network / ^share @ on the network / #--host / #the host option / #access from other machines / can other computers use @
        can i access @ from my phone / why can't other machines connect / ~how other machines reach Freehold / what does --host do / can my colleagues connect to my server / ^make @ public / ^expose the server
        is Freehold reachable from outside / can i use @ over the lan / remote access / how do others connect / ^connect from another pc / i can't reach it from my laptop
        lan / lan access / network access / remote / remote use / from outside / from home / from the office / open it from my other pc, how / only works on this machine, why / others get no page / my colleague can't open it / my colleague sees nothing / works here but not on the other pc / my laptop can't see the server / server in the basement, me upstairs
        i sit at another desk, how do i open it / it runs on the server, i'm on my laptop / headless server, how do i open the page from my desk / make it visible in the office / visible to the whole office, how / ^let the office in / ^let other pcs in / ^make it visible on the lan / ^open it to the network / ^use it from home / ^listen on all interfaces / 0.0.0.0
        bind address / listen address / is it only local by default / only localhost by default / reachable by others / can strangers reach it / can the internet reach it / is it open to the internet / is my server exposed / exposed to the world / is it visible to the neighbours / vpn possible / over vpn
        reverse proxy / behind nginx / our domain in front of it? / can i give it a domain name / --host / serve --host what / host flag / flag for network access / option for other machines / which option lets others in / how can others in the house use it / other pcs, how they connect / wlan access
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
        ("and the exact command / exact command / what do i type", "Type: freehold serve --host 0.0.0.0."),
        (
            "which address then / what do they type / what url do they use / and their address",
            "They open the address of your machine, with port 8000.",
        ),
        (
            "do they need a key / with a key / and a password",
            "Yes, each person signs in with a key. Make one with: freehold keys create.",
        ),
        (
            "so i need wifi for that / do i need internet for that / is internet needed",
            "You need a network between the machines, but no internet.",
        ),
        (
            "and the firewall / firewall too / does the firewall matter",
            "A firewall on the machine must let port 8000 through.",
        ),
    ),
    intent(
        "key_where",
        """
        where is my key / where do i find my key / where's the key / ~where the key is / ~where i find my key / #the first key / #my key / #the admin key / what is my key / i can't find my key / where do i get a key
        where do i get an api key / where does the key come from / which key do i use / is there a default password / what's the password / default key / what's the login / where is the admin key printed
        do i need a key / where can i see my api key / ^get a key / ^find my key / password? / api key? / what do i use as api_key / what's the admin password / how do i get the first key
        which api key do i need
        password? what password / credential / credentials / token / api token / access token / login data / login details / passcode / pin / access code / where's the token / where's the password / where do i get the token / where do i get a password / which password do i enter / what password does it want / what credentials do i use
        it wants a token, which / it asks for a password i don't have / it wants a key and i have none / nobody gave me a key / no one told me a password / i never got a key / i was never given a password / i never saw a key / i didn't see any key / was there a key somewhere / didn't notice a key at the start / the key flew by in the terminal
        first login / first login, with what / initial password / initial key / admin password / admin login / admin account / default login / default user / admin admin / is it admin admin / root password / bearer token / which bearer token / what do i put into OPENAI_API_KEY / OPENAI_API_KEY = ? / can i use my openai key / is it my openai key / does my openai key work here
        where was the key shown / when is the key shown / where does it print the key / which line is the key / how does the key look / is the key in a file / is there a file with the key / in which file is the key / key where / where key / where i find my key / which place shows the key / do i get the key by mail / is the key sent by email / who gives me a key / who hands out keys
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
        (
            "and if i didn't see it / i did not see it / i missed it / it was not there",
            "Then make a new one with: freehold keys create.",
        ),
        ("and the exact command / exact command / which command", "Type: freehold keys create."),
        (
            "is it in a file / can i read it somewhere / in which file",
            "No, only a hash of it is kept, so no file shows it.",
        ),
        (
            "only one / just one key / can i have more",
            "You can have many keys: one for each person or program is best.",
        ),
        ("is my openai key ok / can i use my openai key / so not my openai key", "No, Freehold has keys of its own."),
    ),
    intent(
        "key_lost",
        """
        i lost my key / i forgot my key / what if i lose my key / my key is gone / i forgot my password / #a lost key / #forgotten key / can you show me my key again / ^recover my key / ^get my key back
        ^reset my key / ^reset the password / i did not write down the key / i closed the terminal and lost the key / key lost, help / can the key be recovered / where can i see the key again
        ~what to do when the key is lost / lost my api key / can't remember my key / i can't log in, i don't know the key / i have no key anymore
        token lost / lost token / password lost / lost password / password forgotten / forgotten password / forgot pw / lost pw / lost credentials / lost the secret / misplaced my key / i misplaced the token / i deleted the key by accident / i threw the key away / my note with the key is gone / my password manager lost it / the paper with the key is gone / my dog ate the key
        can't find the token any more / can't get in any more, no key / locked out / i'm locked out / i locked myself out / locked myself out, help / our admin left and took the key with him / the admin left with the only key / the guy with the key quit / nobody knows the key any more / nobody remembers the password / we lost the admin key / admin key gone / we have no key left
        i overlooked the key at first start / i didn't copy the key / forgot to copy it / forgot to save the key / forgot to note the key / i cleared the screen before copying the key / scrolled away, key gone / terminal closed too early / can it be shown once more / show the key a second time? / print it again / can you print the key again / ^see the lost key again / ^print the key once more / ^reset my token
        ^get in without the key / ^recover access / ^get back in / password reset / reset link / is there a password reset / forgot password button / key recovery / can support recover my key / don't have it written down / i have lose my key / my key is not there anymore / old key unknown / what's the way back in without a key
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
        ("and the exact command / exact command / which command / the command again", "Type: freehold keys create."),
        ("as root too / as root / do i have to be root / which user", "Run it as the same user that runs Freehold."),
        (
            "will that delete anything / does that delete something / is that safe",
            "It only adds a key and deletes nothing. Your data stays.",
        ),
        (
            "what about the old one / and the old key / is the old one still valid",
            "It still works until you revoke it with: freehold keys revoke.",
        ),
        ("must it be running / does the server have to run / must i restart", "No restart is needed."),
    ),
    intent(
        "key_new",
        """
        ^create a key / ^create a new key / ^make a key / ^get a new key / ^get another key / ^add a key / ^make an api key / ^generate a key / ^give my friend a key / ^get a key for my program / #new keys
        #creating keys / ~how to create a key / new key please / i need a key / i want a second key / key for a colleague / which command makes a key / can i have more than one key / another key
        how are keys created / create key
        syntax for new key / new key how / new key / fresh key / new token / new password / another token / extra key / extra token / second key / one more key / gimme a key / gimme a new key / give me a new token / can i get a token / need a key for my (script|bot|app|phone|colleague|intern|daughter) / need a token for my (bot|app|script|plugin)
        new (employee|intern|colleague|student) needs a key / my (wife|son|friend|intern|assistant) wants a key / my bot needs its own key / my script needs a credential / key for a (program|script|bot|guest|student|friend) / key for (my wife|my son|my boss|the intern|our website) / how do i hand out keys / ^hand out a key / ^issue a key / ^issue a token / ^mint a token / ^produce a key
        ^set a new password / ^make a credential / ^make a second password / ^make keys for my team / ^give each person a key / ^create ten keys / keys create / keys create how / keys create arguments / freehold keys create, what does it do / what does keys create do / options of keys create / which command for a new token / command new key / create token / add key / generate key / keygen
        how many keys can i make / limit of keys / is there a limit on keys / can i name a key / can i give a key a name / should everyone get a separate key / is one key per program better / who may create keys / where do i make keys / can i make keys on the web page / how i make new key / make me a key / can you make me a key / create one for me please
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
        ("and the exact command / exact command / the command again / what do i type", "Type: freehold keys create."),
        ("where do i type it / in which terminal / where", "In a terminal on the machine that runs Freehold."),
        ("how many / is there a limit / can i make ten / how often", "As many as you like."),
        ("does that cost extra / does a key cost something / is that free", "Keys are free of charge."),
        ("can i give it a name / with a name / can i name it", "Yes: freehold keys create --name, and then the name."),
        (
            "does the old one still work / and the old one / is the old key dead then",
            "Yes, the old key keeps working until you revoke it.",
        ),
    ),
    intent(
        "key_list",
        """
        ^list my keys / ^see all keys / ^list keys / ^show the keys / which keys exist / #a list of keys / ~how to list the keys / how many keys are there / who has a key / what keys do i have
        show me all keys / list of api keys / command to show keys / ^see who has a key
        keys list / keys list how / keys list, what does it show / list keys? / key overview / overview of keys / overview of all tokens / ^see all tokens / ^list tokens / ^list the credentials / ^find out who has access / ^check which keys are active / ^audit the keys / ^get an overview of the keys / all keys / all tokens / active keys / which tokens exist / which keys are live
        who got a key so far / who has access right now / to whom did i give keys / how many keys did i hand out / how many tokens exist / count of keys / are there old keys around / are there keys i forgot / i forgot which keys i made / lost track of my keys / too many keys, want to see them / auditor wants a list of keys / auditor asks who has access
        can i see the keys i made / show the keys / show me the tokens / print the keys / print all keys / where is the list of keys / key names / names of the keys / ids of the keys / where do i see the id of a key / what's the id of my key / list of who can log in / command for the list of keys / inventory of keys
        """,
        """
        List the keys with: freehold keys list. It shows their names, not the keys themselves.
        The command freehold keys list shows which keys exist, but never the secret keys themselves.
        """,
        (WHY, "Because Freehold keeps only a hash of each key."),
        ("and to delete one / how do i delete one / how do i revoke one", "With: freehold keys revoke."),
        (
            "does it show the secret / can i see the key itself / are the secrets shown",
            "No, it never shows the keys themselves; only their hash is kept.",
        ),
        ("and the exact command / exact command / what do i type", "Type: freehold keys list."),
        (
            "and revoked ones / are old keys shown / the dead ones too",
            "freehold keys list --all shows revoked keys, too.",
        ),
    ),
    intent(
        "key_revoke",
        """
        ^revoke a key / ^delete a key / ^remove a key / ^disable a key / ^block a key / ^cancel a key / ^take away a key / #revoking a key / #a stolen key / ~how to revoke a key / someone stole my key
        my key leaked / my key was stolen, what now / an employee left, what about the key / key is compromised / ^lock somebody out / ^get rid of an old key / i posted my key by accident
        keys revoke how / keys revoke / keys revoke syntax / keys revoke what arguments / revoke / revoke how / kill a key / ^kill a token / ^invalidate a key / ^deactivate a key / ^withdraw a key / ^cut somebody off / ^throw somebody out / ^take access away / ^stop a key from working / ^delete a token / ^remove a credential / ^make a key invalid / ^revoke access
        the intern left yesterday / (an intern|a colleague|someone|our admin) left the company, what about the key / we fired somebody, access must go / ex employee still has a key / my ex still has a key / how do i lock my ex out / colleague quit, remove access / remove access / access removal / withdraw access / key no longer needed / this key must die / get rid of that token
        i pushed my key to github / key is in a public repo / i committed my key by mistake / i mailed the key to the wrong person / the key ended up in a screenshot / somebody saw my key / someone else uses my key / i think somebody has my token / token leaked / leaked token / leaked credential, what now / stolen laptop with a key on it / my laptop with the key was stolen / key in wrong hands / hacked key
        my key was exposed / password leaked / security incident with a key / how fast does revoking work / does revoking work at once / is a revoked key dead at once / do i need a restart after revoking / how i delete one key / delete key / remove key / can a key be switched off / what happens to a revoked key / key expired, how / do keys expire / expiry of keys
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
        (
            "and the exact command / exact command / what do i type / which argument",
            "freehold keys revoke, then the id that freehold keys list shows.",
        ),
        (
            "will that delete anything / are the chats deleted too / does it delete chats",
            "No chats are deleted; only the key stops working.",
        ),
        ("how fast / at once / does it work right away / must i restart", "At once; no restart is needed."),
        (
            "do the others still work / and the other keys / all keys or only that one",
            "Only that key is revoked. The others keep working.",
        ),
    ),
    intent(
        "sign_in",
        """
        ^sign in / ^log in / ^login / ^get into the web page / #signing in / #login / #the login / ~how to sign in / what do i enter to log in / it asks me for a key / the page asks for a key / what's my username
        do i need an account / ^make an account / ^register / where do i log in / can't sign in / i can't log in / login does not work / how do users log in / ^log out / ^sign out / sign in?
        do i need a password
        login / log in / login how / log on / logon / sign on / user / user name / username / username and password / which user / which username / email or what / email address needed / do i need an email / does it want my email / registration / sign up / signup / how do i sign up / how do i become a user / no account yet / i have no account / where is the sign up button
        there's a login page, what now / page shows one box only / the page wants something from me / what goes in the box / what do i put in the box / there is only one field, what goes in / the field says key / it says enter your key / enter your key, it says / stuck at the login page / stuck at login / i'm stuck at the sign in screen / login screen, help / can't get past the login / can't get past the first page
        got a key, where do i put it / i have the key, where does it go / where do i paste the key / where do i enter my token / where do i type in the key / with what do i log in / what are my login details for the page / do i log in with google / google login / is there a google login / microsoft login / 2fa / two factor / stay logged in / does it keep me logged in / logged out again, why
        it threw me out / i got logged out / why am i logged out / ^get in / ^enter the site / ^authenticate / authentication / auth / how does authentication work / ^leave my account / logout / log off / ^log in as admin / ^switch to another user / i want in / lemme in / let me in / how i can enter / how do the others log in / my colleague can't log in
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
        (
            "no password / so no password / and the password / which password",
            "There is no password and no user name. The key is enough.",
        ),
        ("which page is that / on which page / where is that", "It is http://127.0.0.1:8000."),
        ("how often / every time / must i do that each time / only once", "Only when the page asks for it."),
        (
            "is that safe / is one key safe / is that secure",
            "Yes, if you keep the key secret. If it leaks, revoke it with: freehold keys revoke.",
        ),
    ),
    intent(
        "client",
        """
        ^use the openai client / ^connect the openai library / ^use the openai python library with @ / ^connect my program / ^connect my app / ^use @ from python / ^use @ from my code / ^use the openai sdk
        #the openai client / #client libraries / #the python client / ~how to connect my program / do i need a special library / which client do i use / how do i set base_url / ^set the base_url / ^point my app at @
        is there a python library / can i use the openai package / does the openai library work / what do i change in my code / ^replace openai in my code / how does my program talk to @
        ^use @ in my app / what must i change in my openai code / ^call @ from javascript / python example / how do i use it with python
        sdk / client / client lib / library / python? how / node / node js / javascript / typescript / golang / java / php / c#? / rust client / which (python|node|go|java|php|javascript) library / from (node|go|java|php|excel|javascript|ruby), how / pip install openai, and then / import openai, then what / openai python package, which arguments / OpenAI(...) with what
        my code calls openai, what do i edit / my bot uses gpt, how do i point it here / point langchain here, how / how do i wire up my app / wire my app to it / hook my program up / plug my code into it / ^hook up my app / ^wire up my script / ^connect langchain / ^connect my chatbot / ^write a program that uses @ / ^use it in a script / ^use it in node / ^integrate it into my website / ^talk to it from code
        code sample / code example / sample code please / example in python / minimal python example / hello world in python? / snippet / show me code to connect / show me some python that calls you / two lines of python please / which lines do i change in my script / which two settings do i change / what goes into the constructor / constructor arguments / how is the client created
        developer wants to call it, what does he need / our web shop should use it, how / our app should talk to it / we want it inside our software / my program should ask you questions / can my website use it / programmers ask how to connect / api_key and base_url, what goes there / what's my api_key in code / client settings / connection settings / settings for my chat app / settings for a third party app
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
        (
            "and the exact line / exact line / show me / show me the code / in python",
            'client = OpenAI(base_url="http://localhost:8000/v1", api_key="your key")',
        ),
        (
            "and in javascript / and in node / other languages / also in java",
            "The same in every language: set the base URL and the key of its OpenAI client.",
        ),
        (
            "only those two / just two things / nothing else / is that everything",
            "Yes, those two, and the name of a model you have.",
        ),
        (
            "does that cost extra / do i pay openai / does openai charge me",
            "No. Nothing goes to OpenAI, so nobody charges you.",
        ),
        (
            "so i need internet for that / do i need wifi for that / does it go to openai",
            "No. Everything stays on your machine and works offline.",
        ),
    ),
    intent(
        "endpoints",
        """
        which endpoints are there / what endpoints does @ have / #endpoints / #the endpoints / ~which endpoints there are / is there a chat completions endpoint / list the endpoints / what can i call
        which api calls work / does /v1/models work / is /v1/chat/completions supported / which paths does the api have / api reference / ^see the endpoints / what routes does the api offer
        endpoint list / paths / api paths / api docs / api documentation / swagger / openapi spec / which routes / list of urls / which urls can i call / which urls answer / calls available / methods / api methods / /v1/models / /v1/chat/completions / /v1/completions / /chat/completions / /v1/responses / completions endpoint / models endpoint / chat endpoint
        what can my code call / what can the api do / what does the api offer / what's in the api / which parts of the openai api exist here / how much of the openai api is there / is the whole openai api there / full api or part / which part of the api is done / which openai functions work / which path for chat / path for chat / path for the list of models / where do i post messages / where do i post to
        where to send the json / post to where / http methods / which http calls / supported calls / supported endpoints / api overview / reference for developers / i need the api reference / what url path lists models / is /v1/embeddings there / all the urls please
        """,
        """
        The main endpoints are /v1/chat/completions, /v1/embeddings and /v1/models, at http://localhost:8000.
        Freehold's API has /v1/chat/completions for chat, /v1/embeddings for embeddings, and /v1/models for the list of models.
        """,
        ("and speech / and images / what about audio / and /v1/images", "Those are planned and come later."),
        ("and streaming / does it stream / is streaming there", "Yes, chat completions can stream."),
        ("and the exact url / exact url for chat / full url", "It is http://localhost:8000/v1/chat/completions."),
        ("do i need a key / with a key / is a key needed", "Yes, send your key as the bearer token."),
        ("is that all / only three / only those / nothing more", "Those are the main ones."),
    ),
    intent(
        "streaming",
        """
        does @ support streaming / does streaming work / #streaming / ~whether streaming works / ^stream the answer / ^use streaming / can i stream tokens / is stream=true supported / word by word answers
        ^get the answer word by word / server sent events? / can answers come piece by piece / ^turn on streaming / streaming?
        stream / stream=true / stream flag / sse / event stream / token by token / live output / word for word / typing effect / typewriter effect / does it type live / can i watch it write / can i see the answer while it is written / answers arrive all at once, why / why does the answer come all at once / must i wait for the whole answer / i don't want to wait for the full answer
        show words as they come / first words sooner / partial answers / chunks / do chunks arrive / chunked answers / answer in chunks / ^stream tokens / ^show the answer live / ^get partial answers / ^switch streaming on / ^receive the answer in pieces / streaming supported / streams / is streaming possible / streaming over the api / does the api stream / does stream work like at openai / same streaming as openai
        websocket or sse / is there a websocket / my app needs streaming / live tokens in my app, possible / stream it to my website / does the sdk streaming work
        """,
        """
        Streaming works: set stream to true in your OpenAI client, and the answer comes word by word.
        Streaming is supported. Set stream=True in the request, and Freehold sends the answer piece by piece.
        """,
        (WHY, "With streaming you see the first words at once, not only the finished answer."),
        ("and the exact line / exact setting / which setting / where do i set it", "In the request: stream=True."),
        (
            "is it faster / does it get faster / so it's faster",
            "The whole answer takes as long, but you see the first words at once.",
        ),
        ("on the web page too / and in the web page / and the page", "Yes, there the words appear as they come."),
    ),
    intent(
        "curl",
        """
        ^use curl / ^call @ with curl / ^send a request with curl / #curl / #a curl example / give me a curl example / show me a curl command / curl? / can i test it with curl / ^test the api from the command line
        what does a request look like / example request / ^make an http request / curl command for chat / ^try the api quickly
        curl pls / curl how / curl line / curl syntax / one-liner for the api / one liner / shell example / bash example / command line request / raw http / raw request / http example / postman / with postman, how / wget / how do i test the api quick / quick api test / smoke test / api test from the shell / ^check that the api answers / ^see if the api works / ^ping the api / ^test my key
        does my key work, how do i test / is the api alive, how do i check / just wanna see the api answer / no python here, how do i call it / without any library, how / no sdk, only a shell / header for the key / which header / which header carries the key / authorization header / bearer / bearer header how / auth header / json body / what json do i send / what does the json look like / body of a chat request
        example call please / sample request / how do i send a post / post request how / ^write a request by hand / ^ask for the models with curl / give me something to paste in the shell / what can i paste into the terminal to test the api
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
        ("and the header / which header / what header is that", "Authorization: Bearer your-key."),
        (
            "where do i type it / where do i run that / in which terminal",
            "In a terminal on the machine that runs Freehold.",
        ),
        (
            "it says 401 / i get 401 / unauthorized",
            "Then the key is missing or wrong. Make one with: freehold keys create.",
        ),
    ),
    intent(
        "terminal_chat",
        """
        ^chat in the terminal / ^use the terminal chat / ^talk to you in the terminal / ^chat from the command line / ^chat without a browser / #the terminal chat / #chat in the console / ~how to chat in the terminal
        is there a command line chat / is there a terminal chat / can i chat in the shell / do i need a browser / command line chat? / chat command / cli chat / what does freehold chat do
        is there a text mode / how do i open the chat in my console
        freehold chat / chat cmd / tui / cli / text only chat / ssh only, can i chat / over ssh, how do i chat / i only have ssh / no browser on this server / server has no screen, how do i chat / headless, chat how / i like the terminal better / i hate browsers / i live in the terminal / black window chat / chat in bash / console chat / shell chat
        talk without opening a browser, how / talk to it from the prompt / ask a quick question from the shell / ^ask something from the shell / ^talk over ssh / ^chat in a console window / ^open a chat in the shell / ^use it without the web page / ^have a conversation on the command line / is the web page the only way / only in the browser / other way than the browser / must i use the browser
        is there a version for the command line / chat client for the terminal / which command opens a chat / which command lets me talk to you / command to talk to the model / how do i talk to you from here / can i pipe text into it / pipe a question into it / use in a shell script / chat via console, how / terminal fan here, how do i chat / freehold chat how does it work / what happens when i type freehold chat
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
        (
            "must the server run / does the server have to run / do i start the server first",
            "Yes, start Freehold first with: make serve.",
        ),
        ("and the exact command / exact command / what do i type", "Type: freehold chat."),
        ("do i need a browser / so no browser / without browser", "No browser is needed."),
        (
            "in another terminal / in the same terminal / which terminal",
            "In a second terminal, while Freehold runs in the first.",
        ),
    ),
    intent(
        "models_list",
        """
        ^list the models / ^see which models are installed / ^see the models / ^list all models / ^show my models / #the list of models / which models are installed / which models do i have / what models are there
        ~which models are installed / model list / show models / command for listing models / which models can i choose / how many models are installed / ^see details of a model / what does models show do
        what are the model names / which model names can i use / list models
        models / models list / models list how / models show / models show arguments / which brains are installed / what's installed / installed models / available models / models available / inventory of models / ^see what i have installed / ^check the installed models / ^find the name of a model / ^get the model names / ^list the weights / ^look at one model / ^show a model's details
        what's on the shelf / what do i have on this server / what did my colleague install / how many models do i have / did the import work, how do i see / is my model there / where's my imported model / can't see my model / is llama installed here / is mistral installed here / what model name do i put in the code / exact model name / name of the model for my code? / model id / model ids
        what is the model called in the api / which name goes into model= / model= what / model parameter / what do i write for model / details about one model, how / size of an installed model / how big is my model on disk / show me what models exist / command that prints the models / print all models / show weights / weights list / list of checkpoints / which checkpoints are here / what all models are there
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
        ("and the exact command / exact command / what do i type", "Type: freehold models list."),
        ("where do i type it / in which terminal / where", "In a terminal on the machine that runs Freehold."),
        (
            "and in my program / from my code / via the api / and with the api",
            "Ask http://localhost:8000/v1/models with your key.",
        ),
        (
            "only one / why only one / just the starter",
            "At first there are only the built-in models. Add more with: freehold models import <folder>.",
        ),
    ),
    intent(
        "models_import",
        """
        ^import a model / ^import a bigger model / ^add a model / ^add a bigger model / ^install another model / ^get a bigger model / ^use a bigger model / ^use another model / ^load my own model / ^use my own model
        ^replace you with a better model / ^upgrade the model / ^bring my own model / #importing a model / #a bigger model / ~how to import a model / import from a folder / i want a smarter model / i need a better model
        can i get a smarter ai here / how do i make @ smarter / ^add a llama model / is there a better model / how can i get better answers from a bigger model / how do i get rid of you / import model
        you are too small, i want a bigger one / i downloaded a model, how do i use it
        models import / models import how / models import arguments / models import syntax / import? / import how / import weights? / import checkpoint? / import from disk? / import from usb? / model on a usb stick, how do i get it in / i have the weights on a disk / got a llama folder here / i have a llama on my drive / downloaded llama weights, now / folder with safetensors, now what
        copied the model to the server, next / model files are in /tmp, how do i load them / plug in a bigger brain / bigger brain please / wanna have a smarter model / smarter / can i swap you out / swap the model / replace the starter / starter is too dumb, what now / starter is a toy, give me a real one / i want a real model / i need something stronger / something stronger pls / more powerful model / more power / bigger llm
        ^get something smarter than you / ^put a bigger brain in / ^load weights from disk / ^load a checkpoint / ^register a model / ^put my finetune in / ^serve my own weights / ^serve a llama / ^use llama instead of you / ^swap you for a bigger one / ^hook in a local model / ^add weights / ^bring in a model without internet / ^copy a model in / own weights / own model / own finetune, how do i load it
        on an air-gapped server, how do i add a model / offline server, how do i get a model in / where do i put the model files / in which folder do i put the weights / where do i drop the safetensors / can i upload a model on the web page / upgrade to a better brain / we trained a model and want to serve it / how we add our model / model add / add llm / does import copy the files / does import move my files
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
        (
            "and the exact command / exact command / what do i type / the syntax",
            "Type: freehold models import <folder>.",
        ),
        (
            "will that delete anything / does that replace you / are you gone then / will it overwrite you",
            "No, nothing is deleted. I stay, and the new model stands beside me.",
        ),
        (
            "do i need internet for that / so i need wifi for that / is internet needed",
            "Not for import: the folder is on your disk. Only pull needs internet.",
        ),
        (
            "does that cost extra / does it cost something / is that free",
            "Freehold charges nothing for it. Mind the licence of the model itself.",
        ),
        (
            "how long does it take / does it take long / how long",
            "That depends on the size of the model and the speed of your disk.",
        ),
    ),
    intent(
        "models_pull",
        """
        ^pull a model / ^download a model / ^fetch a model / #pull / #pulling a model / #downloading models / what does models pull do / ~how to download a model / can Freehold download models
        where do i download models / can i get models from hugging face / ^download a bigger model / which command downloads a model / pull command / ^get a model from the internet
        models pull / models pull how / models pull syntax / pull how / pull / download / dl a model / ^grab a model / ^grab a model from hugging face / ^get weights from hugging face / ^download weights / ^fetch weights / ^load a model from the net / ^pull from the hub / hf download / from huggingface, how / hugging face download / straight from hugging face / from the hub / fetch
        is there something like ollama pull / like ollama pull / ollama pull equivalent / how do i get llama onto this thing from the internet / i have no model yet, where do i get one / where do models come from / where can i find more models / is there a model store / model store / model library / catalogue of models / which names can i pull / what name do i give to pull / repo name / hub name
        does it download by itself / automatic model download / big download / how big is a download / how long does pulling take / pulling is slow / the pull fails / pull failed / pull doesn't work, i'm offline / can pull work offline / pull or import, what's the difference / difference between pull and import / pull vs import / import vs pull / when pull and when import / do i need a hugging face account / hf token needed
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
        ("and the exact command / exact command / what do i type", "Type: freehold models pull <name>."),
        (
            "so i need wifi for that / so i need internet for that / must i be online",
            "Yes, for the download. Afterwards the model works offline.",
        ),
        ("does that cost extra / does a download cost something / is that free", "Freehold charges nothing for it."),
        ("where does it go / which folder is that / where is it stored", "Into the data folder, with your other data."),
        (
            "does it send my data / is my data sent / is that private",
            "None of your data is sent. It only fetches the model's files.",
        ),
    ),
    intent(
        "models_choose",
        """
        ^choose a model / ^switch the model / ^change the model / ^select another model in the chat / #choosing a model / where do i choose the model / ~how to switch models / can i switch models in a chat
        ^pick a different model / which model is used by default / ^set the default model / model menu / change model
        model switch / switch model / other model / change brain / swap models in the chat / model picker / dropdown / where's the dropdown / where's the model picker / where do i pick the brain / imported llama, but still the starter answers / i imported one but you still answer / why do you still answer, i imported another / how do i talk to the new one / ^talk to the new model / ^talk to the imported one / ^chat with llama
        ^select llama / ^select the imported model / ^make the new model answer / ^use the imported one / ^go back to the starter / ^set which model answers / which one answers me now / which model am i talking to in the menu / default model / standard model / who answers by default / can i change the default / per chat model / different model for each chat / choose llm / select model / model selection
        new model is in, how do i use it in the chat / how do i tell my code which model / model name in code, how do i change / i have two models, how do i pick / two models installed, which one is used / can i change it mid chat / in the middle of a chat, other model
        """,
        """
        Choose the model in the web page's model menu, or give its name as model in your program.
        In the web page pick a model from the menu; in a program set model to its name. See names with: freehold models list.
        """,
        ("which names / what names are there / what can i choose", "See them with: freehold models list."),
        ("and in my code / in my program / and via the api", "Set model to its name in the request."),
        ("where is the menu / where is that / on which page", "On the web page http://127.0.0.1:8000."),
        ("and back to you / can i go back / and back again", "Yes, pick the starter model again in the same place."),
    ),
    intent(
        "retrain",
        """
        ^train you / ^retrain you / ^train you again / ^train my own model / ^train a model / ^reproduce you / ^change your training / #training you again / #freehold train / ~how to retrain you / what does train starter do
        can i train a model with @ / can i make my own model / can i train you on my data / train command / ^fine-tune you / ^build a model from scratch / is training possible / how long does training take
        train / train how / train starter / train starter how / freehold train / freehold train starter, what is that / finetune / fine tune / fine-tuning / own training / custom training / teach it our documents, possible / ^teach you my documents / ^train it on our data / ^feed it our handbook / ^make my own starter / ^rebuild the starter / ^build the built-in model again / ^train the tiny model
        i wanna train it myself / wanna cook my own model / cook my own model, how / training from scratch, how / can i redo your training / redo your training how / can i reproduce the weights / reproducible / are your weights reproducible / where's the training script / training script / training recipe / recipe / which command trains you / how many hours to train / hours of training
        gpu for training / training on cpu ok / do i need a cluster to train / is training expensive / what does training need / students want to train a small model / for a lesson i want to train you / class project: train a model / can a school train you / train with my chats / can it learn from our files / can you be trained further / further training / re-train you, command
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
        ("and the exact command / exact command / what do i type", "Type: freehold train starter."),
        (
            "will that delete anything / does it delete you / are my chats gone then",
            "It does not touch your chats or keys.",
        ),
        (
            "on my own texts / with my data / can i use my own texts",
            "The command trains the built-in starter with its own recipe. For other skills import a model made for them.",
        ),
        ("does that cost extra / what does it cost / is that expensive", "Only electricity and time."),
    ),
    intent(
        "doctor",
        """
        what does doctor do / what is freehold doctor / #doctor / #the doctor command / ~what doctor does / ^check my machine / ^find problems / ^see what is wrong / ^diagnose a problem / ^fix a problem / ^troubleshoot
        something is wrong / it doesn't work / Freehold does not work / it's broken / nothing works / i get an error / there is an error message / it crashed / the server does not start / it won't start
        why does it not start / help, it's not working / what do i do when something fails / is there a health check / ^test my installation / i have a problem with Freehold / doctor?
        is my machine ok / an error occurred / Freehold keeps crashing / there's a problem / what should i do if @ breaks
        smth is broken / smth's wrong / sth is off / it's bust / it's dead / it died / borked / kaputt / not working / doesn't work / does not work :( / nothing happens / nothing happens after make serve / it hangs / it's stuck / it froze / it freezes / it's frozen / it stopped working / it worked yesterday / it worked yesterday, not today / it suddenly quit / it exits at once / it closes right away
        traceback / i see a traceback / stack trace, help / red text everywhere / lots of red text / failed to start / startup failed / fails to start / make serve fails / make serve gives an error / make serve doesn't work / server crashed / server down / server is down / database does not start / postgres won't start / database error / permission denied / disk full error / cannot write to the data folder
        health / healthcheck / self test / diagnostics / diagnose / diagnosis / ^run a self test / ^run diagnostics / ^check the health / ^check if all is well / ^get it working again / ^repair it / ^debug it / ^find the fault / repair / fix / fix it pls / help!! it's broken / sos it's broken / panic, server down / what's wrong with my install / is my install ok / is everything set up right / did i set it up right
        before i start, is my machine ready / can something check my machine / what tells me what is wrong / who tells me what to fix / tool for finding faults / troubleshooting / trouble shooting guide / doctor command / freehold doctor what is / freehold doctor does what / what is the doctor thing / is there a doctor in the house / a doctor for software / what to do at problems / it makes error / it give me error / the program is not good working
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
        ("and the exact command / exact command / what do i type", "Type: freehold doctor."),
        (
            "will that delete anything / does it change anything / is that safe / can it break something",
            "It only checks; it deletes nothing.",
        ),
        ("does it repair it / does it fix it itself / will it fix it for me", "It names the fix; you carry it out."),
        ("how often / when should i run it / every day", "Whenever something seems wrong."),
        (
            "does that need internet / do i need wifi for that / does it send a report",
            "No, it runs on your machine and sends nothing out.",
        ),
    ),
    intent(
        "config",
        """
        ^change the settings / ^configure @ / ^change a setting / ^see the settings / #the settings / #configuration / #the config file / #freehold.toml / ~where the settings are / where are the settings
        where is the config file / what is freehold.toml / which settings are there / what does config explain do / ^find out what a setting means / what can i configure / is there a config file / settings?
        ^edit the config / how is @ configured / what does a setting mean
        config / conf / settings file / config file where / toml / toml file / .env / environment variables / env vars / options / preferences / prefs / parameters of the server / config explain / config explain does what / config explain how / config explain what argument / config list / config keys / explain a setting? / ^tweak @ / ^tweak the settings / ^customise it / ^adjust @ / ^set an option
        ^change the configuration / ^set things up differently / ^look up a setting / ^read about a setting / ^change the data folder / ^change a default / ^find the config / where's freehold.toml / freehold.toml where / what goes in freehold.toml / what's in freehold.toml / how does freehold.toml look / do i have to write a config / must i configure anything / needs configuration / works without configuration
        what can be changed / what can be tuned / tunable / knobs / which knobs are there / list of options? / list of settings? / all the settings / what does this setting do / i don't understand a setting / unknown setting, what does it mean / meaning of a setting / default settings / defaults / reset settings / back to default settings / i changed a setting and nothing happens / setting has no effect
        do settings apply at once / restart after a change of settings / is there a settings page / settings on the web page / settings menu / admin panel / control panel / config in which file / configuration how
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
        ("and the exact command / exact command / what do i type", "Type: freehold config explain <key>."),
        (
            "which key / what is key here / what do i write for key / what is <key>",
            "The name of a setting, as it stands in freehold.toml.",
        ),
        (
            "can i break something / is that safe / what if i do it wrong",
            "If something goes wrong, run freehold doctor, or take the change back.",
        ),
        (
            "are my api keys in it / is my key in there / my access key",
            "No. Here a key is the name of a setting, not an access key.",
        ),
    ),
    intent(
        "help_command",
        """
        ^get help / ^see all commands / ^list the commands / #the commands / #all commands / #help / #the documentation / #the manual / which commands are there / what commands does @ have / ~which commands there are
        is there a manual / where is the documentation / is there documentation / where can i read more / ^learn more / what does freehold --help do / command list / show me the commands / help command
        who can help me with @ / ^get support / is there support / where can i ask questions / tutorial? / ^learn @
        help? / --help / -h / help page? / man page / manpage / docs / docs where / doc link / manual / handbook / guide / user guide / wiki / faq / cheat sheet / cheatsheet / commands / cmds / cmd list / all cmds / which cmds / subcommands / options of freehold / freehold what commands / freehold + what / what can i type after freehold
        what can i type / what are my options on the command line / every command please / overview of commands / command overview / commands overview / list of everything i can type / i forgot the commands / forgot the command / i can't remember the command / what was that command again / which command was it / i don't know any command / what commands should i know / most important commands / basic commands
        ^find the right command / ^look up a command / ^read the docs / ^read the manual / ^get a list of commands / ^get the help text / rtfm where / where do i rtfm / where can i look things up / anything to read / reading material / do you have a handbook / any course / video tutorial / how do i learn to use it / where's the help / support / who do i call / whom can i ask
        is there somebody to help / is there a community / forum / discord / customer service / paid support / consultant
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
        ("and the exact command / exact command / what do i type", "Type: freehold --help."),
        (
            "and for one command / for one command / help for keys",
            "Put --help after it, for example: freehold models --help.",
        ),
        ("where do i type it / where / in which window", "In a terminal on the machine that runs Freehold."),
        (
            "does support cost extra / what does help cost / is help free",
            "The built-in help is free, like everything in Freehold.",
        ),
    ),
    intent(
        "logs",
        """
        where are the logs / ^see the logs / ^read the log / #the logs / #the log file / ~where the logs are / is there a log / ^find the log / log file? / where can i see error messages / ^see what the server does
        how do i watch the requests / are there metrics / ^monitor @ / ^see how many requests there are
        log / logs / logs where / logfile / logging / log output / stdout / journal / journalctl / /var/log / is it in /var/log / tail what / which file do i tail / output where / where does it print / where does it write errors / error log / access log / request log / who asked what, is it logged / what is being logged / is there any logging / what did the server do last night
        what happened at 3 am / ^look at the log / ^check the log / ^watch the log / ^follow the log / ^see the last errors / ^trace a request / ^see the traffic / ^see what's going on / ^check what happened / support wants a log / they want a log from me / i need the log for a bug report / messages of the server / server messages / server output / debug output / trace / statistics / usage stats / prometheus / monitoring / metrics / grafana
        how many requests today, can i see that / can i see the requests / i can't find any log / no log file anywhere / log where is / in what file are the errors
        """,
        """
        The logs appear in the terminal where Freehold runs.
        Look at the terminal where you started Freehold: the logs are printed there.
        """,
        (
            "and if there is an error / what if i see an error / i see an error",
            "Run freehold doctor: it checks the machine and names the fix.",
        ),
        ("which terminal / which terminal is that / where is that terminal", "The one in which you typed make serve."),
        ("can i save them / into a file / can i keep them", "Yes, redirect the output of make serve to a file."),
        (
            "do they leave my machine / are they sent somewhere / is that private",
            "They stay on your machine; nothing leaves it.",
        ),
    ),
    intent(
        "backup",
        """
        ^back up my data / ^make a backup / ^save my data / ^restore a backup / ^move @ to another machine / ^move my data / ^copy Freehold to a new server / ^transfer everything / #backup / #backups
        #moving to another computer / ~how to back up / backup? / can i move @ / i have a new computer, how do i take my chats along / ^export my chats / what do i have to copy / ^keep my data safe
        ^migrate to a new machine
        moving to a new server / we're moving to a new machine / new laptop next week / new (server|laptop|pc|machine) arrived, how do i take everything along / old server dies soon, what do i save / server is old and must be replaced / hard disk makes noise, how do i save my chats / disk is dying / my disk may fail / what if my disk dies / what if the machine burns down / disaster recovery
        backup? how / backup how / backup command / backup procedure / backup plan / back up what / back up which folder / what must be in the backup / what should my backup script copy / nightly backup / cron job for backups / snapshot / ^take a snapshot / ^make a copy of everything / ^clone my install / ^secure my data / ^rescue my chats / ^carry it over to another box / ^take everything with me
        ^move house with it / ^transfer it to a new pc / ^relocate the server / ^copy my chats to another machine / ^put it on another disk / ^move it to a bigger disk / ^get my data out / ^export everything / export / export my data / data export / migrate / migration to new hardware / transfer / move / copy / restore / restore how / restore from backup / put a backup back, how / can i get yesterday's state back / rsync ok / is rsync enough
        pg_dump needed / is copying enough / is copying the folder enough / which files do i take along / do keys move too / are the keys in the backup / are models in the backup / can i copy it while it runs / hot backup / backup while running / how often should i back up / keep my chats safe, how / save everything how
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
        (
            "and the exact command / exact command / which command do i use",
            "Stop Freehold, then for example: cp -a ~/.local/share/freehold /path/to/backup.",
        ),
        (
            "which folder is that / which folder is that as root / and as root",
            "As root it is /var/lib/freehold, else ~/.local/share/freehold.",
        ),
        (
            "how often / how often should i do that / every day",
            "As often as your data matters to you. Daily is a good habit.",
        ),
        (
            "are the keys in it too / do my keys move too / need new keys then",
            "Yes, the keys move with it, so they keep working.",
        ),
        ("is that all / only that folder / only one folder / nothing else", "Yes, that one folder holds all the data."),
        ("will that delete anything / is that safe / does it change something", "Copying deletes nothing."),
    ),
    intent(
        "update",
        """
        ^update @ / ^upgrade Freehold / ^get the newest version / ^install an update / #updates / #updating / ~how to update / is there an update / does @ update itself / are there automatic updates
        do i lose data when i update / new version available? / update? / how do i stay up to date / will my chats survive an update
        upgrade how / update how / updates / new version / newer version / latest version / patch / patches / security updates / security patches / git pull and then / after git pull, what / i pulled the new code, now / new release is out, what do i do / there is a newer release, how do i get it / is mine outdated / am i outdated / my version is old / old version, what do i do / ^get the latest / ^get to the next version
        ^bring it up to date / ^patch it / ^move to the new version / ^upgrade without losing chats / ^keep it current / ^check for updates / does it nag about updates / auto-update / auto updates / does it download updates / will it change overnight / does it change by itself / can i stay on this version / must i update / do i have to update / is updating required / how often do updates come / how often should i update
        do updates cost / are updates free / will an update break something / is updating safe / does updating wipe my data / keep chats after upgrade / does an upgrade keep the keys / update without internet / offline update / update on an air-gapped machine, how / downgrade / can i go back to the older version / update procedure / how make update
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
        ("and the exact command / exact command / which command", "Get the new folder, then run: make serve."),
        (
            "will that delete anything / does it delete something / is that safe",
            "It deletes nothing: your data is kept. A backup first is still wise.",
        ),
        (
            "how often / must i do that often / every week",
            "There is no must. Update when you want something from the new version.",
        ),
        ("does that cost extra / are updates free / must i pay for updates", "Updates are free, like Freehold itself."),
        (
            "do i need internet for that / so i need wifi for that / and offline",
            "You need the new folder; you can also bring it on a disk.",
        ),
    ),
    intent(
        "delete_chats",
        """
        ^delete a conversation / ^delete my chats / ^delete this chat / ^remove a chat / ^clear my history / ^erase my messages / ^delete everything / #deleting conversations / ~how to delete a chat
        can i delete my messages / is there a delete button / delete this conversation / forget this conversation / wipe my history / ^delete old conversations / ^delete one chat
        delete / delete chat / del chat / clear chat / trash / where's the bin / where's the trash can / remove history / clean history / empty my history / i wrote something embarrassing / i typed a password by mistake, remove it / i pasted something secret, get rid of it / my boss must not see this chat / nobody should read this chat, how do i remove it / my kid chatted nonsense, remove it / too many chats in the list / the list is full of old chats
        ^erase a conversation / ^wipe a conversation / ^clean up my chats / ^tidy my chat list / ^throw a chat away / ^get rid of a conversation / ^get rid of old chats / ^remove what i wrote / ^make a chat disappear / ^delete my messages / ^delete the chat from yesterday / ^drop a conversation / ^purge my chats / purge / erase / right to be forgotten / gdpr deletion / a customer wants his data deleted / can chats be removed / are deleted chats really gone
        is a deleted chat gone for real / really deleted or only hidden / where is the delete button / delete button where / no delete button to be seen / how i delete my talk / delete my talk / take this chat away / can chats delete themselves / are chats deleted automatically / how long are chats kept / retention / do chats expire
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
        ("where is that list / on which page / where is that", "On the web page http://127.0.0.1:8000."),
        (
            "will that delete anything else / is my key deleted too / do i lose my key",
            "No, only that conversation goes.",
        ),
        (
            "are they really gone / really gone / is it only hidden",
            "Yes, it is gone from your database. Old backups may still hold it.",
        ),
    ),
    intent(
        "old_chats",
        """
        ^see old conversations / ^find an old chat / ^open an earlier conversation / ^continue an old chat / ^see my history / ^go back to an earlier chat / #my chat history / #old conversations / where is my chat history
        where are my old chats / are my chats saved / are conversations stored / can i read what i wrote yesterday / i can't find my old chat / ~where my old chats are / where did my conversation go / my chat is gone / chat history?
        does the web page keep my conversations / is there a history
        history / my history? / past chats / earlier chats / previous chats / previous conversations / archive / chat archive / chat log / chats from last week, where / yesterday's chat, where / last week's conversation / where's yesterday's chat / where did yesterday's talk go / i want to reread something / i asked something monday, where is it / you told me something last week, where can i read it
        ^reread a chat / ^reopen a chat / ^look up an old answer / ^look at last week's chat / ^find what i asked before / ^scroll back to old chats / ^pick up where i left off / ^resume a conversation / ^get back to my chat / ^search my chats / ^find a past conversation / resume / resume a chat / continue from yesterday / can we go on from yesterday / i closed the window, is my chat lost / closed the tab, is the chat lost / tab closed, chat gone
        browser crashed, is my chat gone / are chats kept / are chats saved automatically / autosave / do i have to save a chat / save button / does it save conversations / my chats disappeared / my conversations vanished / i see no old chats / list of my chats? / chat list / sidebar / where's the sidebar with my chats / can i still read my first chat / are old messages kept / old messages where / earlier talk, where i find
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
        ("how long are they kept / are they kept for ever / how long", "They stay until you delete them."),
        (
            "are they on my machine / where are they stored / in the cloud",
            "They are in the database in your data folder, on your own machine.",
        ),
        (
            "do you remember them / can you read them / do you know them",
            "No, I see only the conversation that is open.",
        ),
    ),
    intent(
        "new_chat",
        """
        ^start a new chat / ^start a new conversation / ^open a new chat / #a new conversation / new chat / start over / can we start again / reset / clear / ^reset the conversation / ^rename a chat
        let's start from the beginning / begin a new conversation / i want to start fresh
        new / fresh chat / fresh start / clean slate / blank page please / new topic / new subject / other topic, new chat / i want to talk about something else, in a new chat / this chat is a mess, new one please / this chat got too long / too long, begin a new one / ^begin afresh / ^begin again from zero / ^get an empty chat / ^open a blank chat / ^open another chat / ^start from scratch with a chat / ^have a second chat / ^wipe the slate
        clean slate please / empty chat / second chat / another chat / new conversation / new talk / new thread / open a thread / new window for chat / where's the new chat button / which button for a new chat / how many chats can i have / can i have two chats at once / restart the conversation / restart our talk / reset chat / reset this talk / rename chat / ^give a chat a name / ^name a chat / ^title a chat / can i rename a conversation / forget all that and begin anew
        """,
        """
        Start a new conversation with the new chat button on the web page. I then forget this one.
        Use the new chat button on the web page. A new conversation starts empty.
        """,
        ("is this one lost / is this chat lost / will this be deleted", "No, the old conversation stays in the list."),
        (
            "where is the button / where is it / which button",
            "On the web page http://127.0.0.1:8000, at the list of conversations.",
        ),
        (
            "do you forget me then / so you forget me / will you know me",
            "Yes, in a new conversation I know nothing of the old one.",
        ),
        ("how many / is there a limit / how often", "As many as you like."),
    ),
    intent(
        "uninstall",
        """
        ^uninstall @ / ^remove @ / ^delete Freehold / ^get rid of @ / ^remove it completely / #uninstalling / #removal / ~how to uninstall Freehold / how do i delete the software / uninstall?
        i don't want it any more / ^clean everything up / ^wipe Freehold from my computer
        remove / removal how / wipe / wipe it / ^wipe it off my disk / ^purge it / ^clean it off my machine / ^throw it out / ^scrub it from the server / ^erase Freehold / ^take it off my machine / ^remove every trace / ^delete all of it / ^undo the install / deinstall / de-install / deinstallation / uninstaller / is there an uninstaller / apt remove / rm -rf what / what do i rm / which folders do i delete / which folder must go
        i tried it, now i want it gone / i don't like it, how do i remove it / not for us, how do we get rid of it / need the disk space back / want my disk space back / we give the server away, how do i wipe everything / selling the laptop, how do i erase it all / handing the machine to someone else, how do i clean it / project over, remove it / test is over, clean up / clean removal / complete removal / does it leave traces / any leftovers / leftovers after removal
        does removing it delete my chats / do chats stay after uninstalling / remove it but keep the data / can i remove it and come back later / is it hard to remove / easy to remove / how i delete this program / delete the program how / kick it off my computer / uninstall how / remove this thing pls / wanna delete freehold / byebye freehold, how to remove
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
        (
            "will that delete my chats / will that delete anything / are my chats deleted too",
            "Only if you delete the data folder. The program's folder holds no chats.",
        ),
        (
            "and the exact command / exact command / which command",
            "Delete the Freehold folder, and if you want, the data folder too: rm -r ~/.local/share/freehold.",
        ),
        (
            "can i come back later / and reinstall later / if i want it back",
            "Yes. If you keep the data folder, your chats and keys are there again.",
        ),
        ("as root too / and as root / which folder as root", "As root the data folder is /var/lib/freehold."),
    ),
    intent(
        "slow",
        """
        why is it so slow / it is slow / @ is very slow / answers take too long / #slow answers / ^make it faster / ^speed it up / you are slow today / why does it take so long / my model is slow / it's laggy
        ~why it is slow / the server is slow / why are answers slow / performance is bad / speed problems / waiting for ages / hurry up / what if @ is slow
        sloooow / so slow / super slow / terribly slow / snail / it crawls / it crawls along / lag / lagging / laggy / it lags / it takes forever / takes ages / takes a minute per answer / one word per second / words come like syrup / it drips word by word / i fall asleep waiting / i could make coffee meanwhile / still waiting / still thinking / why does it think so long / response time is awful / bad response times / high latency / timeouts / it times out
        my cpu is at 100 percent / cpu at 100% / the fan goes crazy / laptop gets hot / my laptop is hot and slow / it got slower since yesterday / since the import it is slow / the big model is slow / llama is slow here / 70b is slow / with many users it gets slow / more speed / performance / throughput / faster / can it go faster / any way to tune the speed / ^tune the speed / ^get more speed / ^reduce the waiting time / ^get quicker answers / ^accelerate it
        would more ram make it faster / would a gpu make it faster / is it normal that it is slow / is that speed normal / why needs it so long / why it so slow
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
        (
            "more memory / would more ram help / and more ram",
            "More memory helps if the model hardly fits. Otherwise a GPU or a smaller model helps more.",
        ),
        (
            "which model is smaller / a smaller model / how do i switch",
            "Choose a smaller one in the model menu. I, the built-in one, am the smallest.",
        ),
        ("and the exact command / exact command / what do i type", "Type: freehold doctor."),
    ),
    intent(
        "bad_answers",
        """
        the answers are bad / why are the answers wrong / #wrong answers / #bad answers / the model is stupid / answers are nonsense / ^get better quality / why is the chat so dumb / why are your answers so bad
        ~why the answers are wrong / the ai is useless / it talks nonsense / ^improve the answers / what can i do about wrong answers / quality is poor / it gives wrong answers
        is Freehold always this stupid
        answers suck / the answers suck / it's rubbish / garbage answers / rubbish answers / it makes things up / it hallucinates / made-up answers / it invents stuff / it talks rubbish / it repeats itself / it doesn't get my question / it misunderstands everything / it never gets me / it answers something else / wrong answer every time / half of it is wrong / the quality is terrible / chatgpt is way better / chatgpt answers much better
        why so dumb / why is it this dumb / dumb as a brick / it's useless for my work / not usable for work / useless for real work / i can't use these answers / customers would laugh at these answers / my boss laughed at the answers / is that the best it can do / is this as good as it gets / does it get better / will the answers get better / better answers / better quality / quality / how accurate is it / how do we get chatgpt quality / how do i get good answers out of this
        ^get proper answers / ^get usable answers / ^raise the quality / ^stop it from making things up / ^get it to answer right / can the quality be improved / it knows nothing / it knows nothing about my field / expected more / disappointed by the answers / disappointing / the ai here is weak / weak answers / its answers are not correct / gives false informations
        """,
        """
        The built-in starter model is very small, so its answers can be wrong. For real work, import a bigger model.
        Wrong answers come from my small size. Import a bigger model: freehold models import <folder>.
        """,
        (HOW, "With: freehold models import <folder>, or freehold models pull <name>."),
        (WHY, "Because I have only about five million parameters."),
        ("and the exact command / exact command / what do i type", "Type: freehold models import <folder>."),
        (
            "does that cost extra / is a bigger model free / what does a bigger model cost",
            "Freehold charges nothing for it, but you may need more memory.",
        ),
        (
            "how big should it be / which size / which model should i take",
            "As big as your memory allows. The command freehold doctor checks your machine.",
        ),
        ("do you learn from that / will you improve / do you learn", "No, I do not learn while we chat."),
    ),
    intent(
        "out_of_memory",
        """
        out of memory / it needs too much memory / #out of memory / the model does not fit / my memory is full / not enough ram / the model is too big for my machine / it was killed / memory error
        how much memory does a model need / ^use less memory / ^run a big model with little memory / ~how much memory a model needs / does a 7b model fit / ram is full
        oom / oom killer / oom killed / killed / it just says killed / killed by the kernel / exit code 137 / std::bad_alloc / cuda out of memory / ram full / swap full / swapping like mad / swap / the machine swaps / machine freezes when i load the model / my computer freezes with the big model / pc hangs when loading / model won't load / model does not load / can't load the 70b / 13b won't start / 70b on 16 gb / 7b on 8 gb / 8b in 16 gb
        only (4|8|16) gb here / i only have (4|8|16) gb of ram / too little memory / too little ram / short on memory / short of ram / memory runs out / it eats all my ram / it eats my memory / memory hog / uses too much ram / ram usage too high / ram for a (7b|13b|70b|8b) model / how many gb for (7b|13b|70b|8b|llama) / how much ram for llama / memory for llama / will (7b|13b|70b|8b) fit in my ram / biggest model for (8|16|32|64) gb / which model fits in (8|16|32) gb
        ^fit a big model in / ^squeeze a big model into little ram / ^save memory / ^reduce the memory use / ^find a model that fits / model bigger than my memory / my model is larger than my ram / allocation failed / cannot allocate memory / not enough vram / memory error while loading / it dies when i load a model / crashes while loading the model / loading crashes / need i more ram
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
        ("and the exact command / exact command / what do i type", "Type: freehold doctor."),
        (
            "which model fits / how big may it be / what size fits",
            "One whose files are clearly smaller than your free memory.",
        ),
        ("and the built-in / do you fit / does the starter fit", "Yes, I am tiny and fit almost everywhere."),
        ("are my chats lost / is my data lost / did i lose something", "No, your data is kept."),
    ),
    intent(
        "cannot_connect",
        """
        i can't connect / connection refused / the page does not load / the web page is not working / localhost refused to connect / cannot reach the server / #connection refused / my program can't connect
        the browser says it can't connect / site can't be reached / why can't i open the page / no connection / ~why i can't connect / 404 / i get a 401 / unauthorized error / error 401 / it says unauthorized
        invalid key / the api says unauthorized
        nothing happens when i open the page / blank page / white page / empty page / page is empty / page won't load / page doesn't come up / page keeps loading / endless loading / it just spins / the page spins for ever / no page / 401 / 403 / 500 error / error 500 / 502 / bad gateway / timeout / connection timed out / connection reset / ECONNREFUSED / connect error / err_connection_refused
        unable to connect, says firefox / chrome says can't reach this page / firefox can't find the server / safari can't open the page / this site can't be reached / server not found / localhost won't open / 127.0.0.1 doesn't open / 127.0.0.1 refused / http://127.0.0.1:8000 shows nothing / 8000 shows nothing / no answer on 8000 / my script gets refused / my app gets connection refused / my app can't reach the api / my client fails to connect
        openai client says connection error / python says connection error / openai.AuthenticationError / authentication error / AuthenticationError / invalid api key / incorrect api key / it says wrong key / key not accepted / my key is refused / key rejected / it rejects my key / key is invalid, it says / token rejected / my token doesn't work / password not accepted / access denied / forbidden / unauthorised / why 401 / why unauthorized
        can't get to the page / can't get on the page / i cannot reach you in the browser / the link is dead / dead link / is the server up / is it even running / is the server running / how do i see if it's running / ^check if it runs / ^see whether the server is up / ^find out if it is running / connection problem / connection trouble / site down / site is down / page isn't opening / the page not opens / is not opening the page / no connect
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
        (
            "it is running / but it runs / the server is running / it does run",
            "Then check the address, the port and your key, and run freehold doctor.",
        ),
        (
            "how do i see that / how do i know if it runs / is it running",
            "Look at the terminal where you typed make serve, or run freehold doctor.",
        ),
        (
            "and the exact command / exact command / what do i type",
            "First make serve; if that does not help, freehold doctor.",
        ),
        ("it asks for a key / what key / which key", "Your Freehold key. Make a new one with: freehold keys create."),
    ),
    intent(
        "models_remove",
        """
        ^delete a model / ^remove a model / ^uninstall a model / ^get rid of a model / ^wipe a model / ^free the disk space of a model / ^throw out an old model / ^clear out models / ^drop a checkpoint / ^remove weights / #removing a model / #deleting a model / ~how to remove a model / models remove / models remove how / models remove syntax / models rm / model delete command / remove model / delete model / delete weights
        the old llama takes too much space / models eat my disk / my disk is full of models / disk full because of models / too many models installed / i don't need that model any more / imported the wrong model / i imported a model by mistake, undo it / wrong model imported, how do i remove it / undo an import / what does models remove do / which command deletes a model / can models be deleted / model no longer needed / i want the llama gone / make space, delete models
        can i delete the starter / can i remove you / do i get disk space back when i delete a model / how i delete a model / bin a model / take a model off the server / cleanup of models
        """,
        """
        Remove a model with: freehold models remove, and its name. See the names with: freehold models list.
        The command is freehold models remove, followed by the model's name. It takes the model off your disk.
        """,
        ("can i undo that / is that final / can i get it back", "Import or pull it again if you want it back."),
        (
            "and the exact command / exact command / what do i type / the syntax",
            "freehold models remove, then the name of the model.",
        ),
        ("will that delete anything else / are my chats deleted / do i lose my chats", "No, your chats and keys stay."),
        ("which name / what name / where do i see the name", "See the names with: freehold models list."),
    ),
    intent(
        "hash_meaning",
        """
        what is a hash / what's a hash / hash = ? / hash meaning / ~what a hash is / #the hash / #hashes / what does kept only as a hash mean / why is my key kept as a hash / why only a hash / why don't you store my key / why can't you show me my key / why is the key shown only once / only once, why / why can nobody see my key / is my key stored in plain text / plain text keys / are keys encrypted / how are keys stored
        how is my key stored / how are passwords saved / are keys stored safely / ~how keys are stored / can an admin read my key / can the admin see my key / can the boss read my key / can a thief read keys from the database / if the database is stolen, are the keys stolen / is the key readable in the database / hashed / hashed or encrypted / fingerprint of the key / explain hashing / hashing
        """,
        """
        A hash is a fingerprint of your key: Freehold can check the key with it, but nobody can read the key from it.
        Freehold keeps only a hash of each key, a kind of fingerprint. So a key is shown once and cannot be shown again.
        """,
        ("and if i lose it / what if i lose the key / i lost it", "Then make a new key with: freehold keys create."),
        (
            "is that safe / is that secure / so nobody can steal it",
            "Yes, a thief who reads the database finds only hashes, not keys.",
        ),
        (WHY, "So that nobody can steal your key from the database."),
    ),
    intent(
        "localhost_meaning",
        """
        what is localhost / what's localhost / localhost meaning / localhost = ? / ~what localhost is / #localhost / what is 127.0.0.1 / what's 127.0.0.1 / 127.0.0.1 meaning / ~what 127.0.0.1 means / 127 what / what do these numbers 127.0.0.1 mean / localhost or 127.0.0.1, which one / localhost vs 127.0.0.1 / is localhost the same as 127.0.0.1 / is 127.0.0.1 on the internet / is localhost a website / is localhost my computer / whose address is 127.0.0.1
        what's the difference between the web address and the api address / web address vs api address / two addresses, why / why are there two addresses / which of the two addresses do i need / with v1 or without, what is the difference / why does one address end in v1 / page address or api address, which one for what / ~what the two addresses are for
        """,
        """
        Localhost and 127.0.0.1 both mean your own machine. The web page is http://127.0.0.1:8000, and programs use http://localhost:8000/v1.
        127.0.0.1, also called localhost, is the machine you sit at. People open http://127.0.0.1:8000; programs use http://localhost:8000/v1.
        """,
        (
            "so not the internet / is that on the internet / can others see that",
            "Right: it is only your own machine, not the internet.",
        ),
        (
            "and from another machine / from another pc / and for others",
            "Others use the address of your machine, if you start it with: freehold serve --host.",
        ),
        ("what is 8000 / and the 8000 / 8000", "8000 is the port. Change it with: freehold serve --port 9000."),
    ),
    intent(
        "key_keep",
        """
        where should i keep my key / ^store my key safely / ^keep my key safe / ^protect my key / ^keep the token secret / #keeping the key safe / should i write the key down / is it ok to write the key on paper / can i put the key in my code / should the key be in my code / key in a password manager ok / password manager / may i share my key / can i give my key to a friend / should i share my key / can i mail the key to someone / can i send my key by chat
        is my key secret / how secret is the key / must nobody see my key / what can someone do with my key / what can a thief do with my key / should i tell you my key / here is my key, is that ok / can i post my key / ~where to keep the key / ~how to keep a key safe / best practice for keys / key hygiene / tips for keys / where do people store such a key
        """,
        """
        Keep your key secret, for instance in a password manager. Give each person and program a key of their own.
        Treat the key like a password: store it in a password manager, and do not share it. Others get their own with: freehold keys create.
        """,
        (
            "and if it leaks / what if someone gets it / and if someone steals it",
            "Then revoke it with freehold keys revoke, and make a new one with freehold keys create.",
        ),
        (
            "in my code too / and in a program / in code",
            "Better not in the code: give it to the program from outside, for example in an environment variable.",
        ),
        (WHY, "Because whoever has your key can use your Freehold in your name."),
    ),
    intent(
        "leave_chat",
        """
        ^leave the terminal chat / ^exit the chat in the terminal / ^quit freehold chat / ^get out of freehold chat / ^close the terminal chat / ^end freehold chat / #leaving the terminal chat / ~how to leave the terminal chat / stuck in freehold chat / i'm stuck in the terminal chat / freehold chat won't let me out / can't exit freehold chat / how to escape the console chat / ctrl-d / ctrl d / what does ctrl-d do / which key leaves the chat / exit command in the chat
        done chatting in the terminal, how do i leave / back to my shell, how / i want my prompt back / how do i get back to the prompt / does ctrl-d stop the server / does leaving the chat stop the server / quit the cli chat, how / typing exit does not work in the chat / type quit
        """,
        """
        Leave the terminal chat with Ctrl-D. The server keeps running.
        Press Ctrl-D in freehold chat; you are back at your prompt, and Freehold goes on running.
        """,
        (
            "and the server / does the server stop / is the server off then",
            "No, the server goes on. Stop it with Ctrl-C in its own terminal.",
        ),
        ("how do i come back / and to come back / how do i open it again", "Type freehold chat again."),
        (
            "will that delete anything / is the chat lost / is that safe",
            "It is safe: leaving stops nothing on the server.",
        ),
    ),
)

DIALOGUE = intents_dialogue(19.0, INTENTS)
