"use strict";

// The words. Codes that the API leaves as codes are said here; everything else comes in Swedish from the API.

const CHANNELS = {
  visit: "Besök", "home-visit": "Hembesök", phone: "Telefon", sms: "Sms", email: "E-post", video: "Videosamtal",
  message: "Meddelande", "web-booking": "Webbtidbok", "e-service": "E-tjänst", url: "E-tjänst",
};
const URGENCIES = { routine: "Håll koll", urgent: "Snart", asap: "Samma dag", stat: "Genast" };
const ACHIEVEMENTS = {
  "in-progress": "På väg", improving: "Går framåt", worsening: "Går bakåt", "no-change": "Oförändrat",
  achieved: "Uppnått", sustaining: "Uppnått och håller i sig", "not-achieved": "Inte uppnått",
  "no-progress": "Inga framsteg än", "not-attainable": "Går inte att nå",
};
const KINDS = { time: "Tid", "self-care": "Egenvård", "home-care": "Hemtjänst", "care-activity": "Vård" };
const STATES = { data: ["Har svarat", "good"], empty: ["Inget att visa", ""], unknown: ["Har inte svarat", "warn"] };
const TONES = { booked: "good", cancelled: "warn", noshow: "warn", revoked: "warn", "entered-in-error": "warn" };
const GROUPS = { person: "Personer", guardian: "Vårdnadshavare", ehr: "Journalsystem" };
const NOT_AT_A_PLACE = new Set(["Telefon", "Sms", "E-post", "Videosamtal", "Meddelande"]);

