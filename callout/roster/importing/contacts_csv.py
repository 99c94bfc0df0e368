"""Read contacts from CSV: names, phones and optionally email addresses and languages."""

import codecs
import csv
import re

from callout.errors import CommandError
from callout.roster.importing.roster_writer import ImportedContact
from oncall.roster.defaults_and_limits import MAX_PHONES_PER_CONTACT
from oncall.roster.parsing.phone_number_parser import NumberError, normalize
from oncall.text import clean

COLUMNS = ("name", "phone", "language")
_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # Excel reads and writes it
# What a header may be called, in the languages of the messages and some more; the first match wins.
_HEADERS = {
    "other": r"\btype\b|label|\bfax\b|传真|\bid\b|personalnummer|employee n",
    "language": r"^lang|locale|sprache|idioma|lingua|语言|言語|язык",
    "email": r"mail|correo|courriel|邮箱|邮件|郵件|メール|почта",
    "phone": r"phone|mobile?\b|\bcell|\btel|telefon|teléfono|handy|rufnummer|portable|téléphone"
    r"|m[oó]vil|celular|^numéro|^nummer|^number|手机|手機|电话|電話|携帯|телефон",
    "last": r"^(last|family|sur)[ _-]?name|nachname|familienname|nom de famille|apellido"
    r"|cognome|sobrenome|^姓$|фамилия",
    "first": r"^(first|given)[ _-]?name|vorname|prénom|prenom|^名$",
    "name": r"name|^nom\b|nombre|^nome|contact|person|^user|employee|mitarbeiter|^who$|姓名|名字"
    r"|氏名|名前|联系人|фио|^имя",
}
_NUMBER_LIKE = re.compile(r"\D*(?:\d\D{0,3}){6,}")
_EXCEL = re.compile(r"\+?\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*(?::::|[;|\n]|\s/\s)\s*")
_CJK = r"[\u3040-\u30ff\u3400-\u9fff]"
_MIXED = re.compile(rf"[A-Za-z]{_CJK}|{_CJK}[A-Za-z]")
_MIN_COLUMNS = 2


