"""The look of a report: colours for light and dark that colour-blind readers tell apart, sober type, one column on a phone."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#fbfaf7",
    "card": "#ffffff",
    "ink": "#1d1f23",
    "quiet": "#575c66",
    "rule": "#dedbd3",
    "accent": "#0b5a9c",
    "good": "#00684d",
    "bad": "#a63a00",
    "open": "#765600",
    "s0": "#0b5a9c",
    "s1": "#b84300",
    "s2": "#00705a",
    "s3": "#9c3a7a",
    "s4": "#7d5c00",
    "s5": "#4a45b0",
    "s6": "#55606b",
    "s7": "#8c1c34",
}
DARK: Mapping[str, str] = {
    "paper": "#14161a",
    "card": "#1b1e24",
    "ink": "#e9e7e2",
    "quiet": "#a8aeb8",
    "rule": "#353a43",
    "accent": "#7fbdf5",
    "good": "#5fd0ac",
    "bad": "#ff9d63",
    "open": "#e6c34d",
    "s0": "#7fbdf5",
    "s1": "#ff9d63",
    "s2": "#5fd0ac",
    "s3": "#eba6d3",
    "s4": "#e6c34d",
    "s5": "#b3b0ff",
    "s6": "#b4bec8",
    "s7": "#f4909f",
}
"""After the palette of Okabe and Ito (https://jfly.uni-koeln.de/color/), darkened or lightened until text in it has a contrast of 4.5."""

_RULES = """
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 var(--sans)}
main,header.top,footer{max-width:1160px;margin:0 auto;padding:0 24px}
header.top{padding-top:44px}
h1,h2,h3,h4{line-height:1.22;text-wrap:balance;margin:0}
h1{font:600 2rem/1.18 var(--serif);letter-spacing:-.01em}
h2{font:600 1.6rem/1.2 var(--serif);margin:64px 0 6px}
h3{font:600 1.18rem/1.3 var(--sans);margin:46px 0 8px}
h4{font:600 1rem/1.35 var(--sans);margin:26px 0 4px}
p{margin:8px 0;max-width:72ch}
a{color:var(--accent);text-underline-offset:2px}
.kicker,.meta,.quiet,small,figcaption,.caption{color:var(--quiet)}
.kicker{font-size:.8rem;letter-spacing:.09em;text-transform:uppercase;margin:0 0 6px}
.meta{font-size:.88rem;overflow-wrap:anywhere}
.verdict{background:var(--card);border:1px solid var(--rule);border-left:5px solid var(--tone);border-radius:6px;padding:22px 26px 18px;margin:26px 0}
.verdict h2{margin:4px 0 10px;font-size:1.5rem}
.verdict p{font-size:1.02rem}
.badge{display:inline-block;font-size:.76rem;font-weight:650;letter-spacing:.06em;text-transform:uppercase;color:var(--tone)}
.supported{--tone:var(--good)}.disproved{--tone:var(--bad)}.mixed,.undecided{--tone:var(--open)}.nothing{--tone:var(--quiet)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:0;margin:18px 0 6px;padding:0;border-top:1px solid var(--rule)}
.tiles div{padding:12px 16px 8px 0}
.tiles dt{font-size:.8rem;color:var(--quiet)}
.tiles dd{margin:0;font-size:1.5rem;font-weight:600;line-height:1.25;font-variant-numeric:tabular-nums}
.tiles small{display:block;font-size:.8rem;font-weight:400;line-height:1.4}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;padding:0;margin:10px 0;font-size:.9rem}
.scroll{overflow-x:auto;margin:12px 0 18px;border:1px solid var(--rule);border-radius:6px;background:var(--card)}
.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
.caption{font-size:.84rem;margin:16px 0 5px}
.scroll{margin-top:0}
.nb{white-space:nowrap}
.said{columns:2;column-gap:44px}.said p{break-inside:avoid;margin:0 0 9px}
th,td{padding:8px 9px;text-align:right;vertical-align:top;border-top:1px solid var(--rule);white-space:nowrap}
td small,th small{display:block;font-size:.76rem;font-weight:400;line-height:1.35;white-space:nowrap}
th small,td small.words{white-space:normal}small.words{text-align:inherit}td small.words{min-width:12ch}
thead th{font-weight:600;vertical-align:bottom;white-space:normal;min-width:8.5ch;border-top:0}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--card);max-width:290px}
tbody th{white-space:normal;min-width:8.2rem;overflow-wrap:break-word}
tbody th{font-weight:500}
tbody th small{max-width:38ch;white-space:normal}
.words{text-align:left}
tr.subject th,tr.subject td{font-weight:650;background:color-mix(in srgb,var(--s0) 8%,var(--card))}
tr.subject small{font-weight:400}
.grade-excellent{color:var(--good);font-weight:600}.grade-competitive{color:var(--accent);font-weight:600}.grade-below{color:var(--bad);font-weight:600}
figure{margin:12px 0 22px;padding:14px 16px 10px;border:1px solid var(--rule);border-radius:6px;background:var(--card)}
figcaption{font-size:.86rem;margin-top:8px;max-width:80ch}
svg{display:block;max-width:100%;height:auto;margin:0 auto;font:12px var(--sans);overflow:visible}
svg text{fill:var(--ink)}
svg .tick,svg .axis,svg .quiet{fill:var(--quiet)}
svg .value{fill:var(--ink);font-variant-numeric:tabular-nums}
svg .name{fill:var(--c,var(--ink));font-weight:600}
svg .note{font-weight:600}
.grid{stroke:var(--rule);stroke-width:1}
.whisker,.median{stroke:var(--ink);stroke-width:1.8}
.median{stroke-width:2.4}
.leader{stroke:var(--quiet);stroke-width:.8}
.line{stroke:var(--c);stroke-width:2;fill:none}
.fill{fill:var(--c);fill-opacity:.62;stroke:var(--c);stroke-width:1.2}.soft{fill-opacity:.4}
.outline{fill:var(--c);fill-opacity:.13;stroke:var(--c);stroke-width:1.4;stroke-dasharray:4 2}
.mark{fill:var(--c);stroke:var(--card);stroke-width:1}
.hollow{fill:var(--card);stroke:var(--c);stroke-width:1.8}
.reached{fill:var(--quiet);fill-opacity:.22}
.band{fill:var(--ink);fill-opacity:.09}
.crossing{stroke:var(--ink);stroke-width:1.4;stroke-dasharray:5 4}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;padding:0;margin:10px 0 0;font-size:.82rem}
.legend li{display:flex;align-items:center;gap:6px;color:var(--c,var(--ink))}
.legend svg{margin:0;flex:none}
.wide{display:block}.narrow{display:none}
details{border-top:1px solid var(--rule);padding:4px 0}
details details{border:0}
summary{cursor:pointer;padding:7px 0;font-size:.94rem}
summary b{font-weight:600}
.case{border:1px solid var(--rule);border-radius:6px;background:var(--card);padding:12px 14px;margin:10px 0}
.case p{margin:2px 0 8px;font-size:.86rem;overflow-wrap:anywhere}
.parts{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:12px}
.parts h5{margin:0 0 4px;font:600 .76rem/1.3 var(--sans);color:var(--quiet);letter-spacing:.03em}
pre{margin:0;padding:9px 11px;background:var(--paper);border:1px solid var(--rule);border-radius:4px;font:.79rem/1.5 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere;max-height:22em;overflow:auto;unicode-bidi:isolate}
ul.limits{padding-left:1.2em;max-width:76ch}
ul.limits li{margin:6px 0}
dl.facts{display:grid;grid-template-columns:minmax(8em,max-content) minmax(0,1fr);gap:4px 18px;font-size:.89rem;margin:10px 0}
dl.facts dt{color:var(--quiet)}
dl.facts dd{margin:0;overflow-wrap:anywhere}
.definition{font-size:.89rem;margin:14px 0;max-width:80ch;overflow-wrap:anywhere}
.definition p{margin:2px 0}
footer{margin-top:64px;padding-top:16px;padding-bottom:44px;border-top:1px solid var(--rule);font-size:.84rem;color:var(--quiet)}
@media (max-width:759px){
main,header.top,footer{padding-left:16px;padding-right:16px}
header.top{padding-top:26px}
h1{font-size:1.55rem}h2{font-size:1.35rem;margin-top:50px}
.verdict{padding:16px 16px 12px}.verdict h2{font-size:1.25rem}
.tiles{grid-template-columns:1fr 1fr}
.tiles dd{font-size:1.22rem}
th,td{padding:7px 9px}
th:first-child,td:first-child{max-width:46vw}
.said{columns:1}
figure{padding:10px 6px 8px}figcaption,.legend{padding:0 6px}
.parts{grid-template-columns:minmax(0,1fr)}
dl.facts{grid-template-columns:minmax(0,1fr);gap:0}dl.facts dd{margin-bottom:8px}
.wide{display:none}.narrow{display:block}
}
@media print{body{background:#fff}.scroll{overflow:visible}figure,.case,.verdict{break-inside:avoid}}
"""


def style_sheet() -> str:
    """All of the CSS, without any address in it."""
    fonts = (
        '--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;'
        '--serif:"Iowan Old Style","Palatino Linotype",Palatino,"Source Serif 4",Georgia,"Liberation Serif","DejaVu Serif",serif;'
        '--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;'
    )
    styles = "".join(f".s{number}{{--c:var(--s{number})}}" for number in range(8))
    dark = f"@media (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}"
    return f":root{{{fonts}{_variables(LIGHT)}}}{dark}{styles}{_RULES}"


def _variables(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in colours.items())


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as ``#rrggbb``, 1 to 21. Source: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio."""
    bright, dim = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
