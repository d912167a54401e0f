"""Words of names: titles, suffixes, particles, common given names and the legal forms of organisations."""

from __future__ import annotations

TITLES = {
    "mr": "Mr", "mister": "Mr", "mrs": "Mrs", "ms": "Ms", "miss": "Miss", "mx": "Mx", "dr": "Dr", "doctor": "Dr", "prof": "Prof", "professor": "Prof", "sir": "Sir",
    "dame": "Dame", "lady": "Lady", "lord": "Lord", "rev": "Rev", "reverend": "Rev", "fr": "Fr", "father": "Fr", "sister": "Sister", "hon": "Hon", "judge": "Judge",
    "justice": "Justice", "capt": "Capt", "captain": "Capt", "col": "Col", "colonel": "Col", "gen": "Gen", "general": "Gen", "lt": "Lt", "lieutenant": "Lt",
    "maj": "Maj", "major": "Maj", "sgt": "Sgt", "sergeant": "Sgt", "sen": "Sen", "senator": "Sen", "rep": "Rep", "gov": "Gov", "governor": "Gov", "president": "President",
    "herr": "Herr", "frau": "Frau", "dipl-ing": "Dipl.-Ing.", "ing": "Ing", "monsieur": "Monsieur", "mme": "Mme", "madame": "Mme", "mlle": "Mlle", "senor": "Se\u00f1or",
    "senora": "Se\u00f1ora", "sr": "Sr", "sra": "Sra", "messrs": "Messrs", "nurse": "Nurse", "coach": "Coach",
}  # fmt: skip
SURE_TITLES = frozenset(TITLES) - frozenset(
    (
        "fr",
        "father",
        "sister",
        "general",
        "major",
        "lady",
        "lord",
        "hon",
        "rep",
        "gov",
        "col",
        "gen",
        "president",
        "sr",
        "ing",
        "nurse",
        "coach",
        "judge",
        "justice",
        "miss",
        "sen",
        "maj",
        "lt",
        "rev",
        "doctor",
        "professor",
        "governor",
    )
)
"""Titles after which a word with a capital is a name even without a known given name."""

