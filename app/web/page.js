"use strict";

const byId = (id) => document.getElementById(id);
const identity = document.querySelector('meta[name="demo-identity"]')?.content ?? "";
let callers = [];

const element = (name, text, className) => {
  const node = document.createElement(name);
  if (text) node.textContent = text;
  if (className) node.className = className;
  return node;
};

const when = (value) => {
  if (!value) return "";
  const whole = value.length > 10;
  return new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "full", ...(whole ? { timeStyle: "short" } : {}), timeZone: "Europe/Stockholm",
  }).format(new Date(value));
};

const line = (item) => {
  const node = element("li");
  node.append(element("strong", item.title || item.name || item.text || item.reference));
  const details = [when(item.start), item.howOften?.sv, item.statusText?.sv, item.role?.sv, (item.who || []).join(", "), item.where]
    .filter(Boolean).join(" · ");
  if (details) node.append(element("small", details));
  if (item.instruction) node.append(element("small", item.instruction));
  if (item.origins?.length > 1) {
    node.append(element("small", `Finns i flera system: ${item.origins.map((origin) => origin.source).join(", ")}`));
  }
  if (item.conflict) node.append(element("small", "Systemen har olika uppgifter om detta.", "warn"));
  return node;
};

const part = (title, items) => {
  const section = element("section");
  section.append(element("h2", title));
  if (!items?.length) {
    section.append(element("p", "Inget att visa här.", "meta"));
    return section;
  }
  const list = element("ul");
  list.append(...items.map(line));
  section.append(list);
  return section;
};

const agreement = (given) => {
  const section = element("section");
  section.append(element("h2", "Vår överenskommelse"));
  if (given.whatMatters) section.append(element("p", `Viktigt för mig: ${given.whatMatters}`));
  section.append(part("Mina mål", given.goals), part("Det här gör jag", given.iDo), part("Det här gör vården", given.careDoes),
    part("Om jag blir sämre", given.ifWorse), part("Så når jag vården", given.contactWays));
  return section;
};

const show = (overview) => {
  const main = byId("overview");
  main.replaceChildren();
  main.append(element("h2", overview.patient.name || "Översikt"));
  const unknown = overview.sources.filter((source) => source.state === "unknown");
  for (const source of unknown) main.append(element("p", source.text.sv, "warn"));
  if (overview.nextStep) {
    const next = element("section", "", "next");
    next.append(element("h2", "Nästa steg"), line(overview.nextStep));
    main.append(next);
  }
  if (overview.agreement) main.append(agreement(overview.agreement));
  main.append(part("Mina kontakter", overview.contacts), part("Tider", overview.times), part("Planer", overview.plans),
    part("Allt i tidsordning", overview.timeline));
  const sources = element("section");
  sources.append(element("h2", "Källor"));
  const list = element("ul");
  for (const source of overview.sources) list.append(element("li", `${source.name}: ${source.text.sv}`));
  sources.append(list);
  main.append(sources);
  main.focus();
};

const fail = (text) => byId("overview").replaceChildren(element("p", text, "warn"));

const token = async () => {
  if (!identity) return byId("token").value.trim();
  const answer = await fetch(`${identity}/callers/${encodeURIComponent(byId("caller").value)}/token`);
  return (await answer.json()).access_token;
};

const load = async () => {
  const about = byId("about").value;
  const headers = { authorization: `Bearer ${await token()}`, accept: "application/json" };
  const answer = about
    ? await fetch("/api/overview", {
      method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify({ patient: about }),
    })
    : await fetch("/api/overview/me", { headers });
  const body = await answer.json();
  if (answer.ok) show(body);
  else fail(body.issue?.[0]?.details?._text?.extension?.[0]?.extension?.[1]?.valueString || body.issue?.[0]?.diagnostics || "Något gick fel.");
};

const choose = () => {
  const caller = callers.find((one) => one.caller === byId("caller").value);
  byId("about").replaceChildren(...(caller?.about ?? []).map((reference) => new Option(reference, reference)));
};

const start = async () => {
  byId("who").addEventListener("submit", (event) => {
    event.preventDefault();
    load().catch(() => fail("Översikten kunde inte hämtas just nu."));
  });
  const demo = Boolean(identity);
  byId("caller").hidden = byId("about").hidden = !demo;
  document.querySelectorAll('label[for="caller"], label[for="about"]').forEach((label) => { label.hidden = !demo; });
  byId("token").hidden = byId("token-label").hidden = demo;
  if (!demo) return;
  callers = await (await fetch(`${identity}/callers`)).json();
  byId("caller").replaceChildren(...callers.map((one) => new Option(`${one.name || one.caller} (${one.role})`, one.caller)));
  byId("caller").addEventListener("change", choose);
  choose();
  await load();
};

start().catch(() => fail("Sidan kunde inte starta."));
