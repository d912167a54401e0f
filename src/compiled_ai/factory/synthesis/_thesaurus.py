"""Words that people use for one another in everyday requests, by meaning; written by hand, for no task in particular.

Entries are phrases as `compiled_ai.modules.text.has_phrase` reads them: a star matches any ending. A group counts for a label when its description
uses one of the entries.
"""

from __future__ import annotations

import re
from functools import cache

from compiled_ai.modules.text import has_phrase

_LINES = """
send* | sent | sending
forget* | forgot | forgotten | left behind | left my | left our
lose | losing | lost | missing | mislaid | can't find | cannot find
steal* | stolen | stole | theft | robbed
pay off | repay* | repaid | pay back | paid back | paying off
buy* | bought | purchase* | order*
book* | reserv* | reservation | want a room | for two nights | for one night
find | found | finding
write | wrote | written
expire* | ran out | run out | out of date
parcel* | package* | shipment* | consignment
where | whereabouts | when will | how long until | what happened to
late | delay* | still nothing | no sign of | any news | any update | not here yet | isn't here | hasn't been delivered | didn't arrive | did not arrive | has not come | yet to receive | yet to arrive | haven't got | waiting for | overdue | not arrived | hasn't arrived | still waiting | haven't received | not received | hasn't come | never came | not turned up | should have been
track* | tracing | tracking number | follow the shipment
arriv* | get here | be delivered | turn up | show up | expected delivery | estimated delivery
deliver* | dispatch* | shipp* | courier | carrier | in transit | on its way
cancel* | call off | called off | don't send | do not send | don't ship | do not ship | ordered by mistake | by accident | accidentally | stop | withdraw | revoke | annul | abort
no longer want* | not want | don't want it | no longer interested | wrong order | don't want | do not want | don't need | no longer need* | changed my mind | change of mind
return* | send back | ship it back | send it back | send them back | sending it back | take it back | send this back | return label | sending back | sent back | bring back | take back | give back
exchange | swap | replace* | replacement | different size | another size | wrong size
refund* | money back | get my money | want my money | reimburse* | get back my money | give me back | credit me
broken | broke | chipped | ripped | stained | hole | not working | stopped working | dead on arrival | doesn't turn on | won't turn on | bent | spoiled | damaged | defective | faulty | cracked | crack | smashed | scratched | torn | shattered | does not work | doesn't work | dented | leaking
wrong item | wrong product | wrong article | not what i ordered | instead of the | wrong colour | wrong color | mixed up
missing | incomplete | left out | lacking | not in the box | was not included
change | update | switch | put a different | use a different | different address | another address | instead of my old | amend | modify | edit | correct | alter | new address | moved
address | street | postcode | zip code | house number | moving house | moved | relocat*
phone number | telephone | mobile number | phone
e-mail address | mail address | new email
name change | surname | last name | married | misspelled
time slot | delivery slot | delivery date | another day | different day | reschedul* | postpone* | later date | earlier date
declin* | rejected | turned down | bounced | refused | not accepted | won't accept | not go through | doesn't go through
card | credit card | debit card | visa | mastercard | paypal
double | twice | 2x | second time | same amount again | two times | duplicate* | charged again
charge* | debited | charged me | money was taken | took money | took the money | taken from my account | took | took from my | bill me | billed | deducted | withdrawn | overcharged
pay | payment* | checkout | didn't go through | did not go through | paid | paying | transaction*
voucher | coupon | promo code | discount code | gift card | gift code | promotion code
invoice* | receipt* | bill | vat | statement
price* | cost* | fee | fees | rate | rates | tariff | expensive | quote | quotation
discount* | rebate | reduction | special offer | promotion | cheaper
subscription* | plan | membership | renew* | upgrade | downgrade
log in | logging in | log into | logged in | get into my account | can't get in | signing into | sign into | login | log on | sign in | signing in | sign-in | signed out | logged out | authenticate
password* | passcode | passphrase | credentials | reset link | reset mail | reset
code | verification code | two-factor | 2fa | one-time code | sms code | authenticator
locked | lock* out | blocked | suspended | disabled | deactivated
hack* | compromised | stolen account | someone else is using | taken over | break-in
delet* | close my account | remove my account | erase | terminate
account | profile | user account
register | sign up | create an account | enrol* | enroll*
outage | down | unreachable | offline | not available | unavailable | not responding | 503 | 502 | can't reach | cannot reach | stopped responding
crash* | closes by itself | shuts down | freez* | frozen | hangs | hanging | unresponsive | quits
error* | exception | bug | glitch | malfunction* | fails | failing | failed | fault
slow | sluggish | takes forever | lag | laggy | takes ages
security | breach | vulnerab* | leak* | exploit | malware | ransomware | virus
phishing | suspicious | scam | spoof* | fake mail | strange mail
how to | how do i | how can i | where do i | is there a way | can you explain | is it possible to | guide | tutorial | instructions
set up | setup | setting up | install* | configur* | connect | activate
network | wi-fi | wifi | internet | router | connection | vpn
printer* | print | toner | scanner
laptop* | computer | pc | notebook | keyboard | monitor | screen | mouse | docking | hardware | device*
software | application | app | program | licence | license*
access | permission* | rights | authorisation | authorization
urgent* | asap | as soon as possible | immediately | right now | right away | at once | cannot wait | can't wait | emergency | deadline today
sick | ill | illness | flu | doctor's note | unwell
holiday* | vacation | annual leave | days off | day off | time off | leave
salary | payslip | pay slip | wage* | income | earnings | payroll | bonus | pay rise
job | position | vacancy | apply | application form | candidate | interview | resume | cv | recruit*
training | course* | workshop | seminar | class | lesson*
expense* | travel costs | per diem | mileage
contract* | agreement | terms | notice period
appointment* | book a visit | come in | see the doctor | see a doctor | consultation | check-up | checkup
prescription* | refill | medicine* | medication | tablets | pills | pharmacy
pain* | ache* | sore | hurts | symptom* | fever | cough | rash | bleeding | dizzy
test result* | lab result* | results | findings | blood test* | tests | x-ray | scan results
insurance | coverage | claim | policy | premium | deductible
flight* | plane | airline | boarding | airport
hotel* | room | accommodation | check in | check-in | check out | stay
train* | railway | bus | ticket | tickets | seat
luggage | baggage | suitcase | bag
loan* | mortgage | credit line | borrow*
transfer* | wire | send money | sent money | money i sent | sending money | remittance | standing order* | direct debit | remit*
balance | account statement | overdraft
rent | tenant | landlord | lease | deposit
heating | radiator | boiler | hot water | cold room | warm
water | leak | pipe* | dripping | tap | flood* | plumb* | drain | toilet
electric* | power cut | socket | fuse | lamp | light | lights
noise | noisy | loud | neighbour* | neighbor* | music at night
repair* | fix | fixed | mend | technician | maintenance
clean* | dirt* | filthy | stain* | dust* | rubbish | trash | garbage | waste | smell*
food | meal | dish | menu | restaurant | table for
complain* | unacceptable | disappointed | dissatisfied | unhappy | terrible | awful | worst | rude | angry | disgusted | horrible | poor service
praise | thank* | great | excellent | wonderful | love | amazing | happy with | perfect | fantastic | brilliant | delighted
suggest* | idea | feature request | would be nice | wish | feedback | propose | it would help
question* | wonder* | want to know | like to know | ask*
opening hours | open | close | closing time | business hours
stock | in stock | out of stock | sold out | back in | available
size* | fit | too small | too big | too large | too tight
warranty | guarantee*
recommend* | advice | advise | which one | compare
meeting | call me | callback | call back | schedule | calendar
legal | lawyer | lawsuit | court | sue | gdpr | privacy | personal data | data protection
spam | unsubscribe | newsletter | marketing mail | advert*
lead | interested in | demo | trial | buy | purchase | sales
partner* | cooperat* | collaborat* | resell*
press | journalist | media | article about
weather | rain | sunny | temperature | forecast
sport* | match | team | league | goal | tournament | championship | coach | player
politic* | election | parliament | government | minister | vote | president | senate
econom* | market | shares | stocks | inflation | bank | investor* | profit | revenue
science | research* | study | scientist* | experiment | laborator* | discover*
health | hospital | patient* | doctor | nurse | clinic
school | student* | teacher | pupil* | university | exam
film* | movie* | actor | cinema | director | series
music | song* | album | band | concert | singer
"""
_PARTICLES = frozenset(("back", "off"))
_BETWEEN = ("it", "them", "this", "that", "these")


def _with_pronouns(entry: str) -> tuple[str, ...]:
    """`entry`, and for a verb with a particle the forms with a pronoun between: "send back" as "send it back"."""
    verb, _, particle = entry.partition(" ")
    if particle not in _PARTICLES:
        return (entry,)
    return (entry, *(f"{verb} {pronoun} {particle}" for pronoun in _BETWEEN))


GROUPS: tuple[tuple[str, ...], ...] = tuple(
    tuple(dict.fromkeys(form for entry in line.split("|") for form in _with_pronouns(entry.strip())))
    for line in _LINES.strip().splitlines()
)
"""Entries of one meaning, by meaning."""
_SENDS_BACK = re.compile(r"\b(\w+?)(?:s|es|ing)?\s+(?:\w+\s+){1,2}(back|off)\b")


@cache
def groups_in(text: str) -> tuple[int, ...]:
    """Numbers of the groups of which `text` uses an entry, also one with an object between verb and particle ("sends goods back")."""
    closed = "; ".join([text, *(" ".join(found) for found in _SENDS_BACK.findall(text))])
    return tuple(number for number, group in enumerate(GROUPS) if has_phrase(closed, *group))