def read_contacts(file: str, text: str, languages: tuple[str, ...]) -> list[ImportedContact]:
    """Read a file; a contact on several lines or in several columns has several numbers.

    `text` is what `read_text` returns, in any encoding. Raise CommandError with the line if it is
    not a contact list.
    """
    decoded, question = _decode(text.encode("utf-8", "surrogateescape"))
    lines = decoded.removeprefix("\ufeff").splitlines()
    first = next((line for line in lines if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    if named := _SEPARATOR_LINE.fullmatch(first):
        separator = named[1]
        lines[lines.index(first)] = ""
    try:
        reader = csv.reader(lines, delimiter=separator, strict=True)
        rows = [(reader.line_num, [_plain(cell) for cell in row]) for row in reader]
    except csv.Error as error:
        raise CommandError(
            f"{file}: not valid CSV: {error}: check the quotation marks, or export it again"
        ) from None
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows:
        raise CommandError(f"{file}: the file is empty: add a line with name and phone per contact")
    columns = _columns(file, rows)
    contacts: dict[str, ImportedContact] = {}
    for line, cells in rows[1:] if columns is not None else rows:
        number_first = _NUMBER_LIKE.match(cells[0])
        kinds = columns or (("phone", "name", "language") if number_first else COLUMNS)
        row = {kind: [c for k, c in zip(kinds, cells, strict=False) if k == kind] for kind in kinds}
        name = _name(row)
        if len(cells) < _MIN_COLUMNS or not name:
            raise CommandError(
                f"{file}: line {line}: name or phone is missing: write both, separated by a comma"
            )
        contact = contacts.setdefault(name, ImportedContact(name))
        contact.aliases += tuple(filter(None, row.get("email", [])))
        _add_row(contact, row, line, languages)
    if not contacts:
        raise CommandError(
            f"{file}: no contacts below the header: add a line with name and phone per contact"
        )
    found = list(contacts.values())
    if question:
        found[0].questions.insert(0, question)
    return found


def _decode(content: bytes) -> tuple[str, str]:
    """Return the text, and what to check if its encoding is not declared."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace"), ""
    if content[1:2] == b"\0" or content[:1] == b"\0":
        return content.decode("utf-16-le" if content[:1] != b"\0" else "utf-16-be", "replace"), ""
    encoding = "utf-8"
    for encoding in ("utf-8", "gb18030", "shift_jis", "cp1252", "latin-1"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Accented letters within a Latin name also look like one Chinese character.
        if encoding in ("gb18030", "shift_jis") and _MIXED.search(text):
            continue
        break
    if encoding == "utf-8":
        return text, ""
    match = re.search(r"[^,;|\s]*[^\x00-\x7f][^,;|\s]*", text)
    sample = clean(match[0], 40) if match else ""
    return text, f"the file is not UTF-8; read as {encoding}: check the names, such as {sample!r}"


def _plain(cell: str) -> str:
    """Return a cell without what Excel adds to keep it a text: `'` or `="…"`."""
    text = cell.strip()
    match = re.fullmatch(r"='?\"(.*)\"", text)
    return match[1] if match else text.removeprefix("'").strip()


def _columns(file: str, rows: list[tuple[int, list[str]]]) -> list[str] | None:
    """Return the kind of each column; None if the first line is not a header."""
    line, cells = rows[0]
    if any(_NUMBER_LIKE.match(cell) or _EXCEL.fullmatch(cell) for cell in cells):
        return None
    found = [
        next((kind for kind, words in _HEADERS.items() if re.search(words, cell.casefold())), "")
        for cell in cells
    ]
    if "last" in found and "first" not in found and "name" in found:
        found[found.index("name")] = "first"
    if "first" in found and "last" not in found:  # `Nom`, beside `Prénom`
        short = (n for n, cell in enumerate(cells) if cell.casefold() in ("name", "nom", "nome"))
        found[next(short, found.index("first"))] = "last"
    named = {"name", "first", "last"} & set(found)
    if named and "phone" in found:
        return found
    numbers = any(_NUMBER_LIKE.match(cell) for _, others in rows[1:] for cell in others)
    if not numbers and not set(found) - {"", "other"}:
        return None
    missing = "phone" if named or not set(found) - {""} else "name"
    shown = clean(", ".join(cells), 60)
    raise CommandError(
        f"{file}: line {line}: the header has no column `{missing}` ({shown}): name the columns"
        " name, phone and language"
    )


def _name(row: dict[str, list[str]]) -> str:
    parts = row.get("name") or [*row.get("first", []), *row.get("last", [])]
    if not any(parts):
        parts = [*row.get("first", []), *row.get("last", [])]
    return clean(" ".join(dict.fromkeys(filter(None, parts))))


def _add_row(
    contact: ImportedContact, row: dict[str, list[str]], line: int, languages: tuple[str, ...]
) -> None:
    def ask(problem: str) -> None:
        contact.questions.append(f"line {line}: {contact.name}: {problem}")

    cells = [part for cell in row.get("phone", []) for part in _SEVERAL.split(cell) if part]
    if not cells and not contact.phones:
        ask("the phone is empty; write a number, such as +8613800138000")
    for cell in cells:
        phone = cell
        if _EXCEL.fullmatch(cell):
            ask(
                f"Excel has rounded the phone to {cell}; format the column as text, enter the"
                " number again and export it"
            )
            continue
        try:
            phone = normalize(cell)
        except NumberError as error:
            ask(f"the phone {error}")
        if phone in contact.phones:
            ask("duplicate number; omitted")
        elif len(contact.phones) == MAX_PHONES_PER_CONTACT:
            ask(f"more than {MAX_PHONES_PER_CONTACT} numbers; omitted")
        else:
            contact.phones.append(phone)
    for language in filter(None, row.get("language", [])):
        known = {key.casefold(): tag for tag in languages for key in (tag, tag[:2])}
        tag = known.get(language.replace("_", "-").casefold())
        if tag:
            contact.language = tag
        else:
            ask(f"unknown language {language[:20]!r}; use one of {', '.join(languages)}")
