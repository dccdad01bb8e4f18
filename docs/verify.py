#!/usr/bin/env python3
"""Checks an Amparo citation (.amparo.json) without a network and without Amparo: Python 3.8 or later, nothing to install.

    python3 verify.py FILE --key VKEY [--witness VKEY ...] [--quorum K]

Ends with 0 if all that is shown is proven, 1 if it is not, 2 if the file or the call cannot be read. The formats: RFC 8785,
RFC 9901 (disclosures), RFC 6962 (tree), C2SP signed-note, tlog-checkpoint, tlog-cosignature and tlog-proof."""
import argparse, base64, hashlib, json, re, sys

class NotProven(Exception): pass
class Unreadable(Exception): pass
def need(holds, why, kind=NotProven):
    if not holds: raise kind(why)

# Ed25519 (RFC 8032), checking alone: slow, and short enough to be read.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    return (b - a) * (d - c) % P, (d + c) * (b + a) % P, (d - c) * (d + c) % P, (b - a) * (b + a) % P
def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        q, p, n = add(q, p) if n & 1 else q, add(p, p), n >> 1
    return q
def same(p, q): return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0
def point(raw):
    y, sign = int.from_bytes(raw, "little") % 2**255, raw[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    need(x * x % P == square and y < P and not (x == 0 and sign), "a key or signature is not on the curve")
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P
def signed(key, text, signature):
    need(len(signature) == 64, "a signature has another length")
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % L
    weak = any(same(times(8, p), (0, 1, 1, 0)) for p in (a, r))
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    return s < L and not weak and same(times(s, base), add(r, times(h, a)))

# Texts that have one form alone.
def sha(raw): return hashlib.sha256(raw).digest()
def b64(text):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, "base64 that is not canonical"); return raw
def b64url_of(raw): return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
def b64url(text):
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(b64url_of(raw) == text, "base64url that is not canonical"); return raw
def decimal(text):
    need(re.fullmatch("0|[1-9][0-9]{0,18}", text) and int(text) < 2**63, "not a whole number"); return int(text)
def members(pairs):
    need(len({name for name, _ in pairs}) == len(pairs), "a member is there twice"); return dict(pairs)
def whole(text):
    need(text != "-0" and abs(int(text)) < 2**53, "a number that is too large"); return int(text)
