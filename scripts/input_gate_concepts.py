"""The concepts of the linear model: meanings that matter in attacks and in what looks like one, with their words.

Written by hand; no text of a data set is in it. A word of several senses stands where attacks use it, and counts
for the first concept that names it. ``word*`` stands for all words that begin so.
"""

# ruff: noqa: RUF001 - marks and letters of other scripts
from __future__ import annotations

_WORDS = {
    "told": """
        asked built dado dato detto dicho dit dito donne ecrit escrito fed gave gegeben gesagt
        geschreven geschrieben gesteht gezegd given handed loaded napisan* powiedzian* received said
        scritto soylen* steht taught told trained typed verilen verteld written wrote wurde* yazan
        написан* сказал*
    """,
    "they": """
        another anybody anyone he her his other others she somebody someone their theirs them they
        whoever
    """,
    "person": """
        applicant* boyfriend brother caller* candidate* colleague* courier* coworker* daughter
        doctor employee* ex father frau friend* girlfriend guest* husband mann member members mother
        nachbar* neighbor* neighbour* nurse patient* resident* sasiad* sister son tenant* vecin*
        vicin* voisin* wife сосед*
    """,
    "personal": """
        address* adres* adress* birth birthday diagnos* direccion endereco gehalt home identity
        indirizzo medical medicine* name names number numbers passport* phone* prescription*
        salaries salary ssn telefon* wage* whereabouts
    """,
    "check": """
        callback check checked checking checks confirmation inspection kyc limit* paperwork pin
        proof prove review* screening step steps validat* validation verif*
    """,
    "know": """
        aware believe hear heard knew know knowing known knows learned learnt look looking looks
        notice* remember* see seen sees think thinking thoughts understand
    """,
    "passage": """
        chapter* content contents metin note notes paragraph* passage* piece screen section sections
        sentence sentences tekst* testo text texto texts wording words zeilen
    """,
    "over": """
        anymore closed dead done ended ending ends finished gone lapse longer over
    """,
    "job": """
        assignment aufgabe* compito duties duty goal goals gorev* job mission purpose taak tache
        tarea tarefa task tasks work working zadani* задач*
    """,
    "change": """
        becomes change changed changes changing convert* exchange* moved replace* replaced shift
        shifts substitut* swap* turn turned
    """,
    "real": """
        actual actually frank* genuine honest honestly own plain real really sincere true truly
        truth very
    """,
    "you": """
        ciebie dich dir du euch jij jullie sen sie siz te thou ti toi tu ty u usted ustedes voce
        voces vous wy ya you yourself yourselves вам вы тебе тебя ты
    """,
    "your": """
        dein* ihre ihrem ihren ihrer jouw seu seus suas swoj* tes thy ton tua tue tuo tuoi tus twoj*
        ur uw vos votre your yours своего свои своих свой твоего твои твоих твой
    """,
    "me": """
        eu i ich ik im io ja je ma me mein* mes meu mi mich mij mijn mine minha mio mir mis mnie moi
        mon my myself noi nosotros notre nous nuestr* our ours uns unser* us we wir yo мне мой мы я
    """,
    "ai": """
        agent agents ai asistente* assistant* assistent* assistente* asystent* bot bots chatbot*
        chatgpt claude copilot gemini gpt* ia ki llama llm* machine mistral model modele modell*
        modelo* models robot* ассистент* модель нейросет*
    """,
    "reader": """
        algorithm* automated automatic* automatically automation classifier* crawler* evaluator*
        extraction extractor* grader* indexer ocr parser* pipeline* processing processor* reviewer*
        scraper* screener* software summariser* summarizer* tooling
    """,
    "override": """
        abandon* abrogat* annul* bypass* cancel* circumvent* defunct descarta* desconsider*
        dimentic* discard* dismiss* disobey* disregard* erase* erasing esquec* expire expired forget
        forgets forgetting ignora* ignore* ignoren ignorez ignorier* ignoring ignoro invalid
        invalidat* lapsed lifted missacht* negeer* neglect* nullif* obsolete olvid* omite oublie*
        outdated overlook* overrid* override* overrule* overruling overwrite* overwritten pomin
        rescind* retire* retired revoke* revoking scorda* scrap scrapped shelve* sidestep*
        supersede* superseding suspend* terminate* uberspring* unlearn* unut vergeet* vergessen
        vergesst vergiss* verwirf void voided withdraw withdrawn yoksay zapomnij* zignoruj* забудь
        забудьте игнорир* отмени*
    """,
    "move": """
        aufhor* bin burn cease cesse* deja* drop dropped dump hor lay leave loosen pare park put
        quit rip scratch set shed shred skip skipped skipping skips smetti stash stop stop* stopp*
        tear throw toss
    """,
    "away": """
        aside away behind beiseite cote drawer lado off out parte past weg window
    """,
    "instr": """
        anweisung* befehl* brief briefed briefing charter command commandments commands conditioning
        config configuration* configured consigne* directions directive* directric* diretriz*
        direttiv* guidance guideline* handbook instruc* instrucc* instructed instructies
        instruction* instrukc* instruktion* istruzion* kural* mandate* orders playbook polecen*
        policies policy principle* programming protocol* regeln regels regla reglas regle* regola
        regole regra regras regulation* remit richtlijn* richtlinie* rule rulebook* rules script*
        setup talimat* vorgabe* wytyczn* zasad* инструкц* правил* указани*
    """,
    "limit": """
        aligned alignment ban banned beperking* boundar* censor* chains constraint* einschrankung*
        filter filtering filters filtre* forbidden grenzen guardrail* inhibition* leash limit
        limitation* limite* limits moderation ogranicz* prohibit* restric* restriccion* restriction*
        restrizion* safeguard* safety shackle* taboo* ограничени* фильтр*
    """,
    "prompt": """
        eingabeaufforderung* invite istem* metaprompt preamble preprompt prompt prompted prompts
        promptu systemprompt* промпт*
    """,
    "sys": """
        admin administrator* admins anthropic betreiber* configurator* creator* deployer* developer
        developers engineer* entwickler* maker makers openai operator operators owner owners
        programmer* root sistem* sistema sudo superuser systeem system system* systeme systemow*
        systems vendor разработчик* систем*
    """,
    "prior": """
        above already anterior* antes before beforehand began begin beginning begun bisher*
        bovenstaande earlier eerder* first foregoing former formerly fruher* inicial* iniciales
        initial* oben obig* old older once onceki opened opening original* originali poprzedn*
        preced* precedente* preceding previous* prima prior sopra start started until up ursprung*
        vorher* vorige wczesniej* zuvor предыдущ* прежн* ранее
    """,
    "new": """
        below following fresh instead invece latest lugar neu neue* neuen new newer newest next
        nieuwe nouveau* nouvelle* novas novo novos nowe nowy nuev* nueva nuov* plutot rather
        replacement revised stattdessen update* updated yeni вместо новы*
    """,
    "now": """
        ab adesso agora ahora desormais effect effective forward forwards henceforth hereafter
        hereby immediately jetzt maintenant now nu nun odtad onward onwards ora partir simdi sofort
        starting teraz voortaan отныне теперь
    """,
    "all": """
        all alle alles any anything completely each entire entirely every everything fully jede*
        samtliche toda* todo* tous tout toute* tudo tum tutt* whatever whichever whole wszystk* все
        всех всё
    """,
    "not": """
        aren bez cannot cant didn doesn don dont geen isn jamais kein* keine* mai mustn nao ne needn
        neither never nicht nie niemals niet no nobody non none nooit nor not nothing nunca pas sans
        sem senza shan shouldn sin without won wouldn без не нет никогда
    """,
    "only": """
        alleen alone apenas ausschliess* else exclusively merely nur only sadece seulement solamente
        solely solo soltanto somente tylko unicamente uniquement только
    """,
    "must": """
        debe debes deve devez devi dois doit mandatory moet musisz muss mussen musst must necessary
        need needs oblig* ought required requires shall should sollst должен должн*
    """,
    "obey": """
        abide* accountable adhere* answerable befolg* binding binds bound compliant complies comply
        complying conform* follow following* follows gehorch* govern* governs heed honor honour
        listen listens obede* obei* obey* przestrzega* segui siga sigue* submit* suis suivez volg*
        подчин* следуй
    """,
    "refuse": """
        apolog* decline* declining disclaimer* ethic* hesitat* judg* lecture* moral* object
        objection* odmaw* rechaz* recus* refus* refusal* refuse* refusing rifiut* scruple* sorry
        unable verweiger* warn warning warnings weiger* отказ*
    """,
    "free": """
        amoral bezwarunkow* boundless candid free freed freedom freely frei jailbr* lawless liberat*
        libero libre* limitless livre raw unbound unbounded uncensored unchained uneingeschrankt
        unfiltered ungefiltert unhinged uninhibited unleash* unlimited unlock* unlocked unmoderated
        unrestricted unshackled vrij свободн*
    """,
    "reveal": """
        confess* devoil* disclos* divulg* dumps expose* exposing leak* offenbar* onthul* preisgeb*
        recite* regurgitat* reveal* revel* rivela* spill* svela* ujawni* uncover* unredacted unveil*
        verrat* выда* раскр*
    """,
    "say": """
        affich* answer ausgeb* copy copying describe* diga dime dimmi dis display displays donne*
        echo ecris escrev* escrib* gib give goster* herhaal* imprim* list montre* mostra* mostre
        muestr* nenn* output outputs outputting paraphrase* paste pokaz* powtorz* print prints
        produce provide quote* read recall render repeat repeating repeats repet* rephrase* repit*
        repita reply report reproduce* respond restate* return ripeti* sag* say schreib* schrijf
        scriv* share sharing show shows speak spell stampa state summarise* summarize* tekrarla tell
        telling tells toon* transcribe* translate* type wiederhol* write wypisz yaz zeig* выведи
        напиши повтори покажи скажи
    """,
    "verbatim": """
        character complete dokladnie exact exactly full genau letter literal* literalmente mot
        palabra parola precisely textuel* unabridged unaltered uncut unedited verbatim word
        wortlich* дословно
    """,
    "secret": """
        apikey cach* chave classified clave confidential* contrasena* credential* geheim* geheime
        gizli hasla haslo hidden internal internals kennwort* key keys nascost* ocult* passcode*
        passphrase* password* passwort* private proprietary secret secret* secretly secrets segred*
        segret* senha* sensitive sifre* tajn* token tokens undisclosed versteckt* wachtwoord* парол*
        секрет* скрыт*
    """,
    "data": """
        backup* chat chats clients contacts context conversa* conversation* customers dane database*
        daten dati db env environment files folder geschiedenis gesprach* historial historii history
        inbox log logs memory message messages record records table tables transcript* variables
        verlauf данны* истори*
    """,
    "send": """
        append attach bcc beacon cc deliver* email emails embed envia* envie envoie* envoy*
        exfiltrat* export* forward* gonder* inoltra* invia* leite mail manda* ping post posts
        schick* send send* sende* sends stuur* transf* transmit* upload* webhook* wyslij* отправь*
        перешли
    """,
    "url": """
        com domain endpoint href html http https img link links net org src url urls www
    """,
    "tool": """
        api aufruf* bash calistir call calling calls curl ejecut* esegui* exec execut* execute*
        executing function functions invoke* plugin* queries query rm run running runs script shell
        sql terminal tool tools uitvoer* wykonaj вызови выполни
    """,
    "destroy": """
        apaga* borra* cancella* delete* deleting destroy* disable* disabling efface* elimina*
        entfern* kill losch* purge* remova remove* removing shutdown supprim* truncate* usun*
        verwijder* wipe* удали*
    """,
    "money": """
        account accounts amount* balance bank bonus credit* discount* fee fees gift iban invoice*
        paid pay payment* payout* pays price prices refund* total transfer* voucher* wire
    """,
    "approve": """
        accept* allow* approval approve* approving assume authoris* authoriz* classify confirm*
        consider deem favorable favourable flag* grant* hire* hired label* mark marked pass permit*
        positive rank ranked rate rated rating recommend* score scored treat treated waive*
    """,
    "play": """
        act act* acting actor actress acts actu* become behave* characters doe embody fais fiction*
        fictional finge* fingi* game hypothetical* imagin* imagine* imagining impersonat*
        interpreta* joue* novel persona* personagem personaggio personaje* personnage play playing
        plays portray* pretend* rol role roleplay* roles scene schauspiel* simulat* speel spiel*
        stell story suppose udawaj voice wyobraz* играй представь притвор*
    """,
    "mode": """
        activa* activate* activated activating active* aktivier* attiva* boot debug* diagnostic*
        enable* enabled engage* maintenance mod mode modes modo modus reboot* reset restart* session
        switch switched toggle* tryb* режим*
    """,
    "alter": """
        aim alter dan dude ego evil immoral malicious opposite rogue shadow sinister stan twin
        uncaring unethical villain* wicked
    """,
    "auth": """
        audit auditor audits authorisation authorised authorization authorized boss ceo certified
        clearance compliance deadline dying emergency grandma grandmother inspector lawyer manager
        official* penetration pentest* permission* police privilege* regulator* researcher
        supervisor tester trust trusted urgent* urgently verification verified
    """,
    "harm": """
        bomb* counterfeit* crime* criminal* detonat* drugs exploit* explosive* forge* fraud* hack
        hacker* hacking hacks illegal* keylogger* launder* lockpick* malware meth napalm phish* pick
        poison* ransomware scam* smuggl* steal* stolen toxin* virus* weapon*
    """,
    "hide": """
        conceal* discreet* hide hiding mention* mentioned mentioning notice omit* omitting quietly
        silently suppress* unnoticed withhold
    """,
    "user": """
        benutzer* customer gebruiker* human humans kullanici* nutzer* people person reader readers
        recipient* user users usuario* utente* utilisateur* uzytkownik* пользовател*
    """,
    "encode": """
        acrostic backwards base64 binary caesar cipher* decode* decoded decoding dekodier* encode*
        encoded encoding hex hexadecimal kodier* morse reverse* reversed rot13
    """,
    "teach": """
        article* attack attacks awareness blog chapter course* dataset* defence* defend* defense*
        define* definition detect* detection detects difference* documentation essay exam example*
        explain* glossary historian injection* jailbreaking lecture lesson* meaning module
        newsletter paper papers pattern* phrase phrases prevent* protect* pupils quiz regex research
        slide* slides student* teach* tests training unit vulnerab* workshop*
    """,
    "code": """
        argument* branch class classes code codebase commit compile* compiler css csv django docker
        excel flask formula git golang java javascript json kubernetes library linux macro method
        methods nginx package parameter* postgres* python react rust spreadsheet typescript variable
        xml yaml
    """,
    "ask": """
        are can could did do does how is may might was what when where which who whom whose why will
        would
    """,
    "item": """
        blank case cell cells column columns comma commas comment comments date dates digit digits
        duplicate* empty field fields header headers line lines null nulls row rows space spaces
        value values whitespace
    """,
    "polite": """
        bitte dank danke dear dzieki favor gracias grazie hello hey hi kindly lutfen merci obrigad*
        please prego proszę regards sincerely svp thank thanks пожалуйста спасибо
    """,
    "office": """
        appointment* attached attachment contact delivery department form forms friday meeting*
        monday office order ordered parcel* phone schedule* shipment* signature signed team teams
        thursday ticket tickets tuesday visit wednesday
    """,
    "answer": """
        answers antwoord* antwort* document documents odpowied* page replies reponse* response*
        respost* respuesta* result results rispost* summarising summarizing summaries summary
        zusammenfassung* ответ*
    """,
    "end": """
        ! !! . .. ... ; ? ?? … 。 ！ ？
    """,
    "colon": """
        -> : :=
    """,
    "quote": """
        " '
    """,
    "mark": """
        # ## ### *** --- --> < <!-- </ <| === > [ [[ ] ]] {{ | |> }}
    """,
}
CONCEPTS: dict[str, list[str]] = {name: words.split() for name, words in _WORDS.items()}
"""Each concept with its words."""
