"""The first page in a real Chromium, with the demo behind it: every role, and failures."""

import itertools
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo import commands
from app.demo.children import free_port
from app.demo.data.callers import CALLERS
from app.demo.data_directory import FILE, RunningDemo
from tests.builders.processes import process
from tests.web.browser import Tab

JARGON = re.compile(
    r"\b(?:Patient|CarePlan|CareTeam|Goal|Appointment|ServiceRequest|Task|Bundle|OperationOutcome|FHIR|HSA|JSON)\b"
    r"|\b(?:undefined|null|NaN|Invalid Date|active|booked|proposed|fulfilled|cancelled|municipal|region)\b"
    r"|\[object|SE\d{10}|\d{4}-\d{2}-\d{2}"
)
"""What no person should meet: names of resources, codes, ids, and what a script says when it has nothing."""

CONTRAST = """
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => colour.slice(0, 3).map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const says = (node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim());
  return [...document.body.querySelectorAll("*")].filter((node) => says(node) && node.getClientRects().length)
    .map((node) => {
      const [a, b] = [light(rgba(getComputedStyle(node).color)), light(behind(node))];
      return [node.tagName, node.className, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    }).filter(([, , ratio]) => ratio < 4.5);
})()
"""
"""Every visible text whose contrast with what is behind it is less than WCAG 2.2 AA asks of small text (1.4.3)."""


TOLD = "document.querySelector('#status').textContent"
SETTLED = f"{TOLD} && !{TOLD}.startsWith('Hämtar')"
DEADLINE = 5.0
SHOWN_NOTHING = {"log-auditor"}
"""The callers whose role has no overview."""
"""Seconds that all sources together have."""


