"use strict";

// The page's own words. The words of a code come in Swedish from the API, beside the code.

const KINDS = { time: "Tid", "self-care": "Egenvård", "home-care": "Hemtjänst", "care-activity": "Vård" };
const TONES = { booked: "good", cancelled: "warn", noshow: "warn", revoked: "warn", "entered-in-error": "warn" };
const GROUPS = { person: "Personer", guardian: "Vårdnadshavare", ehr: "Journalsystem" };
const NOT_AT_A_PLACE = new Set(["Telefon", "Sms", "E-post", "Videosamtal", "Meddelande"]);

const MINE = {
  matters: "Viktigt för mig", about: "Om mig", goals: "Mina mål", iDo: "Det här gör jag",
  ifWorse: "Om jag blir sämre",
  ways: "Så når jag vården och omsorgen", contacts: "Mina kontakter", times: "Mina tider", plans: "Mina planer",
  none: "Du har inget inplanerat.", guarded: "Du har skyddade personuppgifter.",
};
const THEIRS = {
  matters: "Viktigt för personen", about: "Om personen", goals: "Personens mål", iDo: "Det här gör personen",
  ifWorse: "Om personen blir sämre", ways: "Så når personen vården och omsorgen", contacts: "Kontakter",
  times: "Tider", plans: "Planer", none: "Det finns inget inplanerat att visa.",
  guarded: "Personen har skyddade personuppgifter. Lämna inte ut något till någon annan.",
};
const UNKNOWN = "Alla källor har inte svarat. Det kan finnas mer än det som visas.";

// Elements of the page. They are built of text alone: nothing that is fetched is read as markup.

const byId = (id) => document.getElementById(id);

/** An element with its content and attributes; empty content and attributes are left out. */
const make = (name, content = [], attributes = {}) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== "") node.setAttribute(key, value);
  node.append(...[content].flat().filter(Boolean));
  return node;
};
const p = (content, className = "") => [content].flat().some(Boolean) ? make("p", content, { class: className }) : null;
const badge = (text, tone = "") => text ? make("span", text, { class: `badge ${tone}` }) : null;
const list = (items) => make("ul", items, { role: "list" });
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const dotted = (...texts) => texts.flat().filter(Boolean).join(" · ");
const fold = (title, items) => make("details", [make("summary", `${title} (${items.length})`), list(items)]);
const section = (title, content, className = "") =>
  make("section", [make("h2", title), ...content], { class: className });

/** The list under a heading, or a sentence that there is nothing to show. */
const listOrNothing = (items, context) => items.length
  ? list(items)
  : p(context.complete ? "Inget att visa här." : `Inget att visa här just nu. ${UNKNOWN}`, "meta");

const SAFE = /^(https|tel|mailto|sms):/;
const link = (address, text) => SAFE.test(address ?? "") ? make("a", text, { href: address, rel: "noreferrer" }) : null;

// Days and times are in the time zone of Sweden, wherever the reader is.

