"""Everyday English words of four letters or more: not to be taken for typos of a name that looks like them."""

from __future__ import annotations

_LISTED = """
able about above accept across action active actual after again against agree ahead allow almost alone along already also although always
among amount another answer anyone anything apart apply area around asked away back badly based basic because become been before began
begin behind being believe below beside best better between beyond black block blood board body book both bought bound break bring broke
brought brown build built busy call called came cannot care careful carry case catch cause certain chair chance change charge cheap check
child choice choose civil claim class clean clear click close coast cold come coming common complete could count course court cover cross
crowd current daily dance deal dear death decide deep delay deliver different dinner direct dirty doing done door doubt down draft draw
dream dress drink drive dropped during each early earth easily east easy either else empty enemy enjoy enough enter entire equal error even evening
event ever every exact example except exist expect extra face fact fail fair fall false family famous fancy fast father fault feel fell felt
field fifth fight figure file fill final find fine finish first five fixed floor flow follow food force form forth forty forward found four
free fresh friend from front full further game gave general gets getting girl give given giving glad glass goes going gone good grand
grant great green greet gross ground group grow guard guess guest guide hand happen happy hard have having head health hear heard heart heavy
held hello help here high hold home hope horse hotel hour house however huge human hundred idea image important inside into issue item itself
join judge just keep kept kind knew know known large last late later laugh layer lead learn least leave left legal less letter level light
like likely limit line list listen little live local long look loose lose lost loud love lower lucky lunch made main major make making many
march mark match matter maybe mean means meant meet member mental might mind minor minute miss model moment money month more morning most mother
motor mouth move much must myself name near nearly need never next nice night nine noise none north note nothing notice number occur ocean
offer office often okay older once only open option order other ought ours over owner page paid pain paint panel paper part party pass past
patient peace people perhaps period person phone photo piece place plain plan plane plant plate play please point poor possible post power
present press pretty price prime print prior problem proof proper proud prove provide public pull push quick quiet quite quote radio
raise range rapid rather reach read ready real really reason receive recent record refer regard relate remain remember remove reply report
request require rest result return right river role room rough round route rule running safe said same save saying says scale scene school scope
score second section seem seen self sell send sense sent serve service seven several shall shape share sharp sheet shift shine ship shirt
shoot shop short should show shown sick side sign simple since single site size skill sleep slight slow small smart smell smile smoke soft sold solid
solve some someone something sometimes soon sorry sort sound source south space spare speak special speed spend spent spoke sport staff stage stand start
state stay steel step stick still stock stone stood stop store story strange street strong stuck study stuff style such sudden sugar suit
support suppose sure sweet table take taken taking talk tall taste teach team tell term test than thank thanks that their them themselves then
there these they thick thing things think third this those though thought three threw through throw tight time tired title today together told
tomorrow tonight took total touch tough toward towards town track trade train travel treat tree trial tried trip truck true trust truth trying turn
twice type under understand union unit until upon upper urban usage used useful user using usual value very video view visit voice wait walk wall want
warm wash waste watch water ways wear week weight well went were west what wheel when where whether which while white whole whom whose wide wife
will wind wish with within without woman women wonder word work worker world worry worse worst worth would write wrong wrote year years yellow
yesterday young your yours yourself
"""
COMMON_WORDS = frozenset(_LISTED.split())