def no(text): raise NotProven("a number that is not whole")
def read(raw): return json.loads(raw.decode(), object_pairs_hook=members, parse_int=whole, parse_float=no, parse_constant=no)
def sort(value):
    if isinstance(value, dict): return {k: sort(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    return [sort(item) for item in value] if isinstance(value, list) else value
def canonical(raw):
    value = read(raw)
    need(json.dumps(sort(value), ensure_ascii=False, separators=(",", ":")).encode() == raw, "JSON that is not canonical")
    return value

def key(text):
    name, number, raw = text.split("+", 2); raw = b64(raw)
    need(re.fullmatch(r"[^\s+]+", name) and len(raw) == 33 and raw[0] in (1, 4), "not a key")
    need(sha(name.encode() + b"\n" + raw)[:4].hex() == number, "the key's id is not that of its name and bytes")
    return name, bytes.fromhex(number), raw[0], raw[1:]

def signatures(note, log, witnesses):
    """Who signed a checkpoint. A wrong signature by a known key spoils it; unknown keys are passed over."""
    need(not re.search("[\x00-\x09\x0b-\x1f]", note) and note.endswith("\n"), "a checkpoint with control characters")
    text, lines = note[:-1].rsplit("\n\n", 1); text += "\n"; found = {}
    need(lines.count("\n") < 64, "too many signatures")
    for line in lines.split("\n"):
        dash, name, raw = line.split(" "); raw = b64(raw)
        need(dash == "\u2014" and re.fullmatch(r"[^\s+]+", name) and len(raw) > 4, "a line that is no signature")
        for one in [log, *witnesses]:
            if (name, raw[:4]) != one[:2]: continue
            time = int.from_bytes(raw[4:12], "big") if one[2] == 4 else 0
            over = ("cosignature/v1\ntime %d\n%s" % (time, text) if one[2] == 4 else text).encode()
            need(time < 2**63 and signed(one[3], over, raw[12 if one[2] == 4 else 4:]), "the signature of %s is wrong" % name)
            found[name] = max(time, found.get(name, 0))
    return text, found

def verify(raw, log, witnesses, quorum):
    try:
        need(len(raw) <= 4 << 20, "larger than 4 MiB")
        bundle = read(raw)
        need(isinstance(bundle, dict) and set(bundle) == {"format", "leaf", "disclosures", "proof"}, "not its members")
        need(bundle["format"] == "amparo-citation/1", "not its format")
    except Exception as error: raise Unreadable(error)
    entry = b64url(bundle["leaf"]); leaf = canonical(entry); bundle["proof"].encode()
    need(isinstance(bundle["disclosures"], list) and isinstance(leaf["_sd"], list), "no lists")
    need(set(leaf) == {"_sd", "_sd_alg", "id", "issued", "origin", "prev", "type", "v", "version"}, "the leaf has other members")
    need(leaf["v"] == "amparo-record/1" and leaf["_sd_alg"] == "sha-256" and leaf["origin"] == log[0], "the leaf is for another log")
    need(re.fullmatch("[0-9A-Za-z-]{1,64}", leaf["id"]) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", leaf["issued"]), "no number or day")
    need(type(leaf["version"]) is int and 0 < leaf["version"] < 2**32, "the version is not a number")
    need(leaf["type"] in ("publish", "correct", "retract", "erase") and not (leaf["type"] == "erase" and leaf["_sd"]), "the type")
    need(all(len(b64url(hash)) == 32 for hash in [*leaf["_sd"], *([leaf["prev"]] if leaf["prev"] is not None else [])]), "a hash")
    need(all(a < b for a, b in zip(leaf["_sd"], leaf["_sd"][1:])), "commitments that are not in order")

    head, note = bundle["proof"].split("\n\n", 1); head = head.split("\n")
    need(head[0] == "c2sp.org/tlog-proof@v1" and head[1].startswith("index ") and len(head) <= 65, "not a proof")
    index, path = decimal(head[1][6:]), [b64(line) for line in head[2:]]
    text, found = signatures(note, log, witnesses)
    origin, size, root, end = text.split("\n"); size, root = decimal(size), b64(root)
    need(origin == log[0] and end == "" and len(root) == 32 and all(len(hash) == 32 for hash in path), "not a checkpoint")
    need(log[0] in found, "the log has not signed it")
    seen = {name: time for name, time in found.items() if name in [witness[0] for witness in witnesses]}
    need(len(seen) >= quorum, "%d witnesses have signed it, %d are asked for" % (len(seen), quorum))

    need(index < size, "the entry is beyond the end of the log")
    at, last, hash = index, size - 1, sha(b"\0" + entry)  # RFC 9162, 2.1.3.2
    code = int.from_bytes(hash[:17], "big") >> 6
    for sibling in path:
        need(last, "the proof is too long")
        if at & 1 or at == last:
            hash = sha(b"\1" + sibling + hash)
            while at and not at & 1: at, last = at >> 1, last >> 1
        else: hash = sha(b"\1" + hash + sibling)
        at, last = at >> 1, last >> 1
    need(last == 0 and hash == root, "the log does not hold the entry")

    fields = {}
    for shown in bundle["disclosures"]:
        need(b64url_of(sha(shown.encode())) in leaf["_sd"], "something is shown that the version does not commit to")
        salt, field, value = canonical(b64url(shown))
        need(len(b64url(salt)) == 16 and field and isinstance(field, str) and field not in fields, "a field is shown twice")
        fields[field] = value
    code = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[code >> 5 * i & 31] for i in range(25, -1, -1))
    return {"leaf": leaf, "fields": fields, "withheld": len(leaf["_sd"]) - len(fields), "index": index, "size": size,
            "seen": seen, "code": "-".join(code[i:i + 5] for i in range(0, 26, 5))}

def trusted(log, witnesses, quorum):
    log, witnesses = key(log), [key(witness) for witness in witnesses]
    known = [log, *witnesses]
    need(log[2] == 1 and all(witness[2] == 4 for witness in witnesses), "a log's key is of kind 1, a witness's of kind 4")
    need(len({one[3] for one in known}) == len({one[0] for one in known}) == len(known), "two keys that are one")
    quorum = len(witnesses) if quorum is None else quorum
    need(0 <= quorum <= len(witnesses), "more witnesses asked for than known")
    return log, witnesses, quorum

def main():
    ask = argparse.ArgumentParser(); ask.add_argument("file"); ask.add_argument("--key", required=True)
    ask.add_argument("--witness", action="append", default=[]); ask.add_argument("--quorum", type=int)
    ask = ask.parse_args()
    try:
        policy = trusted(ask.key, ask.witness, ask.quorum)
        with open(ask.file, "rb") as file: raw = file.read()
    except Exception as error: print("cannot be read:", error); return 2
    try: proven = verify(raw, *policy)
    except Unreadable as error: print("cannot be read:", error); return 2
    except Exception as error: print("NOT PROVEN:", error); return 1
    leaf = proven["leaf"]
    print("PROVEN: %s version %d (%s), issued %s" % (leaf["id"], leaf["version"], leaf["type"], leaf["issued"]))
    print("entry %(index)d of %(size)d, %(code)s, seen by: %(seen)s" % proven)
    for field, value in proven["fields"].items(): print("  %s: %s" % (field, json.dumps(value, ensure_ascii=False)))
    print("%d fields are withheld. Whether there is a newer version, this file cannot say." % proven["withheld"])
    return 0
if __name__ == "__main__": sys.exit(main())
