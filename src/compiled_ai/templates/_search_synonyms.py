"""Words of the field that mean the same when somebody says what a step shall do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from compiled_ai.templates._search_words import stem, words_of


@dataclass(frozen=True, kw_only=True)
class Concept:
    """What somebody may want a step to do."""

    names: str
    """Words and phrases of two words that say it outright: a template with one of them does it."""
    hints: str
    """Those that somebody who needs it may say. In a template's text they tell nothing."""


CONCEPTS: Final[Mapping[str, Concept]] = {
    "classify": Concept(
        names="classify, classifier, categorise, category, label, triage, classification, sentiment, topic, intent",
        hints="predict category, tagging, annotate, grouping, moderate, filter, detection, polarity, feelings, bucket, kind, class, sort, sort into, tell apart, urgency, spam, which kind, what kind, pigeonhole, complaint, compliment, praise, mood, tone, subject, happy, angry, is about, sounds, emotion, opinion, recognise, flag, belongs to, distinguish, detect",
    ),
    "extract": Concept(
        names="extract, extractor, extraction, facts, entity, entities, parse, read out",
        hints="grab, retrieve, obtain, locate, gather, collect, spot, given in, written in, mentioned, appears in, return, pull out, pull, pick out, capture, harvest, scrape, lift, dig, dig out, find in, mentions, fish out, get out, out of, details, pick up, contains, stands in, name of, copy out, scan, pluck",
    ),
    "normalise": Concept(
        names="normalise, standardise, canonical, normalizer, standard form, clean, data quality, iso",
        hints="decimal, decimals, whitespace, case, proper, caps, capitalisation, punctuation, cleanse, cleansing, mixed up, canonicalise, cleanup, tidy, tidy up, uniform, unify, consistent, consistently, sanitise, one format, same format, trim, harmonise, spelling, alike, different ways, messy, inconsistent, written differently, various formats, notation, styles, spelled, same way, capitalise, upper case, lower case",
    ),
    "map": Concept(
        names="map, mapper, mapping, lookup, alias, crosswalk, code, synonym, enum, translate",
        hints="replace, replace by, substitute, correspondence, legacy, convert names, translate code, look up, aliases, code table, codes, convert code, replace code, equivalent, abbreviation, abbreviations, stands for, expand, dictionary, corresponding",
    ),
    "validate": Concept(
        names="validate, validator, validation, verify, violation, violations, constraint, constraints, data quality, required",
        hints="conform, must be, must have, allowed values, range, rule violation, not empty, illegal, verify that, check, valid, invalid, error, errors, mistake, mistakes, wrong, missing, complete, incomplete, well formed, reject, sanity, inspect, quality, required field, problem, make sure, impossible, plausible, correct, correctness, mandatory, obligatory, comply, ensure",
    ),
    "route": Concept(
        names="route, router, dispatch, forward, queue, destination, assign, team",
        hints="who gets, who takes, delegate, allot, allocate, triage, send to, hand over, direct, department, desk, inbox, escalate, right person, who handles, responsible, handler, goes to, over to, hand, hand to, who should, belongs to, assigned, group, support group, pass on, redirect",
    ),
    "decide": Concept(
        names="rule, rules, rule table, decision table, decision, policy, eligibility, approval, condition, tariff, threshold",
        hints="decision maker, permit, authorise, authorisation, prior authorization, reject, accept, rejected, underwriting, fee, fees, pricing, decide, eligible, approve, deny, criteria, qualify, entitlement, allowed, discount, loan, grant, refuse, refund, entitled, premium, acceptable, may get, regulation, reimburse",
    ),
    "function call": Concept(
        names="function call, function calling, tool call, arguments, command, slots, parameters",
        hints="transfer, natural language, tool parameters, set, trigger, into call, execute, device, light, alarm, timer, remind me, function, tool, api call, argument, parameter, invoke, slot, voice command, assistant, instruction, utterance, should become, asks for, turn on, turn off, spoken, user asks, spoken request",
    ),
    "function choice": Concept(
        names="function router, function set, tool choice, which function, several tools, several functions",
        hints="wants, user want, available functions, available tools, which command, multiple tools, choose function, tool selection, many tools, pick function, pick tool, which tool, right tool, tools, functions, among several, user wants, which action, right action, which api",
    ),
    "line items": Concept(
        names="line items, line item, items, rows, basket, receipt, quantity",
        hints="purchase, unit price, unit prices, order form, delivery note, line by, row by, goods, each item, each product, invoice lines, order lines, positions, row, table, purchase order, itemised, each line, invoice, bill, billing, shopping, article, articles, groceries, item lines",
    ),
    "duplicates": Concept(
        names="duplicate, duplicates, deduplicate, deduplicator, dedupe, distinct, unique, repetitions",
        hints="than once, extras, same thing, occur twice, appears twice, already exists, repetition, dedup, dedupes, double, doubled, doubles, twice, repeated, same person, same record, same customer, merge, merged, near identical, copies, redundant, collapse, keep one, same entry, again, identical",
    ),
    "aggregate": Concept(
        names="aggregate, aggregator, sum, total, average, mean, group by, subtotal, statistics, minimum, maximum",
        hints="summarise by, grouped, grand total, maximum of, distribution, kpi, metrics, highest, lowest, count, counts, group, totals, roll up, rollup, add up, tally, median, report, figures, per, overall, revenue, breakdown, sums, altogether, how much, how many, number of",
    ),
    "score": Concept(
        names="score, scorer, scoring, points, rank, rating, grade, lead scoring, severity",
        hints="urgent, urgency, points for, index, rated, grading, stars, scale, potential, critical, ranking, weigh, weighted, risk, risky, priority, prioritise, likelihood, creditworthiness, how likely, how risky, lead, leads, promising, rate, evaluate, assess, assessment, importance",
    ),
    "format": Concept(
        names="format, formatter, template, compose, render, fill in, mail merge",
        hints="summary, line from, output text, produce text, string from, text string, printed, ready to, boilerplate, merge fields, write out, fill template, letter, sentence, print, display, present, salutation, placeholder, placeholders, wording, caption, subject line, human readable, lay out, build text, put together, write, sentence from, greeting, generate text, text out",
    ),
    "match": Concept(
        names="match, matcher, fuzzy, catalogue, similarity, entity resolution, closest",
        hints="which of, meant, is meant, recognise name, misspelling, misspellings, spelling mistakes, spelling mistake, lookup of, misspelt, catalog, nearest, similar, product, reconcile, sku, best fit, compare, resolve, identify, correspond, reference list, master data, known names, misspelled, typed, link, master, typo, typos, id of, similarly, approximate",
    ),
    "reshape": Concept(
        names="reshape, transform, transformer, rename, flatten, nest, json, restructure",
        hints="map fields, different schema, another schema, new structure, fields, convert between, tree, export format, reformat, nested, unnest, payload, rearrange, layout, shape, remodel, xml, reorganise, move fields, convert json, structure, hierarchy, different structure",
    ),
    "units": Concept(
        names="unit, units, unit converter, measure, metric, imperial, temperature, weight, length, volume, speed",
        hints="convert, conversion, stones, hectares, acres, bytes, kelvin, quarts, teaspoons, nautical, convert unit, converter, kilometre, kilometer, km, kilogram, kg, pound, pounds, mile, miles, gram, litre, liter, gallon, celsius, fahrenheit, inch, feet, metre, meter, measurement, ounces, yards, degrees, cups",
    ),
    "dates": Concept(
        names="date, date calculator, calendar, deadline, due date, business days, expiry, renewal, add days",
        hints="latest, cancel, next business, days until, weeks, months, years, anniversary, leap, quarter, day after, due, day, weekday, week, month, year, business day, working day, working days, days between, expire, age, birthday, holiday, holidays, schedule, period, how long, overdue, when does, when is, warranty, starts, ends, before, after, tomorrow, working, weekend, weekends, elapsed, days from, days after, days later",
    ),
    "redact": Concept(
        names="redact, redactor, mask, anonymise, privacy, pii, gdpr, personal data, censor",
        hints="protect, leak, leaking, secret, conceals, identifiable, personally, replace names, masker, pseudonymise, hide, conceal, black out, blank, blank out, remove personal, private, phi, sensitive, scrub, strip, obscure, star out, card number, card numbers, social security, deidentify, before logging, confidential",
    ),
    "stream": Concept(
        names="stream, streaming, event, events, continuous, kafka, sensor, real time",
        hints="ongoing, from queue, log lines, webhook events, immediately after, continuously, live, realtime, arriving, feed, message queue, subscribe, they arrive, they come, come in, never stops, endless",
    ),
    "batch": Concept(
        names="batch, bulk, nightly, checkpoint, resume, resuming, backfill, migration",
        hints="every night, large csv, whole, all rows, entire, process files, archive, huge, interruption, progress, overnight, restart, many rows, whole file, million, millions, large file, backlog, crash, interrupted, csv, job, carry on, huge file, stopped, thousands, hours",
    ),
    "synchronous": Concept(
        names="synchronous, request response, response, handler, online, single",
        hints="replies, reply, replies immediately, answers, web form, served, endpoint, immediate, immediately, single request, at once, while waits, caller waits, interactive, on demand, api, low latency, right away, waiting, waits, instantly",
    ),
    "fallback": Concept(
        names="fallback, escalation, human in, hybrid, guard, safety net",
        hints="gpt, claude, ai model, rare, otherwise, low confidence, when unsure, not confident, fall back, unsure, uncertain, abstain, human review, second opinion, backup, hand off, not sure, otherwise ask, escalate, hard cases, llm, model, language model, difficult, cheap first, cannot decide",
    ),
    "http": Concept(
        names="http, rest, api, web service, http request, post, fetch, download",
        hints="external, upload, json api, put, oauth, request to, third party, https, url, web, request, endpoint, call service, remote, retry, timeout, external service, times out, try again, external system, partner, server",
    ),
    "database": Concept(
        names="database, sql, sqlite, query, select, insert, persist, storage",
        hints="postgresql, mysql, write to, data store, stored procedure, transaction, update table, db, table, store, save, record, rows, postgres, look up, customer record, warehouse, saved",
    ),
    "notify": Concept(
        names="notify, notification, alert, inform, reminder, outbox, webhook, slack",
        hints="message to, sms, text message, on failure, job fails, fails, paging, informs, contact, email, mail, tell people, warn, ping, announce, remind, page, chat message, heads up, goes wrong, on call, call attention, tell me, let know, send, message, tell team",
    ),
}
"""By their own name. A word may stand under several; it counts for less then."""