SUFFIXES = {
    "jr": "Jr", "junior": "Jr", "sr": "Sr", "senior": "Sr", "ii": "II", "iii": "III", "iv": "IV", "v": "V", "phd": "PhD", "md": "MD", "dds": "DDS", "dvm": "DVM",
    "esq": "Esq", "esquire": "Esq", "rn": "RN", "np": "NP", "pa": "PA", "pa-c": "PA-C", "do": "DO", "cpa": "CPA", "mba": "MBA", "jd": "JD", "msc": "MSc", "bsc": "BSc", "ma": "MA",
    "ba": "BA", "obe": "OBE", "mbe": "MBE", "cbe": "CBE", "facs": "FACS", "ret": "Ret",
}  # fmt: skip
PARTICLES = frozenset((
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "do", "du", "la", "le", "las", "los", "ten", "ter", "te", "zu", "zum", "zur", "af", "av",
    "bin", "ibn", "al", "el", "st", "saint", "san", "mac", "'t", "y", "e",
))  # fmt: skip
_GIVEN = """
aaron abby abigail adam adrian agnes ahmed aidan aisha alan albert alejandro alex alexa alexander alexandra alexis alfred ali alice alicia alison amanda amber amelia amina amir
amit amy ana andrea andreas andrew andy angela angelina anita anja ann anna anne annie anthony antonia antonio april arjun arthur ashley astrid audrey aurora austin ava barbara ben
benjamin bernard beth betty beverly bill bjorn bob bonnie boris brad bradley brandon brenda brian bridget bruce bruno bryan caleb cameron camila carl carla carlos carmen carol
caroline carolyn catherine cecilia charles charlie charlotte chen cheryl chiara chloe chris christian christina christine christoph christopher cindy claire clara claudia claus colin
connor craig cristina cynthia daisy dan daniel daniela danielle daphne david dawn dean deborah denise dennis derek diana diane diego dieter dmitri dominic don donald donna dora
doris dorothy douglas duncan dylan edgar edith edward edwin eileen elaine eleanor elena eli elias elijah elisabeth elise elizabeth ella ellen elliot emil emily emma enrique eric erica erik erin
ernest esther ethan eugene eva evan evelyn fatima felix fernando fiona florian frances francesca francesco francis francisco frank franz fred frederick fritz gabriel gabriela
gareth gary gavin george gerald gerhard gina giovanni giulia gloria gordon grace graham greg gregory gustav hamza hannah hans harold harriet harry hassan heather heidi heinrich helen
helena helga henrik henry herbert hiroshi holly howard hugh hugo ian ibrahim ingrid irene iris isaac isabel isabella ivan jack jackson jacob jacqueline jake james jamie jan jane janet
janice jared jasmine jason javier jean jeff jeffrey jenna jennifer jenny jeremy jerry jesse jessica jill jim jimmy joan joanna joanne joe joel johan johann johanna johannes john
johnny jon jonas jonathan jordan jorge jose josef joseph josephine joshua joyce juan juanita judith judy julia julian julie juliet jun jurgen justin karen karin karl karla kate katherine
kathleen kathryn katie katrin kayla keith kelly ken kenji kenneth kevin kim kimberly klaus kristen kristin kumar kurt kyle lars laura lauren laurie lawrence leah lee lena leo leon leonard
leonardo leslie li liam lidia lily linda lisa liz lois lora lorenzo lori louis louise luca lucas lucia lucy luis luke lydia lynn madison magnus maja malcolm manuel marc marcel marco marcus
margaret maria marie marilyn mario marion marjorie mark markus marlene martha martin martina mary mason mateo mathias matt matteo matthew matthias maurice max maya megan mei melanie
melissa michael michaela michel michelle miguel mike mila milan miriam mohamed mohammad mohammed molly monica muhammad nadia nancy naomi natalie natasha nathan neha neil nia nicholas nick nicola
nicole nigel nikhil nina noah nora norman oliver olivia olga omar oscar otto owen pablo paige pamela patricia patrick paul paula pedro peggy penelope peter petra phil philip phyllis
pierre priya rachel rahul raj ralph ramon randy raphael raul ravi ray raymond rebecca regina renee rhonda ricardo richard rick rita robert roberta roberto robin rodrigo roger roland ron ronald
rosa rosemary ross roy ruby rudolf russell ruth ryan sabine sally sam samantha samir samuel sandra sanjay santiago sara sarah scott sean sebastian sergio shannon sharon shawn sheila
shirley sigrid silvia simon simone sofia sonia sophia sophie stacy stanley stefan stella stephanie stephen steve steven stuart susan susanne sven svetlana sydney sylvia takeshi tamara tanya tara
ted teresa terry thea theo theodore theresa thomas tiffany tim timothy tina tobias todd tom tomas tony tracy travis tyler ulrich ursula valerie vanessa vera veronica victor victoria vincent
viola violet virginia vivian vladimir wade walter wanda wayne wei wendy werner wilhelm will william wolfgang xavier yasmin yuki yusuf yvonne abraham albrecht aleksandr anton barack clement dietrich elon galileo giuseppe indira jawaharlal konrad leopold ludwig mahatma marina napoleon nelson nikola nikolai noam pascal priscilla rafael rosalind salvador winston yoko zachary zara zoe
"""
GIVEN_NAMES = frozenset(_GIVEN.split())
_LEGAL_FORMS = (
    "inc", "incorporated", "corp", "corporation", "co", "company", "llc", "l l c", "llp", "lp", "ltd", "limited", "plc", "pllc", "pc", "gmbh", "gmbh co kg", "gmbh and co kg",
    "ag", "kg", "kgaa", "ohg", "ug", "ug haftungsbeschrankt", "e k", "ek", "ev", "e v", "se", "eg", "sa", "s a", "sas", "sarl", "s a r l", "spa", "s p a", "srl", "s r l", "bv",
    "b v", "nv", "n v", "ab", "oy", "oyj", "as", "a s", "aps", "pty ltd", "pty", "pvt ltd", "private limited", "pte ltd", "kk", "sl", "s l", "sl u", "sp z o o", "kft", "zrt", "doo", "d o o",
)  # fmt: skip
LEGAL_FORMS = frozenset(tuple(form.split()) for form in _LEGAL_FORMS)
"""Legal forms as folded words without punctuation."""
