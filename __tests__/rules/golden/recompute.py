"""Bucketing recomputed from its formula, without gatekeeper-flags: who is inside a rollout, and which arm of a split.

    echo '[{"id": "42", "salt": "CHECKOUT", "rule": "growth", "arms": {"CONTROL": 50, "ONE_PAGE": 50}}]' \
        | python3 recompute.py

answers [{"hash": 3159925814, "rollout": 0.7689…, "arm": "ONE_PAGE"}]: inside a rollout of 77 %, outside one of 76 %.
`python3 recompute.py golden` prints bucketing.json.
"""

import json
import math
import re
import sys

MASK = 0xFFFFFFFF


def utf8(text):
    """A surrogate without its partner, which UTF-8 cannot write, becomes U+FFFD."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text).encode("utf-8")


def rotate(value, bits):
    return ((value << bits) | (value >> (32 - bits))) & MASK


def fmix32(value):
    value = ((value ^ (value >> 16)) * 0x85EBCA6B) & MASK
    value = ((value ^ (value >> 13)) * 0xC2B2AE35) & MASK
    return value ^ (value >> 16)


def murmur3(text, seed):
    data = utf8(text)
    value = seed
    for start in range(0, len(data), 4):
        block = data[start : start + 4]
        mixed = (rotate((int.from_bytes(block, "little") * 0xCC9E2D51) & MASK, 15) * 0x1B873593) & MASK
        value ^= mixed
        if len(block) == 4:
            value = (rotate(value, 13) * 5 + 0xE6546B64) & MASK
    return fmix32(value ^ len(data))


def draw(unit_id, *salt):
    """A number in [0, 1); U+0000 joins the parts of the salt."""
    joined = "\0".join(salt)
    first, second = murmur3(joined, 1), murmur3(joined, 2)
    return fmix32((fmix32(murmur3(unit_id, 0) ^ first) + second) & MASK) / 2**32


def score(value, weight):
    return -math.log(value) / weight if value > 0 else math.inf


def choose(unit_id, salt, rule, arms):
    """The arm with the least -ln(u) / weight."""
    weighted = {arm: weight for arm, weight in arms.items() if weight > 0}
    return min(weighted, key=lambda arm: score(draw(unit_id, salt, rule, arm), weighted[arm]))


def recompute(case):
    unit_id, salt, rule = case["id"], case["salt"], case["rule"]
    return {
        "hash": murmur3(unit_id, 0),
        "rollout": draw(unit_id, salt, rule, "rollout"),
        "arm": choose(unit_id, salt, rule, case["arms"]),
    }


IDS = [
    *("1", "2", "42", "007", "9007199254740993", "-1", "1.5", "1e+21"),
    *("a", "ab", "abc", "abcd", "abcde", "abcdefgh", "abcdefghi", " ", "\0", "a\0b", "'; --", "%s", "__proto__"),
    *("ada@shop.example", "Ada@shop.example", "ada+1@shop.example", "constructor", "x" * 1000),
    *("f47ac10b-58cc-4372-a567-0e02b2c3d479", "F47AC10B-58CC-4372-A567-0E02B2C3D479", "01J9ZC3T9Q8V3W7K5R2M1N0P4X"),
    *("é", "e\u0301", "ß", "Ж", "名前", "用户四十二", "🚀", "👩‍👩‍👧", "a🚀", "aaa🚀", "\ud83d", "\udc00x", "\ufffd", "\ufeff1"),
]
HALVES = {"CONTROL": 50, "ONE_PAGE": 50}
SALTS = [
    {"salt": "CHECKOUT", "rule": "growth", "arms": HALVES},
    {"salt": "CHECKOUT", "rule": "everybody", "arms": HALVES},
    {"salt": "SEARCH", "rule": "growth", "arms": {"A": 34, "B": 33, "C": 33}},
    {"salt": "2026-11", "rule": "r", "arms": {"A": 99.999, "B": 0.001}},
    {"salt": "名前", "rule": "große Firmen 🚀", "arms": {"é": 10, "🚀": 20, "__proto__": 30, "constructor": 40, "none": 0}},
]


def golden():
    rows = [[recompute({"id": unit_id, **salt}) for salt in SALTS] for unit_id in IDS]
    return {
        "salts": SALTS,
        "units": [
            {
                "id": unit_id,
                "hash": row[0]["hash"],
                "rollout": [cell["rollout"] for cell in row],
                "arm": [cell["arm"] for cell in row],
            }
            for unit_id, row in zip(IDS, rows)
        ],
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["golden"]:
        json.dump(golden(), sys.stdout, indent=2)
        print()
    else:
        json.dump([recompute(case) for case in json.load(sys.stdin)], sys.stdout)
