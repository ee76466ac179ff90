"""Which metrics an expression asks for."""

import re

WORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "offset", "bool", "inf", "nan", "atan2", "start", "end"}


def metrics(expression):
    """Their names; labels, functions, words and durations are none."""
    text = re.sub(r"\$__[a-z_]+", "5m", expression)
    text = re.sub(r"#[^\n]*", " ", text)
    text = re.sub(r"\"(?:\\.|[^\"])*\"|'(?:\\.|[^'])*'", '""', text)
    text = re.sub(r"\{[^{}]*\}", " ", text)
    text = re.sub(r"\[[^\[\]]*\]", " ", text)
    text = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)", " ", text)
    text = re.sub(r"\boffset\s+-?\w+", " ", text)
    found = re.finditer(r"(?<![\w.:])([A-Za-z_:][\w:]*)\s*(\()?", text)
    return {name for name, call in (m.groups() for m in found) if not call and name.lower() not in WORDS}


def selectors(expression):
    """Label and value, where an expression asks for one job by name."""
    return set(re.findall(r'\bjob="([^"]+)"', expression))