const SWEDEN = { timeZone: "Europe/Stockholm" };
const DAY = new Intl.DateTimeFormat("sv-SE", { ...SWEDEN, day: "numeric", month: "long", year: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("sv-SE", {
  ...SWEDEN, weekday: "long", day: "numeric", month: "long", year: "numeric",
});
const CLOCK = new Intl.DateTimeFormat("sv-SE", { ...SWEDEN, hour: "2-digit", minute: "2-digit" });
const NUMBERED = new Intl.DateTimeFormat("sv-SE", { ...SWEDEN, year: "numeric", month: "2-digit", day: "2-digit" });
const AWAY = new Intl.RelativeTimeFormat("sv", { numeric: "auto" });

const hasClock = (value) => value.length > 10;
const onlyDay = (value) => NUMBERED.format(new Date(value));
const clock = (value) => CLOCK.format(new Date(value)).replace(":", ".");

/** A time, a period within a day, or a day, in words; a year or a month alone is shown as it is. */
const when = (start, end) => {
  if (start.length < 10) return make("time", start, { datetime: start });
  const [day, lastDay] = [start, end ?? start].map((instant) => capital(WEEKDAY.format(new Date(instant))));
  if (!hasClock(start)) return make("time", day, { datetime: start });
  const until = !end ? "" : lastDay === day ? `–${clock(end)}` : ` till ${lastDay.toLowerCase()} kl. ${clock(end)}`;
  return make("time", `${day} kl. ${clock(start)}${until}`, { datetime: start });
};

const date = (value) => value.length < 10 ? value : DAY.format(new Date(value));
const period = (start, end) => {
  if (start && end) return `${date(start)} – ${date(end)}`;
  return start ? `Från ${date(start)}` : end ? `Till ${date(end)}` : "";
};

const now = () => new Date().toISOString();
const daysAway = (start) =>
  capital(AWAY.format(Math.round((new Date(onlyDay(start)) - new Date(onlyDay(now()))) / 86_400_000), "day"));
const isPast = ({ start, end = start }) =>
  Boolean(end) && (hasClock(end) ? new Date(end) < new Date() : onlyDay(end) < onlyDay(now()));

// One item of each type.

/** The name of a giver, or else its HSA-id. */
const nameOfGiver = (giver, context) => context.givers[giver] ?? giver;

/** The name of a source: that of the responsible giver if the page knows it, else its own. */
const sourceName = (source, giver, context) => source === "samplan" ? "Samplan" : context.givers[giver] ?? source;

const origins = (item, context) => {
  const names = [...new Set((item.origins ?? []).map((origin) => sourceName(origin.source, origin.giver, context)))];
  return [
    p(item.giver ? `Ansvarig: ${nameOfGiver(item.giver, context)}` : "", "meta"),
    names.length > 1 ? p(`Finns i flera system: ${names.join(", ")}`, "meta") : null,
    item.conflict ? p(badge("Systemen har olika uppgifter om läget. Fråga den som är ansvarig.", "warn")) : null,
  ];
};

const heading = (item, status = item.statusText?.sv, tone = TONES[item.status]) =>
  p([make("strong", item.title ?? item.name ?? "Utan rubrik"), badge(status, tone)], "top");
const SCHEMES = { phone: "tel:", sms: "sms:", email: "mailto:" };
const contactWay = (way) => {
  const scheme = SCHEMES[way.channel] ?? "";
  const target = scheme + (scheme === "tel:" || scheme === "sms:" ? way.value?.replace(/[^\d+]/g, "") : way.value);
  const value = way.value ? link(target, way.value) ?? way.value : "uppgift saknas";
  const details = dotted(way.title, way.hours);
  const service = way.link === way.value ? null : link(way.link, "Öppna e-tjänsten");
  return p([
    `${way.channelText?.sv ?? "Kontakt"}: `, value, details ? ` · ${details}` : "", service && " · ", service,
  ]);
};

const place = (item) => item.where ?? (NOT_AT_A_PLACE.has(item.channel) ? "" : "Platsen är inte angiven");
const whenAgreed = (item) => {
  if (item.start) return when(item.start, item.end);
  const { start, end } = item.window ?? {};
  return `Tiden är inte bestämd än${start || end ? `. Tänkt: ${period(start, end)}` : ""}`;
};
const mayChange = ({ rebookable, cancellable }) =>
  [rebookable && "Tiden går att boka om.", cancellable && "Tiden går att avboka."].filter(Boolean).join(" ");

/** The details of a time; instructions and options only until it is past or cancelled. */
const timeLines = (item, context) => [
  p(whenAgreed(item)),
  p(item.rescheduledFrom ? ["Flyttad från ", when(item.rescheduledFrom)] : ""),
  p(dotted(item.channel, item.who, place(item))),
  p(item.reason ? `Orsak: ${item.reason}` : ""),
  ...(isPast(item) || item.status === "cancelled" ? [] : [p(item.instruction), p(item.note), p(mayChange(item))]),
  p(link(item.link, "Öppna i e-tjänst")),
  ...origins(item, context),
];
const time = (item, context) => make("li", [heading(item), ...timeLines(item, context)]);

const activity = (item, context, ...status) => make("li", [
  heading(item, ...status),
  p(dotted(item.activityKindText?.sv ?? KINDS[item.kind], item.howOften?.sv, period(item.start, item.end), item.who,
    item.where)),
  p(item.principalText?.sv),
  p(item.instruction),
  p(item.note),
  item.contact ? contactWay(item.contact) : null,
  ...origins(item, context),
]);

/** The target of a goal with its measure. */
const target = (item) => item.target ? `${item.measure ?? "Mått"}: ${item.target}` : "";

const goal = (item, context) => make("li", [
  heading(item, item.achievementText?.sv ?? item.statusText?.sv),
  p(target(item)),
  p(item.due ? `Senast ${date(item.due)}` : ""),
  p(item.note),
  p(dotted(item.achievement && item.status !== "active" && item.statusText?.sv, item.acceptanceText?.sv)),
  ...(item.professionalGoals ?? []).map((added) => p(
    dotted(`Vårdens mål: ${added.title}`, target(added), added.due && `senast ${date(added.due)}`, added.by), "meta")),
  ...origins(item, context),
]);

const ifWorse = (item, context) => activity(item, context, item.urgencyText?.sv ?? "", "warn");

/** The name of a person, or else of the unit or the role. */
const nameOf = ({ name, unit, role }) => name ?? unit ?? role;

/** A contact with its ways of contact, or else those of the agreement that have the name of the contact's unit. */
const contact = (item, context) => {
  const ways = item.contactWays ?? context.ways.filter((way) => way.title && way.title === item.unit);
  return make("li", [
    heading(item, item.status === "active" ? "" : undefined),
    p(dotted(item.role?.sv, item.profession, item.unit)),
    ...(ways.length ? ways.map(contactWay) : [p("Inget sätt att nå kontakten är angivet.")]),
    p(item.note),
    p(item.substitutes ? `Ersättare: ${item.substitutes.map(nameOf).join(", ")}` : ""),
    p(item.handover ? `Tas över av ${nameOf(item.handover)}` +
      (item.handover.start ? ` från ${date(item.handover.start)}` : "") : ""),
    p(item.end ? `Gäller ${period(item.start, item.end)}` : "", "meta"),
    ...origins(item, context),
  ]);
};

const progress = ({ pointer, progress: { completed = 0, total = 0 } = {} }) => {
  if (pointer) return p("Planen finns hos någon annan, och innehållet kan inte läsas här.");
  if (!total) return p("Hur långt planen har kommit är inte känt här.");
  const label = `${completed} av ${total} delar klara`;
  return p([make("progress", [], { value: completed, max: total, "aria-label": label }), ` ${label}`]);
};

const plan = (item, context) => {
  const parts = (item.activities ?? []).map((reference) => context.timeline.get(reference)).filter(Boolean)
    .map((part) => make("li", dotted(part.title, part.howOften?.sv, part.statusText?.sv)));
  return make("li", [
    heading(item),
    p(dotted(item.planTypeText?.sv ?? "Plan", period(item.start, item.end))),
    p(item.who ? `Upprättad av ${item.who.join(", ")}` : ""),
    item.document ? p("Planen är ett dokument.") : progress(item),
    p(link(item.link, item.document ? "Öppna dokumentet" : "Öppna planen i e-tjänst")),
    ...origins(item, context),
    item.agreement ? contract(item.agreement, context) : null,
    parts.length ? fold("Det här ingår", parts) : null,
  ]);
};

const timelineEntry = (item, context) => make("li", [
  heading(item),
  p(item.kind === "time" ? whenAgreed(item) : dotted(period(item.start, item.end) || "Utan datum", item.howOften?.sv)),
  p(dotted(KINDS[item.kind], item.who, item.where), "meta"),
  p(item.giver ? `Ansvarig: ${nameOfGiver(item.giver, context)}` : "", "meta"),
]);

const isComplete = (item) => item.state !== "unknown" && !item.reason;
const source = (item, context) => make("li", [
  p([
    make("strong", sourceName(item.name, item.giver, context)),
    isComplete(item) ? badge(item.text.sv, item.state === "data" ? "good" : "") : null,
  ], "top"),
  isComplete(item) ? null : p(item.text.sv, "warn"),
  p(item.asOf ? `Hämtat ${date(item.asOf)} kl. ${clock(item.asOf)}` : "Okänt vad som finns här just nu.", "meta"),
]);

// The parts of the overview, the most important first.

const nextStep = (overview, context) => {
  const item = overview.nextStep;
  const missing = overview.complete ? null : p("Det kan finnas något tidigare, för alla källor har inte svarat.");
  if (!item) return section("Nästa steg", [p(context.words.none), missing], "next");
  const away = item.start ? p(make("strong", daysAway(item.start)), "away") : null;
  return section("Nästa steg", [away, heading(item), ...timeLines(item, context), missing], "next");
};

const missing = (overview, context) => {
  const lines = overview.sources.filter((item) => !isComplete(item))
    .map((item) => p([make("strong", sourceName(item.name, item.giver, context)), `: ${item.text.sv}`]));
  return lines.length ? section("Översikten är inte fullständig", lines, "notice") : null;
};

/** The person's own story. */
const aboutMe = (about) => [
  p(about.story, "matters"),
  p(about.needs ? `Behov: ${about.needs}` : ""),
  p(about.wishes ? `Önskemål: ${about.wishes}` : ""),
  p(about.languageText ? `Språk: ${about.languageText.sv}${about.interpreter ? ", med tolk" : ""}` : ""),
  p(about.interpreter && !about.languageText ? "Tolk behövs" : ""),
  p(about.support ? `Stöd: ${about.support}` : ""),
];

const relative = (person) => make("li", [
  p(make("strong", person.name ?? "Utan namn"), "top"),
  p(dotted(person.relationText?.sv, person.takesPart && "Deltar i planeringen")),
  ...(person.contactWays ?? []).map(contactWay),
]);
const copy = (receiver) => make("li", [
  p(make("strong", nameOf(receiver)), "top"),
  p(dotted(receiver.howText?.sv, receiver.on && date(receiver.on))),
]);
const answer = (item) => make("li", [
  p(item.questionText?.sv), p(make("strong", item.answerText?.sv ?? item.holdsText?.sv ?? "")), p(item.comment),
]);
const confirmation = (item) => make("li", dotted(item.partyText?.sv, item.name, item.at && date(item.at)));
const review = (item) => p(dotted(item.start && date(item.start), item.statusText?.sv, item.who, item.note));

/** The parts that only a SIP has: both principals, the consent and the summons. */
const sip = ({ principals, overallText, consent, summons }) => [
  list(principals.map((principal) => make("li", dotted(principal.principalText?.sv, principal.unit)))),
  p(overallText?.sv),
  p(consent ? dotted(consent.statusText?.sv, consent.on && date(consent.on), consent.by) : ""),
  p(summons ? dotted("Kallelse till planeringen", summons.sentOn && `skickad ${date(summons.sentOn)}`,
    summons.due && `senast ${date(summons.due)}`, summons.who) : ""),
];

/** A heading and a list, or nothing if the list is empty. */
const listed = (title, items) => items?.length ? [make("h3", title), list(items)] : [];

/** The parts that only some agreements have; empty parts are left out. */
const moreParts = (agreed, context) => {
  const lines = (title, content) => content ? [make("h3", title), ...content] : [];
  return [
    ...listed("Det här gör andra", agreed.othersDo?.map((item) => activity(item, context))),
    ...listed("Närstående", agreed.relatives?.map(relative)),
    ...listed("Kopior", agreed.copies?.map(copy)),
    ...lines("Huvudmän och samtycke", agreed.sip && sip(agreed.sip)),
    ...lines("Uppföljning", agreed.review && [review(agreed.review)]),
    ...listed("Bekräftelser", agreed.confirmations?.map(confirmation)),
    ...listed("Svar på de sju frågorna",
      agreed.sevenQuestions?.flatMap((response) => response.answers ?? []).map(answer)),
  ];
};

/** The parts of an agreement, each made by `part` from its title and items. */
const agreementParts = (agreed, context, part) => {
  const { words } = context;
  return [
    ...(agreed.whatMatters ? [make("h3", words.matters), p(agreed.whatMatters, "matters")] : part(words.matters, [])),
    ...(agreed.aboutMe ? [make("h3", words.about), ...aboutMe(agreed.aboutMe)] : []),
    ...part(words.goals, agreed.goals.map((item) => goal(item, context))),
    ...part(words.iDo, agreed.iDo.map((item) => activity(item, context))),
    ...part("Det här gör vården och omsorgen", agreed.careDoes.map((item) => activity(item, context))),
    ...part(words.ifWorse, agreed.ifWorse.map((item) => ifWorse(item, context))),
    ...part(words.ways, agreed.contactWays.map((way) => make("li", contactWay(way)))),
    ...moreParts(agreed, context),
  ];
};

/** Another contract than the current agreement, such as a SIP; empty parts are left out. */
const contract = (agreed, context) =>
  make("details", [make("summary", "Hela överenskommelsen"), ...agreementParts(agreed, context, listed)]);

/** The current agreement; an empty part says that there is nothing to show. */
const agreement = (agreed, context) => {
  const part = (title, items) => [make("h3", title), listOrNothing(items, context)];
  return section("Överenskommelsen", [
    ...agreementParts(agreed, context, part),
    agreed.computed?.length ? fold("Det här syns i översikten", agreed.computed.map(answer)) : null,
  ]);
};

/** The parts of one giver that belong to no agreement that this reader sees. */
const otherParts = (parts, context) => {
  const from = parts.giver ? nameOfGiver(parts.giver, context) : "okänd givare";
  return section(`Mer från ${from}`, agreementParts(parts, context, listed));
};

const times = (all, context) => {
  const past = all.filter(isPast);
  const ahead = all.filter((item) => !isPast(item));
  return section(context.words.times, [
    listOrNothing(ahead.map((item) => time(item, context)), context),
    past.length ? fold("Tidigare tider", past.reverse().map((item) => time(item, context))) : null,
  ]);
};

/** The activities that are in no agreement, in no plan and in no part of a giver that this reader sees. */
const otherActivities = (overview, context) => {
  const shown = new Set([
    ...[overview.agreement ?? {}, ...overview.otherParts]
      .flatMap((agreed) => ["iDo", "careDoes", "othersDo", "ifWorse"].flatMap((part) => agreed[part] ?? []))
      .map((item) => item.reference),
    ...overview.plans.flatMap((item) => item.activities ?? []),
  ]);
  const left = overview.timeline.filter((item) => item.kind !== "time" && !shown.has(item.reference));
  return left.length ? section("Fler insatser", [list(left.map((item) => activity(item, context)))]) : null;
};

const sections = (overview, context) => {
  const sources = section("Källor", [list(overview.sources.map((item) => source(item, context)))]);
  const { agreement: agreed, contacts, times: agreedTimes, plans, otherParts: others, timeline } = overview;
  const nothing = ![agreed ?? [], contacts, plans, others, timeline].flat().length;
  const here = context.complete ? "här" : "just nu";
  return nothing ? [p(`Det finns inget att visa för dig ${here}.`), missing(overview, context), sources] : [
    nextStep(overview, context), missing(overview, context),
    agreed ? agreement(agreed, context) : section("Överenskommelsen", [listOrNothing([], context)]),
    section(context.words.contacts, [listOrNothing(contacts.map((item) => contact(item, context)), context)]),
    times(agreedTimes, context),
    section(context.words.plans, [listOrNothing(plans.map((item) => plan(item, context)), context)]),
    ...others.map((parts) => otherParts(parts, context)),
    otherActivities(overview, context),
    timeline.length ? section("I tidsordning",
      [fold("Allt som är planerat", timeline.map((item) => timelineEntry(item, context)))]) : null,
    sources,
  ];
};

/** Show a heading (also as the window's title), a status that screen readers announce, and the content. */
const showPage = (title, status, content = [], className = "") => {
  byId("title").textContent = title;
  document.title = `${title} – Samplan`;
  byId("status").textContent = status;
  byId("status").className = className;
  byId("overview").replaceChildren(...content.filter(Boolean));
};

const showFailure = (title, reason) => showPage(title, reason, [], "notice");
const showOverview = (overview, reader) => {
  const { name, birthDate, protected: guarded } = overview.patient;
  const { complete, agreement: agreed, timeline } = overview;
  const context = {
    complete, words: reader.own ? MINE : THEIRS, givers: reader.givers, ways: agreed?.contactWays ?? [],
    timeline: new Map(timeline.map((item) => [item.reference, item])),
  };
  const state = complete ? "Alla tillfrågade källor har svarat." : UNKNOWN;
  const born = birthDate ? `Född ${date(birthDate)}` : "";
  showPage(name ? `Översikt för ${name}` : "Översikt", `Hämtad kl. ${clock(now())}. ${state}`, [
    p(dotted(name ? "" : "Namnet är inte känt här", born, reader.name && `Visas för ${reader.name}`), "meta"),
    overview.patient.deceased ? p("Personen är avliden.", "notice") : null,
    guarded ? p(context.words.guarded, "notice") : null,
    ...sections(overview, context),
  ]);
};

// Requests to the API.

class Refused extends Error {}

const identity = document.querySelector('meta[name="demo-identity"]')?.content ?? "";
const TIMEOUT = 30_000;
const ADVICE = {
  401: "Logga in igen, eller ta en ny biljett.",
  404: "Personen finns inte, eller så har du inte rätt att se översikten. Svaret är detsamma i båda fallen.",
  503: "Inget visas när läsningen inte kan antecknas i loggen. Inget har ändrats.",
};
let callers = [];
let latest = new AbortController();
const chosenCaller = () => callers.find((caller) => caller.caller === byId("caller").value);

/** The refusal in the API's own Swedish words, with advice for the reader. */
const refusal = async (response) => {
  const body = await response.json().catch(() => ({}));
  const translations = (body.issue ?? []).flatMap((issue) => issue.details?._text?.extension ?? []);
  const sentences = translations.filter(({ extension }) => extension?.some((part) => part.valueCode === "sv"))
    .map(({ extension }) => extension.find((part) => part.valueString)?.valueString);
  const reason = sentences.filter(Boolean).join(" ") || "Något gick fel hos oss.";
  return new Refused([reason, ADVICE[response.status]].join(" "));
};

const accessToken = async (caller, signal) => {
  if (!identity) {
    const token = byId("token").value.trim();
    if (!/^[\x21-\x7e]+$/.test(token)) throw new Refused("Klistra in en åtkomstbiljett först.");
    return token;
  }
  const response = await fetch(`${identity}/callers/${encodeURIComponent(caller.caller)}/token`, { signal });
  if (!response.ok) throw new Refused("Demons inloggning svarar inte. Starta om demon.");
  return (await response.json()).access_token;
};

const fetchOverview = async (caller, about, signal) => {
  const headers = { authorization: `Bearer ${await accessToken(caller, signal)}`, "content-type": "application/json" };
  const question = about ? { method: "POST", body: JSON.stringify({ patient: about }) } : {};
  const response = await fetch(about ? "/api/overview" : "/api/overview/me", { ...question, headers, signal });
  if (!response.ok) throw await refusal(response);
  return response.json();
};

const isOwn = (caller, about) => !caller || (["person", "guardian"].includes(caller.role) && caller.about[0] === about);

/** Fetch and show the overview. The old one is removed first, and only the latest request is shown. */
const loadOverview = async () => {
  latest.abort();
  const request = new AbortController();
  latest = request;
  const timer = setTimeout(() => request.abort(), TIMEOUT);
  const caller = chosenCaller();
  const about = byId("about").value;
  const known = callers.filter(({ giver }) => giver);
  const givers = Object.fromEntries(known.map(({ giver, giverName }) => [giver, giverName]));
  showPage("Översikt", "Hämtar översikten från alla källor. Det kan ta några sekunder.");
  try {
    const overview = await fetchOverview(caller, about, request.signal);
    const named = Object.fromEntries(Object.entries(overview.givers ?? {}).map(([id, name]) => [id, name.sv]));
    const reader = { own: isOwn(caller, about), name: caller?.name ?? "", givers: { ...givers, ...named } };
    if (request === latest) showOverview(overview, reader);
  } catch (failure) {
    if (request !== latest) return;
    const unreached = "Det gick inte att nå Samplan. Försök igen om en stund.";
    showFailure("Översikten kan inte visas", failure instanceof Refused ? failure.message.trim() : unreached);
  } finally {
    clearTimeout(timer);
  }
};

// The lists of readers and people in the demo.

const personOptions = (caller) => (caller?.about ?? []).map((reference, place) => {
  const name = caller.called?.[reference] ?? `Person ${place + 1}`;
  return new Option(isOwn(caller, reference) ? `Mig själv, ${name}` : name, reference);
});
const showPeople = () => byId("about").replaceChildren(...personOptions(chosenCaller()));

const callerGroups = () => {
  const groups = new Map();
  for (const { caller, name, role } of callers) {
    const group = GROUPS[role] ?? "Personal";
    const label = role === "physician-without-consent" ? `${name}, utan samtycke` : name;
    groups.set(group, [...(groups.get(group) ?? []), new Option(label, caller)]);
  }
  return [...groups].map(([label, options]) => make("optgroup", options, { label }));
};

const start = async () => {
  byId("who").addEventListener("submit", async (event) => {
    event.preventDefault();
    await loadOverview();
    byId("title").focus();
  });
  for (const id of identity ? ["caller", "about"] : ["token"]) byId(id).parentElement.hidden = false;
  byId("demo").hidden = !identity;
  if (!identity) return;
  callers = await (await fetch(`${identity}/callers`)).json();
  byId("caller").replaceChildren(...callerGroups());
  byId("caller").addEventListener("change", showPeople);
  showPeople();
  await loadOverview();
};

start().catch(() => showFailure("Sidan kunde inte starta", "Demons inloggning svarar inte. Starta om demon."));
