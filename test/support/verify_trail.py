"""Checks a trail with nothing of Palisade: `verify_trail.py trail.jsonl`, or `verify_trail.py palisade.db`."""
import hashlib, json, sqlite3, sys


class Number(float):
    pass


def number(text):
    value = Number(text)
    value.text = text
    return value


def canonical(value):
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def parsed(text):
    return json.loads(text, parse_int=number, parse_float=number)


def rows_of_database(path):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    for row in database.execute("SELECT * FROM audit ORDER BY seq"):
        fields = {}
        for name in row.keys():
            head, *rest = name.split("_")
            member = head + "".join(part.capitalize() for part in rest)
            value = row[name]
            if name in ("before", "after") and value is not None:
                try:
                    value = parsed(value)
                except ValueError:
                    value = ["no JSON", value]
            fields[member] = number(str(value)) if isinstance(value, int) else value
        if fields["clockState"] is None:  # rows from before it was noted were hashed without it
            del fields["clockState"]
        if fields.get("reasonCode") is None:  # so were rows for which nobody chose one
            fields.pop("reasonCode", None)
        yield fields


def check(rows):
    first, seq, before = None, None, None
    for row in rows:
        given, prev = row.pop("hash"), row.pop("prevHash")
        this = int(row["seq"])
        if seq is None:  # an export may begin anywhere
            first, before = this, "0" * 64 if this == 1 else prev
        elif this != seq + 1:
            return f"row {seq + 1} is missing"
        text = canonical(row)
        if prev != before or hashlib.sha256((prev + text).encode()).hexdigest() != given:
            return f"row {this} is wrong"
        seq, before = this, given
    return f"holds from row {first} to row {seq}, head {before}"


path = sys.argv[1]
print(check(rows_of_database(path) if path.endswith(".db") else map(parsed, open(path, encoding="utf-8"))))
