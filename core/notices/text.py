"""A notice as plain text and as HTML: the same words in both, in HTML every one of them escaped.

HTML of mails is what mail programs show of it: a table, a few inline styles, nothing to load.
"""

from html import escape

from core.notices.notice import Notice

MAIL = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body style="font-family: sans-serif; color: #16191f; max-width: 40em">
<h1 style="font-size: 1.25em">{title}</h1>
<table style="border-spacing: 0">
{facts}
</table>
{words}<p>{advice}</p>
</body>
</html>
"""
FACT = (
    '<tr><th style="text-align: left; vertical-align: top; padding: 2px 1em 2px 0; '
    'font-weight: normal; color: #545b64">{name}</th><td style="padding: 2px 0">{value}</td></tr>'
)
WORDS = '<pre style="white-space: pre-wrap; background: #f4f4f4; padding: 0.75em">{words}</pre>\n'
LINK = '{advice} <a href="{link}">{link}</a>'


def plain_text(notice: Notice) -> str:
    """For whoever reads plain text, and for a topic's subscribers."""
    width = max(len(name) for name, _ in notice.facts)
    facts = "\n".join(f"{name:<{width}}  {value}" for name, value in notice.facts)
    advice = notice.advice if notice.link is None else f"{notice.advice} {notice.link}"
    words = [] if notice.words is None else [notice.words]
    return "\n\n".join([notice.title, facts, *words, advice]) + "\n"


def html(notice: Notice) -> str:
    """The same as a page."""
    facts = "\n".join(
        FACT.format(name=escape(name), value=escape(value)) for name, value in notice.facts
    )
    return MAIL.format(
        title=escape(notice.title),
        facts=facts,
        words="" if notice.words is None else WORDS.format(words=escape(notice.words)),
        advice=_advice(notice),
    )


def _advice(notice: Notice) -> str:
    advice = escape(notice.advice)
    return advice if notice.link is None else LINK.format(advice=advice, link=escape(notice.link))