const MINE = {
  matters: "Viktigt för mig", about: "Om mig", goals: "Mina mål", iDo: "Det här gör jag", ifWorse: "Om jag blir sämre",
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

// The page, built of text alone: nothing that is fetched is ever read as markup.

const byId = (id) => document.getElementById(id);

/** An element with its content; what is empty is left out. */
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

/** What stands under a heading, or why nothing does. */
const orNothing = (items, seen) => items.length
  ? list(items)
  : p(seen.complete ? "Inget att visa här." : `Inget att visa här just nu. ${UNKNOWN}`, "meta");

const SAFE = /^(https|tel|mailto|sms):/;
const link = (address, text) => SAFE.test(address ?? "") ? make("a", text, { href: address, rel: "noreferrer" }) : null;

// Days and times are those of Sweden, wherever the reader is.

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

/** A point in time, or a part of a day, in words; a year or a month alone as it is. */
const when = (start, end) => {
  if (start.length < 10) return make("time", start, { datetime: start });
  const [day, lastDay] = [start, end ?? start].map((one) => capital(WEEKDAY.format(new Date(one))));
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

// One item of each kind.

/** What a system is called: by the giver that answers for it, where its name is known. */
const called = (source, giver, seen) => source === "samplan" ? "Samplan" : seen.givers[giver] ?? source;

const origins = (item, seen) => {
  const names = [...new Set((item.origins ?? []).map((one) => called(one.source, one.giver, seen)))];
  return [
    p(seen.givers[item.giver] ? `Ansvarig: ${seen.givers[item.giver]}` : "", "meta"),
    names.length > 1 ? p(`Finns i flera system: ${names.join(", ")}`, "meta") : null,
    item.conflict ? p(badge("Systemen har olika uppgifter om läget. Fråga den som är ansvarig.", "warn")) : null,
  ];
};

const heading = (item, status = item.statusText?.sv, tone = TONES[item.status]) =>
  p([make("strong", item.title ?? item.name ?? "Utan rubrik"), badge(status, tone)], "top");
const SCHEMES = { phone: "tel:", sms: "sms:", email: "mailto:" };
const way = (one) => {
  const scheme = SCHEMES[one.channel] ?? "";
  const target = scheme + (scheme === "tel:" || scheme === "sms:" ? one.value?.replace(/[^\d+]/g, "") : one.value);
  const value = one.value ? link(target, one.value) ?? one.value : "uppgift saknas";
  const rest = dotted(one.title, one.hours);
  const deep = one.link === one.value ? null : link(one.link, "Öppna e-tjänsten");
  return p([`${CHANNELS[one.channel] ?? "Kontakt"}: `, value, rest ? ` · ${rest}` : "", deep && " · ", deep]);
};

const place = (item) => item.where ?? (NOT_AT_A_PLACE.has(item.channel) ? "" : "Platsen är inte angiven");
const whenAgreed = (item) => {
  if (item.start) return when(item.start, item.end);
  const { start, end } = item.window ?? {};
  return `Tiden är inte bestämd än${start || end ? `. Tänkt: ${period(start, end)}` : ""}`;
};
const mayChange = ({ rebookable, cancellable }) =>
  [rebookable && "Tiden går att boka om.", cancellable && "Tiden går att avboka."].filter(Boolean).join(" ");

/** What is known of a time; what to do about it only while something can be done. */
const timeLines = (item, seen) => [
  p(whenAgreed(item)),
  p(item.rescheduledFrom ? ["Flyttad från ", when(item.rescheduledFrom)] : ""),
  p(dotted(item.channel, item.who, place(item))),
  p(item.reason ? `Orsak: ${item.reason}` : ""),
  ...(isPast(item) || item.status === "cancelled" ? [] : [p(item.instruction), p(item.note), p(mayChange(item))]),
  p(link(item.link, "Öppna i e-tjänst")),
  ...origins(item, seen),
];
const time = (item, seen) => make("li", [heading(item), ...timeLines(item, seen)]);

const activity = (item, seen, ...status) => make("li", [
  heading(item, ...status),
  p(dotted(item.activityKindText?.sv ?? KINDS[item.kind], item.howOften?.sv, period(item.start, item.end), item.who,
    item.where)),
  p(item.principalText?.sv),
  p(item.instruction),
  p(item.note),
  item.contact ? way(item.contact) : null,
  ...origins(item, seen),
]);

const goal = (item, seen) => make("li", [
  heading(item, ACHIEVEMENTS[item.achievement] ?? item.statusText?.sv),
  p(item.target ? `${item.measure ?? "Mått"}: ${item.target}` : ""),
  p(item.due ? `Senast ${date(item.due)}` : ""),
  p(item.note),
  p(dotted(item.achievement && item.status !== "active" && item.statusText?.sv, item.acceptanceText?.sv)),
  ...(item.professionalGoals ?? []).map((one) => p(dotted(`Vårdens mål: ${one.title}`,
    one.target && `${one.measure ?? "Mått"}: ${one.target}`, one.due && `senast ${date(one.due)}`, one.by), "meta")),
  ...origins(item, seen),
]);

const worse = (item, seen) => activity(item, seen, URGENCIES[item.urgency] ?? "", "warn");

/** A contact with its ways; else with those that the agreement gives under the very name of the contact's unit. */
const contact = (item, seen) => {
  const ways = item.contactWays ?? seen.ways.filter((one) => one.title && one.title === item.unit);
  return make("li", [
    heading(item, item.status === "active" ? "" : undefined),
    p(dotted(item.role?.sv, item.profession, item.unit)),
    ...(ways.length ? ways.map(way) : [p("Inget sätt att nå kontakten är angivet.")]),
    p(item.note),
    p(item.substitutes ? `Ersättare: ${item.substitutes.map((one) => one.name ?? one.unit ?? one.role).join(", ")}` : ""),
    p(item.handover ? `Tas över av ${item.handover.name ?? item.handover.unit ?? item.handover.role}` +
      (item.handover.start ? ` från ${date(item.handover.start)}` : "") : ""),
    p(item.end ? `Gäller ${period(item.start, item.end)}` : "", "meta"),
    ...origins(item, seen),
  ]);
};

const progress = ({ pointer, progress: { completed = 0, total = 0 } = {} }) => {
  if (pointer) return p("Planen finns hos någon annan, och innehållet kan inte läsas här.");
  if (!total) return p("Hur långt planen har kommit är inte känt här.");
  const said = `${completed} av ${total} delar klara`;
  return p([make("progress", [], { value: completed, max: total, "aria-label": said }), ` ${said}`]);
};

const plan = (item, seen) => {
  const parts = (item.activities ?? []).map((one) => seen.dated.get(one)).filter(Boolean)
    .map((one) => make("li", dotted(one.title, one.howOften?.sv, one.statusText?.sv)));
  return make("li", [
    heading(item),
    p(dotted(item.planTypeText?.sv ?? "Plan", period(item.start, item.end))),
    p(item.who ? `Upprättad av ${item.who.join(", ")}` : ""),
    item.document ? p("Planen är ett dokument.") : progress(item),
    p(link(item.link, item.document ? "Öppna dokumentet" : "Öppna planen i e-tjänst")),
    ...origins(item, seen),
    item.agreement ? inside(item.agreement, seen) : null,
    parts.length ? fold("Det här ingår", parts) : null,
  ]);
};

const dated = (item) => make("li", [
  heading(item),
  p(item.kind === "time" ? whenAgreed(item) : dotted(period(item.start, item.end) || "Utan datum", item.howOften?.sv)),
  p(dotted(KINDS[item.kind], item.who, item.where), "meta"),
]);

const isWhole = (item) => item.state !== "unknown" && !item.reason;
const source = (item, seen) => make("li", [
  p([make("strong", called(item.name, item.giver, seen)), badge(...STATES[item.state])], "top"),
  isWhole(item) ? null : p(item.text.sv),
  p(item.asOf ? `Hämtat ${date(item.asOf)} kl. ${clock(item.asOf)}` : "Okänt vad som finns här just nu.", "meta"),
]);

// The parts of the overview, in the order that they matter.

const nextStep = (overview, seen) => {
  const item = overview.nextStep;
  const missing = overview.complete ? null : p("Det kan finnas något tidigare, för alla källor har inte svarat.");
  if (!item) return section("Nästa steg", [p(seen.words.none), missing], "next");
  const away = item.start ? p(make("strong", daysAway(item.start)), "away") : null;
  return section("Nästa steg", [away, heading(item), ...timeLines(item, seen), missing], "next");
};

const missing = (overview, seen) => {
  const lines = overview.sources.filter((one) => !isWhole(one))
    .map((one) => p([make("strong", called(one.name, one.giver, seen)), `: ${one.text.sv}`]));
  return lines.length ? section("Översikten är inte hel", lines, "notice") : null;
};

/** What the person tells of themselves. */
const aboutMe = (told) => [
  p(told.story, "matters"),
  p(told.needs ? `Behov: ${told.needs}` : ""),
  p(told.wishes ? `Önskemål: ${told.wishes}` : ""),
  p(told.languageText ? `Språk: ${told.languageText.sv}${told.interpreter ? ", med tolk" : ""}` : ""),
  p(told.interpreter && !told.languageText ? "Tolk behövs" : ""),
  p(told.support ? `Stöd: ${told.support}` : ""),
];

const relative = (one) => make("li", [
  p(make("strong", one.name ?? "Utan namn"), "top"),
  p(dotted(one.relationText?.sv, one.takesPart && "Deltar i planeringen")),
  ...(one.contactWays ?? []).map(way),
]);
const copy = (one) => make("li", [
  p(make("strong", one.name ?? one.unit ?? one.role), "top"),
  p(dotted(one.howText?.sv, one.on && date(one.on))),
]);
const question = (one) => make("li", [
  p(one.questionText?.sv), p(make("strong", one.answerText?.sv ?? one.holdsText?.sv ?? "")), p(one.comment),
]);
const confirmation = (one) => make("li", dotted(one.partyText?.sv, one.name, one.at && date(one.at)));
const follow = (one) => p(dotted(one.start && date(one.start), one.statusText?.sv, one.who, one.note));

/** What makes a plan a SIP: who answers for what, the consent, the summons. */
const sip = ({ principals, overallText, consent, summons }) => [
  list(principals.map((one) => make("li", dotted(one.principalText?.sv, one.unit)))),
  p(overallText?.sv),
  p(consent ? dotted(consent.statusText?.sv, consent.on && date(consent.on), consent.by) : ""),
  p(summons ? dotted("Kallelse till planeringen", summons.sentOn && `skickad ${date(summons.sentOn)}`,
    summons.due && `senast ${date(summons.due)}`, summons.who) : ""),
];

/** The parts that only some agreements have; a part with nothing in it is left out. */
const more = (given, seen, level) => {
  const part = (title, items) => items?.length ? [make(level, title), list(items)] : [];
  const lines = (title, found) => found ? [make(level, title), ...found] : [];
  return [
    ...part("Det här gör andra", given.othersDo?.map((one) => activity(one, seen))),
    ...part("Närstående", given.relatives?.map(relative)),
    ...part("Kopior", given.copies?.map(copy)),
    ...lines("Huvudmän och samtycke", given.sip && sip(given.sip)),
    ...lines("Uppföljning", given.review && [follow(given.review)]),
    ...part("Bekräftelser", given.confirmations?.map(confirmation)),
    ...part("Svar på de sju frågorna", given.sevenQuestions?.flatMap((one) => one.answers ?? []).map(question)),
  ];
};

/** What a contract beside the agreement of now holds, such as a SIP. */
const inside = (given, seen) => {
  const part = (title, items) => items?.length ? [make("h3", title), list(items)] : [];
  return make("details", [make("summary", "Hela överenskommelsen"), ...[
    given.whatMatters ? [make("h3", seen.words.matters), p(given.whatMatters, "matters")] : [],
    given.aboutMe ? [make("h3", seen.words.about), ...aboutMe(given.aboutMe)] : [],
    part(seen.words.goals, given.goals?.map((one) => goal(one, seen))),
    part(seen.words.iDo, given.iDo?.map((one) => activity(one, seen))),
    part("Det här gör vården och omsorgen", given.careDoes?.map((one) => activity(one, seen))),
    part(seen.words.ifWorse, given.ifWorse?.map((one) => worse(one, seen))),
    part(seen.words.ways, given.contactWays?.map((one) => make("li", way(one)))),
    more(given, seen, "h3"),
  ].flat().filter(Boolean)]);
};

const agreement = (given, seen) => {
  const { words } = seen;
  const part = (title, items) => [make("h3", title), orNothing(items, seen)];
  return section("Överenskommelsen", [
    make("h3", words.matters), given.whatMatters ? p(given.whatMatters, "matters") : orNothing([], seen),
    ...(given.aboutMe ? [make("h3", words.about), ...aboutMe(given.aboutMe)] : []),
    ...part(words.goals, given.goals.map((one) => goal(one, seen))),
    ...part(words.iDo, given.iDo.map((one) => activity(one, seen))),
    ...part("Det här gör vården och omsorgen", given.careDoes.map((one) => activity(one, seen))),
    ...part(words.ifWorse, given.ifWorse.map((one) => worse(one, seen))),
    ...part(words.ways, given.contactWays.map((one) => make("li", way(one)))),
    ...more(given, seen, "h3"),
    ...(given.computed?.length ? [fold("Det här syns i översikten", given.computed.map(question))] : []),
  ].filter(Boolean));
};

const times = (all, seen) => {
  const past = all.filter(isPast);
  const ahead = all.filter((one) => !isPast(one));
  return section(seen.words.times, [
    orNothing(ahead.map((one) => time(one, seen)), seen),
    past.length ? fold("Tidigare tider", past.reverse().map((one) => time(one, seen))) : null,
  ]);
};

/** What is planned and stands in no agreement and no plan that this reader sees. */
const others = (overview, seen) => {
  const shown = new Set([
    ...["iDo", "careDoes", "othersDo", "ifWorse"].flatMap((part) => (overview.agreement?.[part] ?? []).map((one) => one.reference)),
    ...overview.plans.flatMap((one) => one.activities ?? []),
  ]);
  const left = overview.timeline.filter((one) => one.kind !== "time" && !shown.has(one.reference));
  return left.length ? section("Fler insatser", [list(left.map((one) => activity(one, seen)))]) : null;
};

const parts = (overview, seen) => {
  const sources = section("Källor", [list(overview.sources.map((one) => source(one, seen)))]);
  const { agreement: agreed, contacts, times: agreedTimes, plans, timeline } = overview;
  const nothing = !agreed && !contacts.length && !plans.length && !timeline.length;
  const here = seen.complete ? "här" : "just nu";
  return nothing ? [p(`Det finns inget att visa för dig ${here}.`), missing(overview, seen), sources] : [
    nextStep(overview, seen), missing(overview, seen),
    agreed ? agreement(agreed, seen) : section("Överenskommelsen", [orNothing([], seen)]),
    section(seen.words.contacts, [orNothing(contacts.map((one) => contact(one, seen)), seen)]),
    times(agreedTimes, seen),
    section(seen.words.plans, [orNothing(plans.map((one) => plan(one, seen)), seen)]),
    others(overview, seen),
    timeline.length ? section("I tidsordning", [fold("Allt som är planerat", timeline.map(dated))]) : null,
    sources,
  ];
};

/** Say where we are: the heading, the title of the window, what a screen reader hears, and the content. */
const tell = (title, status, content = [], className = "") => {
  byId("title").textContent = title;
  document.title = `${title} – Samplan`;
  byId("status").textContent = status;
  byId("status").className = className;
  byId("overview").replaceChildren(...content.filter(Boolean));
};

const fail = (title, why) => tell(title, why, [], "notice");
const show = (overview, asker) => {
  const { name, birthDate, protected: guarded } = overview.patient;
  const { complete, agreement: agreed, timeline } = overview;
  const seen = {
    complete, words: asker.own ? MINE : THEIRS, givers: asker.givers, ways: agreed?.contactWays ?? [],
    dated: new Map(timeline.map((one) => [one.reference, one])),
  };
  const whole = complete ? "Alla tillfrågade källor har svarat." : UNKNOWN;
  const born = birthDate ? `Född ${date(birthDate)}` : "";
  tell(name ? `Översikt för ${name}` : "Översikt", `Hämtad kl. ${clock(now())}. ${whole}`, [
    p(dotted(name ? "" : "Namnet är inte känt här", born, asker.name && `Visas för ${asker.name}`), "meta"),
    overview.patient.deceased ? p("Personen är avliden.", "notice") : null,
    guarded ? p(seen.words.guarded, "notice") : null,
    ...parts(overview, seen),
  ]);
};

// Asking.

class Refused extends Error {}

const identity = document.querySelector('meta[name="demo-identity"]')?.content ?? "";
const AT_MOST = 30_000;
const WHY = {
  401: "Logga in igen, eller ta en ny biljett.",
  404: "Personen finns inte, eller så har du inte rätt att se översikten. Svaret är detsamma i båda fallen.",
  503: "Inget visas när läsningen inte kan antecknas i loggen. Inget har ändrats.",
};
let callers = [];
let asking = new AbortController();
const chosen = () => callers.find((one) => one.caller === byId("caller").value);

/** The refusal in Swedish, as the API words it, and what one may do. */
const refusal = async (answer) => {
  const body = await answer.json().catch(() => ({}));
  const translations = (body.issue ?? []).flatMap((issue) => issue.details?._text?.extension ?? []);
  const said = translations.filter((one) => one.extension?.some((part) => part.valueCode === "sv"))
    .map((one) => one.extension.find((part) => part.valueString)?.valueString);
  return new Refused([said.filter(Boolean).join(" ") || "Något gick fel hos oss.", WHY[answer.status]].join(" "));
};

const ticket = async (caller, signal) => {
  if (!identity) {
    const given = byId("token").value.trim();
    if (!/^[\x21-\x7e]+$/.test(given)) throw new Refused("Klistra in en åtkomstbiljett först.");
    return given;
  }
  const answer = await fetch(`${identity}/callers/${encodeURIComponent(caller.caller)}/token`, { signal });
  if (!answer.ok) throw new Refused("Demons inloggning svarar inte. Starta om demon.");
  return (await answer.json()).access_token;
};

const fetched = async (caller, about, signal) => {
  const headers = { authorization: `Bearer ${await ticket(caller, signal)}`, "content-type": "application/json" };
  const question = about ? { method: "POST", body: JSON.stringify({ patient: about }) } : {};
  const answer = await fetch(about ? "/api/overview" : "/api/overview/me", { ...question, headers, signal });
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
};

const isOwn = (caller, about) => !caller || (["person", "guardian"].includes(caller.role) && caller.about[0] === about);

/** Fetch and show; what was shown for another reader goes away first, and only the last question is answered. */
const load = async () => {
  asking.abort();
  const mine = new AbortController();
  asking = mine;
  const patience = setTimeout(() => mine.abort(), AT_MOST);
  const caller = chosen();
  const about = byId("about").value;
  const givers = Object.fromEntries(callers.filter((one) => one.giver).map((one) => [one.giver, one.giverName]));
  tell("Översikt", "Hämtar översikten från alla källor. Det kan ta några sekunder.");
  try {
    const overview = await fetched(caller, about, mine.signal);
    if (mine === asking) show(overview, { own: isOwn(caller, about), name: caller?.name ?? "", givers });
  } catch (failure) {
    if (mine !== asking) return;
    const unreached = "Det gick inte att nå Samplan. Försök igen om en stund.";
    fail("Översikten kan inte visas", failure instanceof Refused ? failure.message.trim() : unreached);
  } finally {
    clearTimeout(patience);
  }
};

// Choosing.

const names = (caller) => (caller?.about ?? []).map((reference, place) => {
  const name = caller.called?.[reference] ?? `Person ${place + 1}`;
  return new Option(isOwn(caller, reference) ? `Mig själv, ${name}` : name, reference);
});
const choose = () => byId("about").replaceChildren(...names(chosen()));

const groups = () => {
  const found = new Map();
  for (const one of callers) {
    const group = GROUPS[one.role] ?? "Personal";
    const label = one.role === "physician-without-consent" ? `${one.name}, utan samtycke` : one.name;
    found.set(group, [...(found.get(group) ?? []), new Option(label, one.caller)]);
  }
  return [...found].map(([label, options]) => make("optgroup", options, { label }));
};

const start = async () => {
  byId("who").addEventListener("submit", async (event) => {
    event.preventDefault();
    await load();
    byId("title").focus();
  });
  for (const id of identity ? ["caller", "about"] : ["token"]) byId(id).parentElement.hidden = false;
  byId("demo").hidden = !identity;
  if (!identity) return;
  callers = await (await fetch(`${identity}/callers`)).json();
  byId("caller").replaceChildren(...groups());
  byId("caller").addEventListener("change", choose);
  choose();
  await load();
};

start().catch(() => fail("Sidan kunde inte starta", "Demons inloggning svarar inte. Starta om demon."));
