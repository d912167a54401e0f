"""Words that no open value consists of: those of questions, requests and grammar."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text that spaces divide."""
    return frozenset(text.split())


GRAMMAR = word_set("a an the and or but nor so if then than as of in on at for from to with without within near nearby around by about above below over under "
    "between among into onto through throughout during until till since after before via per towards toward against across behind beside besides "
    "inside outside upon off out up down this that these those which who whom whose what when where why how there here it its it's i i'm i'd i'll i've me "
    "my mine you your you're we we're we'd our us they they're their them he she his her him is are was were be been being am do does did doing done "
    "has have had having can could should would will shall may might must not no yes any some all each every both either neither just only also too "
    "very really quite please thanks thank ok okay hi hello hey dear let let's lets because while whether plus whoever whichever prefer prefers"
)  # fmt: skip
"""Words of grammar and politeness."""

ASKING = word_set("find get show give tell search look looking need want wanted like love wish wonder wondering know see seek seeking fetch retrieve list locate lookup "
    "provide display check calculate compute determine estimate predict evaluate identify generate create make build compose draft write design plan set "
    "book reserve order buy purchase send convert translate analyze analyse compare summarize describe explain return print pull grab bring obtain "
    "help recommend suggest add use using used run perform do go going come try start begin put take what's whats where's who's how's when's that's there's "
    "information info details detail data results result regarding concerning related following given according based currently current now right "
    "today latest recent upcoming next last past ago possible available able sure interested curious trying planning hoping mind "
    "many much long far often old tall high big best top most least more less some something anything someone anyone everything kind sort type types "
    "thing things way one ones two three four five six seven eight nine ten dozen hundred thousand same new other another such "
    "name names numbered named called titled entitled known apply draw plot mix discover discovered invented solve train fit sort update delete play please kindly "
    "hear listen watch eat visit attend enjoy learn read write open opens opened close closes serve serves offer offers sell sells play plays cost costs "
    "happening taking place held located me's contain contains containing include includes including included assume assuming suppose considering"
)  # fmt: skip
"""Words with which one asks for something, and words too general to be a value."""

_DOING = word_set("made max min maximum minimum brief detailed belong belongs belonged encode encodes encoded born believe believes believed finish finished grow grows grew won lost winning losing scored lasting gotten appeared appears appear convicted accused submerged craving hunting dying "
    "averaged share shares sits sit fits fit forgot forget forgotten remember keep keeps living lived lives stood ended ends divide divides breathe along ago back ever else instead together apart"
)  # fmt: skip
"""Verbs and adverbs that stand around a value and are no part of one."""

STOP = GRAMMAR | ASKING | _DOING | word_set("day days week weeks month months year years weekend hour hours minute minutes second seconds decade century tonight tomorrow yesterday morning "
    "afternoon evening night first second third fourth fifth sixth seventh eighth ninth tenth rated rating"
)  # fmt: skip

_LOWLY = word_set("family families italy sicily july emily kelly beverly molly sally billy holly lily lilly jelly belly bully butterfly dragonfly firefly fly rally valley ally alley trolley "
    "assembly anomaly monopoly supply reply multiply apply melancholy homily reilly riley ripley early daily weekly monthly friendly silly hilly curly only poly oily ugly"
)  # fmt: skip
_RESTS = word_set("forest rainforest west southwest northwest midwest interest request test rest harvest contest protest conquest arrest invest guest quest nest chest vest pest breast priest "
    "digest manifest latest everest budapest bucharest trieste brest zest crest wrest unrest honest modest attest infest inquest tempest"
)  # fmt: skip


def is_manner(word: str) -> bool:
    """Whether a folded word says how or how much, by its ending: "roughly", "nearest"."""
    if len(word) < 5:
        return False
    return (word.endswith("ly") and word not in _LOWLY) or (word.endswith("est") and word not in _RESTS)


CONNECTORS = word_set(
    "of the de del da di la le las los du van von der den al el y & en et und il lo sur and for in to on with my your a"
)
"""Small words inside a name with capitals ("Museum of Modern Art")."""

OPENERS = word_set("has have had am being been shall may might must whether find get show give tell search look what which who where when why how is are was were do does did can could would should will please i i'm i'd i'll "
    "i've my the a an in on at for from to with if given calculate compute determine estimate predict list create generate book reserve order buy fetch "
    "retrieve locate provide display check convert send compose write draw plot mix run perform analyze analyse compare identify hey hi hello need want "
    "looking let let's assuming suppose there it this that we our you your what's who's where's how's when's whats thanks thank ok also and but or any "
    "every each all one two three using use return evaluate solve train fit sort add update make build help seeking recommend suggest translate summarize "
    "describe explain discover browse schedule set put query access read scan pull grab play start begin design plan obtain"
)  # fmt: skip
"""Words that open a sentence with a capital and are no name."""

CALENDAR = word_set("monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january february march april "
    "may june july august september october november december"
)  # fmt: skip
"""Days and months, which have a capital and are no names."""

SHORT_FORMS = word_set("eta dob id asap aka fyi iq faq info btw pls vip ceo")
"""Short forms in capitals that name nothing."""

ROLES = word_set("player lawyer attorney actor actress singer artist author writer director doctor professor golfer swimmer boxer runner driver footballer cricketer guitarist pianist drummer "
    "rapper composer painter sculptor athlete coach judge president senator mr mrs ms miss patient customer client employee user student teacher scientist physicist chemist inventor"
)  # fmt: skip
"""What somebody is, before the name: "lawyer Ann Lee"."""

MAKERS = word_set("artist author singer composer director painter maker creator band writer sculptor manufacturer brand company performer designer inventor poet musician"
)  # fmt: skip
"""What stands after "by"."""


def stem(word: str) -> str:
    """The word without a common ending, so that "ranked" and "ranking" are one."""
    for ending in ("ings", "ing", "ed", "ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