_VAGUE_WEIGHT: Final = 0.25
_SUBJECT_WEIGHT: Final = 0.55
_VAGUE: Final = """
text data value values record field fields input output item list name number type file system information thing string object
document user set call come go ask tell know want end start build time work case way part word
"""
_SUBJECTS: Final = """
customer email mail message order invoice ticket letter form company product price month year day team payment address phone
client employee patient report contract note website shop sale bank country city language person people
"""
"""What a task is about tells less than what is done: a mail can be sorted, read, answered or hidden."""


_BEYOND: Final = """
poem poetry song music melody sonata novel story essay blog joke lullaby sing play game chess photo photos photograph image images picture
pictures video audio podcast speech noise sound draw drawing logo paint painting illustration 3d robot train training neural network predict
prediction forecast foresee summarise summarize paraphrase rewrite brainstorm invent imagine creative chat conversation react component app
website compiler debug refactor bake cook weather french german english spanish italian polish russian chinese japanese latin translation
animate animation render design simulate drive recommend advice therapy diagnose
"""


@cache
def words_beyond() -> frozenset[str]:
    """Words of tasks that want somebody who writes, sees, hears or foresees: no template does, unless it says so itself."""
    return frozenset(_BEYOND.split())


@dataclass(frozen=True, kw_only=True)
class ConceptWords:
    """Concepts by the stems that lead to them; two words have a space between."""

    named: Mapping[str, tuple[str, ...]]
    """By the stems that say a concept outright."""
    hinted: Mapping[str, tuple[str, ...]]
    """By the stems that say or hint at it."""
    words: frozenset[str]
    """All of them as single words, not cut."""


@cache
def concept_words() -> ConceptWords:
    """The concepts, ready to be looked up."""
    named = {concept: texts.names for concept, texts in CONCEPTS.items()}
    hinted = {concept: f"{texts.names}, {texts.hints}" for concept, texts in CONCEPTS.items()}
    words = frozenset(word for texts in hinted.values() for word in words_of(texts))
    return ConceptWords(named=_by_stems(named), hinted=_by_stems(hinted), words=words)


def _by_stems(texts: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for concept, listed in texts.items():
        for text in listed.split(", "):
            found.setdefault(" ".join(map(stem, words_of(text))), {})[concept] = None
    return {key: tuple(concepts) for key, concepts in found.items()}


@cache
def word_weights() -> Mapping[str, float]:
    """What words are worth, by stem, that tell templates apart badly. Any other is worth 1."""
    return {
        **{stem(word): _SUBJECT_WEIGHT for word in _SUBJECTS.split()},
        **{stem(word): _VAGUE_WEIGHT for word in _VAGUE.split()},
    }