@pytest.fixture(scope="module")
def home(tab: Tab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory of a demo that runs with its household; it does not start without a browser."""
    directory = tmp_path_factory.mktemp("demo")
    port = free_port()
    environment = {"SAMPLAN_DATA": str(directory), "SAMPLAN_PORT": str(port)}
    with process(["app.cli.samplan", "demo", "run"], environment, directory, f"http://127.0.0.1:{port}/health/ready"):
        until = time.monotonic() + 60
        while not (directory / FILE).exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        yield directory


@pytest.fixture
def page(tab: Tab, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tab]:
    """The page, newly opened; sources and audit are normal again afterwards."""
    monkeypatch.setenv("SAMPLAN_DATA", str(home))
    tab.size(1000)
    tab.complaints.clear()
    tab.open(f"{RunningDemo.read(home).base}/")
    tab.wait(SETTLED)
    yield tab
    assert commands.main(["source", "municipal", "normal"]) == 0
    assert commands.main(["audit", "start"]) == 0


def choose(page: Tab, caller: str, about: int = 0) -> str:
    """The text of the page after a caller asks about a person on their list."""
    page.ask(
        f"""{{
          const caller = document.querySelector("#caller");
          caller.value = "{caller}";
          caller.dispatchEvent(new Event("change"));
          document.querySelector("#about").selectedIndex = {about};
          document.querySelector("#who").requestSubmit();
        }}"""
    )
    page.wait(SETTLED)
    return page_text(page)


def page_text(page: Tab) -> str:
    return str(page.ask("document.querySelector('main').innerText"))


def headings(page: Tab) -> list[tuple[int, str]]:
    tags = page.ask("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((one) => [one.tagName, one.textContent])")
    return [(int(tag[1]), text) for tag, text in tags]


def test_the_parts_of_the_page_are_in_their_order(page):
    """Next step, agreement, contacts, times, plans and sources, with the person's own words."""
    text = choose(page, "gunnar")
    assert [title for level, title in headings(page) if level <= 2] == [
        "Översikt för Gunnar Ljungberg",
        "Nästa steg",
        "Överenskommelsen",
        "Mina kontakter",
        "Mina tider",
        "Mina planer",
        "Mer från Mälarviks kommun, äldreomsorg",
        "Fler insatser",
        "I tidsordning",
        "Källor",
    ]
    assert [title for level, title in headings(page) if level == 3] == [
        "Viktigt för mig",
        "Om mig",
        "Mina mål",
        "Det här gör jag",
        "Det här gör vården och omsorgen",
        "Om jag blir sämre",
        "Så når jag vården och omsorgen",
        "Närstående",
        "Uppföljning",
        "Bekräftelser",
        "Svar på de sju frågorna",
        "Mina mål",
        "Så når jag vården och omsorgen",
    ]
    assert "Att bo kvar hemma med Maria" in text
    assert re.search(r"kl\. \d\d\.\d\d–\d\d\.\d\d", text)
    for shown in (
        "Bokad",
        "Avbokad",
        "Föreslagen",
        "Tiden är inte bestämd än",
        "Samordnad individuell plan",
        "0 av 4 delar klara",
        "Fast läkarkontakt i primärvård",
        "Ansvarig: Region Mälarvik",
    ):
        assert shown in text
    assert page.ask("[...document.querySelectorAll('a[href^=tel]')].some((one) => one.href === 'tel:112')")


@pytest.mark.parametrize(
    ("caller", "about", "texts"),
    [
        ("gunnar", 0, ("Jag var trädgårdsmästare", "Språk: svenska", "Vårdens mål: Förbättrad kondition", "Flyttad från",
                       "Ersättare: Lena Bergström", "Planen är ett dokument.", "Personen har bekräftat", "Delvis",
                       "Personen står bakom målet", "Deltar i planeringen")),
        ("maria", 0, ("Kommunen har det övergripande ansvaret", "Samtycker till planen", "Kallelse till planeringen",
                      "Regionen ansvarar", "Grannen Birgit följer med till affären", "Hemma hos Maria.")),
        ("andreas", 1, ("Signe älskar vatten", "Förskolan har en lugn stund efter lunch", "Vårdnadshavare",
                        "Har fått en utskriven kopia")),
    ],
)  # fmt: skip
def test_all_parts_of_a_contract_are_on_the_page(caller, about, texts, page):
    """Gunnar's agreement, Maria's SIP and Signe's contract, with everything unfolded."""
    choose(page, caller, about)
    page.ask("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    text = page_text(page)

    assert [word for word in texts if word not in text] == []
    assert JARGON.findall(text) == []
    for width in (320, 1200):
        page.size(width)
        assert page.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_people_are_chosen_by_name(page):
    """No list shows an id: names, the caller first, staff with their title, grouped."""
    groups = page.ask("[...document.querySelectorAll('#caller optgroup')].map((one) => one.label)")
    assert groups == ["Personer", "Vårdnadshavare", "Personal", "Journalsystem"]
    choose(page, "andreas")
    people = page.ask("[...document.querySelectorAll('#about option')].map((one) => one.textContent)")
    assert people == ["Mig själv, Andreas Ebers", "Signe Ebers"]
    callers = page.ask("[...document.querySelectorAll('#caller option')].map((one) => one.textContent)")
    assert "Amina Farah, distriktsläkare" in callers
    assert not [word for word in (*people, *callers) if JARGON.search(word)]


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_every_caller_gets_a_page_that_reads_well(caller, page):
    """Plain Swedish, headings in order, nothing outside a window of 320 pixels, and no error of the browser."""
    for about in range(len(caller.about)):
        text = choose(page, caller.name, about)
        assert JARGON.findall(text) == []
        levels = [level for level, _ in headings(page)]
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        if caller.name in SHOWN_NOTHING:
            assert "Din roll får inte se något av det som är planerat för en person." in text
        else:
            assert f"Visas för {caller.title}" in text
    page.ask("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.size(320)
    assert page.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    refused = [complaint for complaint in page.complaints if "403 (Forbidden)" in complaint]
    assert page.complaints == refused
    assert bool(refused) is (caller.name in SHOWN_NOTHING)


def test_each_role_sees_its_part(page):
    """The person and the physician see the psychiatric plan; home care sees times and no plan; the auditor nothing."""
    psychiatry = "Vårdplan, Psykiatriska öppenvården Mälarvik"
    seen = {
        name: choose(page, name) for name in ("gunnar", "physician", "municipal-nurse", "home-care", "administrator")
    }
    assert {name for name, text in seen.items() if psychiatry in text} == {"gunnar", "physician"}
    assert all("Hjärtskola hos fysioterapeut" in text for text in seen.values())
    assert "Upprättad av" not in seen["home-care"]
    assert "Att bo kvar hemma" not in seen["administrator"]
    assert "Din roll får inte se något av det som är planerat" in choose(page, "log-auditor")


def test_a_protected_identity_is_shown(page):
    """As a sentence."""
    assert "Du har skyddade personuppgifter." in choose(page, "protected")


def test_a_name_is_for_whoever_may_ask_about_the_person(page):
    """It comes from the population register and belongs to no giver, so that consent does not matter."""
    assert "Översikt för Gunnar Ljungberg" in choose(page, "physician-without-consent")


def test_a_hanging_source_is_unknown_and_the_rest_is_shown(page):
    """Within the deadline; the warning names the giver and the reason, near the top and among the sources."""
    assert commands.main(["source", "municipal", "hang"]) == 0
    started = time.monotonic()
    text = choose(page, "gunnar")
    assert time.monotonic() - started < DEADLINE + 4
    assert "Alla källor har inte svarat. Det kan finnas mer än det som visas." in text
    assert "Översikten är inte fullständig" in text
    assert "Det kan finnas något tidigare" in text
    assert "Mälarviks kommun, äldreomsorg: Har inte svarat." in text
    assert "Systemet svarade inte i tid." in text
    assert "Läkarbesök" in page.ask("document.querySelector('main').textContent")
    assert "Hembesök av sjuksköterska" not in text
    assert JARGON.findall(text) == []
    assert page.ask(CONTRAST) == []


def test_nothing_is_shown_without_an_audit_trail(page):
    """The old overview is removed, the refusal is in Swedish and is announced, and the next try works."""
    assert "Att bo kvar hemma" in page_text(page)
    assert commands.main(["audit", "stop"]) == 0
    text = choose(page, "gunnar")
    assert text.split("\n")[0] == "Översikten kan inte visas"
    assert "Inget visas när läsningen inte kan antecknas i loggen." in text
    assert "Gunnar" not in text
    assert page.ask("document.querySelector('#status').getAttribute('role')") == "status"
    assert page.ask(CONTRAST) == []
    assert commands.main(["audit", "start"]) == 0
    assert "Översikt för Gunnar Ljungberg" in choose(page, "gunnar")


def test_the_page_works_by_keyboard(page):
    """Skip link, two lists and a button in that order; then the answer has the visible focus."""
    where = "document.activeElement.id || document.activeElement.textContent"
    met = []
    for _ in range(4):
        page.press("Tab")
        met.append(page.ask(where))
        assert page.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert met == ["Hoppa till översikten", "caller", "about", "Visa översikten"]
    page.press("Tab", shift=True)
    page.press("Tab", shift=True)
    page.press("ArrowDown")
    assert page.ask("document.querySelector('#caller').value") == "maria"
    assert page.ask("document.querySelector('#about').selectedOptions[0].textContent") == "Mig själv, Maria Ljungberg"
    page.press("Tab")
    page.press("Tab")
    page.press("Enter")
    page.wait(f"{SETTLED} && document.activeElement.id === 'title'")
    assert page.ask("document.title") == "Översikt för Maria Ljungberg – Samplan"


def test_a_folded_part_opens_by_keyboard(page):
    """Here the earlier times."""
    page.ask("document.querySelector('summary').focus()")
    page.press("Enter")
    assert page.ask("document.querySelector('details').open")


def test_every_text_has_contrast(page):
    """At least 4.5 to 1, with everything unfolded."""
    choose(page, "gunnar")
    page.ask("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.ask(CONTRAST) == []
    choose(page, "protected")
    assert page.ask(CONTRAST) == []


def test_assistive_technology_gets_names_and_landmarks(page):
    """Banner, form and main; lists, button and progress bars have Swedish names."""
    choose(page, "gunnar")
    met = page.accessible()
    roles = [node["role"] for node in met]
    assert {"banner", "form", "main", "status"} <= set(roles)
    assert [node["name"] for node in met if node["role"] == "combobox"] == ["Jag är", "Visa översikten för"]
    assert next(node["name"] for node in met if node["role"] == "button") == "Visa översikten"
    bars = [node["name"] for node in met if node["role"].lower() in {"progressbar", "progressindicator"}]
    assert len(bars) == 5
    assert all(re.fullmatch(r"\d+ av \d+ delar klara", bar) for bar in bars)
    assert page.ask("document.documentElement.lang") == "sv"


def test_the_browser_runs_nothing_inline(page):
    """The policy forbids text as markup, and scripts and handlers in the page."""
    tried = (
        "document.body.innerHTML = '<b>x</b>'",
        "document.createElement('a').setAttribute('onclick', 'window.ran = 1')",
        "document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran = 1' }))",
    )
    for script in tried:
        assert page.ask(f"(() => {{ try {{ {script}; }} catch (error) {{ return error.name; }} }})()") == "TypeError"
    assert page.ask("window.ran") is None
