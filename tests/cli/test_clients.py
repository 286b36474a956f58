"""The commands that register client systems and revoke tokens, and the start with a wrong setting."""

import getpass
import json

import asyncpg
import pytest

from app import jose
from app.cli import clients, samplan, tokens
from app.directory.registration import add_clients, registration, rotate_keys, set_disabled
from app.directory.revocation import deny_tokens
from app.errors import NotFound

KEY, OTHER_KEY = jose.new_key("k1"), jose.new_key("k2")
GOOD = [
    "--id",
    "ehr",
    "--name",
    "Region Nord, EHR",
    "--giver",
    "SE2321000016-1A01",
    "--scopes",
    "system/Appointment.rs",
]


@pytest.fixture
def commands(database, tmp_path, monkeypatch):
    """The database's owner in the environment, and files of keys."""
    monkeypatch.setenv(clients.OWNER_URL, database.owner_url)
    (tmp_path / "one.json").write_text(json.dumps(jose.key_set([KEY])))
    (tmp_path / "two.json").write_text(json.dumps(jose.key_set([OTHER_KEY])))
    return tmp_path


def test_a_client_is_added_listed_rotated_and_disabled(commands, capsys):
    """Each command tells what it did; a list has the kids of keys and nothing else of them."""
    assert clients.main(["add", *GOOD, "--keys", str(commands / "one.json"), "--owns", "urn:a", "urn:b"]) == 0
    assert clients.main(["rotate", "ehr", "--keys", str(commands / "two.json"), "--add"]) == 0
    assert clients.main(["disable", "ehr"]) == 0
    capsys.readouterr()

    assert clients.main(["list", "--json"]) == 0
    listed = capsys.readouterr().out
    assert clients.main(["list"]) == 0
    line = capsys.readouterr().out

    client = json.loads(listed)
    assert (client["keys"], client["disabled"], client["owns"]) == (["k1", "k2"], True, ["urn:a", "urn:b"])
    assert "disabled" in line
    assert all(jose.key_set([key])["keys"][0]["x"] not in listed + line for key in (KEY, OTHER_KEY))
    assert clients.main(["enable", "ehr"]) == 0


def test_a_file_of_clients_is_added_whole_or_not_at_all(commands, capsys):
    """A fault of the second registers neither, and names the element."""
    tables = "\n".join(
        f'[[client]]\nid = "{name}"\nname = "EHR"\ngiver = "SE2321000016-1A01"\nscopes = ["system/*.rs"]\nkeys = "{keys}.json"'
        for name, keys in (("a", "one"), ("b", "two"))
    )
    (commands / "good.toml").write_text(tables)
    (commands / "bad.toml").write_text(tables.replace('id = "b"', 'id = "b"\nsuperuser = true'))
    (commands / "twins.toml").write_text(tables.replace("two", "one"))
    (commands / "other.toml").write_text("[[source]]")

    for name, element in (("bad", "superuser"), ("twins", "keys"), ("other", "[[client]]"), ("none", "No such file")):
        assert clients.main(["add", "--file", str(commands / f"{name}.toml")]) == 1
        assert element in capsys.readouterr().err
    assert clients.main(["list"]) == 0
    assert capsys.readouterr().out == ""
    assert clients.main(["add", "--file", str(commands / "good.toml")]) == 0


@pytest.mark.parametrize(
    "arguments, element",
    [
        (["add", "--id", "ehr"], "name"),
        (["add", *GOOD, "--scopes", "system/*.read"], "scopes"),
        (["rotate", "nobody", "--keys", "one.json"], "No such file"),
        (["disable", "nobody"], "id"),
    ],
)
def test_a_refusal_names_the_element(commands, capsys, arguments, element):
    """On standard error, with exit status 1."""
    assert clients.main(arguments) == 1
    assert element in capsys.readouterr().err


def test_a_key_file_that_is_none_is_refused(commands, capsys):
    """With a sentence, and without what the file holds."""
    (commands / "bad.json").write_text("{secret")
    assert clients.main(["add", *GOOD, "--keys", str(commands / "bad.json")]) == 1
    assert "secret" not in capsys.readouterr().err


def test_without_a_database_the_command_is_not_understood(monkeypatch):
    """It says where to give its address."""
    monkeypatch.delenv(clients.OWNER_URL, raising=False)
    for command in (["clients", "list"], ["tokens", "list"]):
        with pytest.raises(SystemExit) as ended:
            samplan.main(command)
        assert ended.value.code == 2


def test_tokens_are_denied_and_listed(commands, capsys):
    """By id, subject or client, until now or a given time; a personal number in a subject is not printed."""
    assert tokens.main(["deny", "--jti", "abc", "--reason", "lost"]) == 0
    assert tokens.main(["deny", "--subject", "195009072553", "--reason", "stolen"]) == 0
    assert (
        tokens.main(["deny", "--client", "ehr", "--issued-before", "2099-01-01T00:00:00+01:00", "--reason", "x"]) == 0
    )
    capsys.readouterr()

    assert tokens.main(["list"]) == 0
    listed = capsys.readouterr().out
    assert [line.split("\t")[0] for line in listed.splitlines()] == ["client_id", "jti", "sub"]
    assert "2098-12-31T23:00:00" in listed
    assert "195009072553" not in listed


def test_a_denial_needs_a_value_and_a_time_with_an_offset(commands, capsys):
    """Nothing is denied by half."""
    assert tokens.main(["deny", "--jti", " ", "--reason", "lost"]) == 1
    assert "jti" in capsys.readouterr().err
    for wrong in (["--jti", "a", "--issued-before", "2026-12-01", "--reason", "x"], ["--reason", "x"], ["--jti", "a"]):
        with pytest.raises(SystemExit):
            tokens.main(["deny", *wrong])


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({}, "SAMPLAN_ISSUERS must name"),
        ({"ISSUERS": "nowhere.toml"}, "issuers file cannot be read"),
        ({"ISSUERS": "nowhere.toml", "ISSUER": "https://idp.example"}, "exclude each other"),
        ({"ISSUER": "https://idp.example"}, "SAMPLAN_JWKS_URL"),
        ({"PORT": "eighty"}, "SAMPLAN_PORT: "),
        ({"AUDIENCE": None}, "SAMPLAN_AUDIENCE: "),
        ({"ISSUER": "x", "JWKS_URL": "https://x.example", "CERTIFICATE_HEADER": "X-Cert"}, "SAMPLAN_TRUSTED_PROXIES"),
    ],
)
def test_a_wrong_setting_is_one_sentence_with_its_name(monkeypatch, capsys, changes, sentence):
    """The start ends with it, without a trace and without the value."""
    known = {
        "DATABASE_URL": "postgresql://samplan_app:hunter2@127.0.0.1:1/none",
        "BASE_URL": "https://a.example",
        "AUDIENCE": "a",
    }
    for name, value in (known | changes).items():
        if value is None:
            monkeypatch.delenv(f"SAMPLAN_{name}", raising=False)
        else:
            monkeypatch.setenv(f"SAMPLAN_{name}", value)

    assert samplan.main(["serve"]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1
    assert "eighty" not in error
    assert "hunter2" not in error


async def test_each_change_is_in_the_trail_with_who_made_it(commands, database):
    """Registered, given other keys, disabled and denied, each with an intent and an outcome; a refusal leaves none."""
    await add_clients(
        database.owner_url,
        [registration({"id": "ehr", "name": "EHR", "giver": "SE2321000016-1A01", "scopes": "system/*.rs"})],
    )
    await rotate_keys(database.owner_url, "ehr", jose.key_set([KEY]), add=False)
    await set_disabled(database.owner_url, "ehr", disabled=True)
    await deny_tokens(database.owner_url, "sub", "195009072553", issued_before=None, reason="lost")
    with pytest.raises(NotFound):
        await set_disabled(database.owner_url, "nobody", disabled=True)

    connection = await asyncpg.connect(database.owner_url)
    rows = await connection.fetch("SELECT phase, action, id, caller, caller_kind FROM audit ORDER BY seq")
    await connection.close()

    assert [(row["action"], row["id"]) for row in rows if row["phase"] == "outcome"] == [
        ("register", "client ehr"),
        ("update", "keys of client ehr"),
        ("end", "client ehr"),
        ("end", "tokens by sub"),
    ]
    assert len(rows) == 8
    assert {(row["caller"], row["caller_kind"]) for row in rows} == {(getpass.getuser(), "operator")}
