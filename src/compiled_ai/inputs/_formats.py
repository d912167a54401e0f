"""Texts of every format that a schema in a spec may name, the odd ones first."""

from __future__ import annotations

FORMAT_TEXTS: dict[str, tuple[str, ...]] = {
    "decimal": (
        "0", "-0", "0.00", "1", "-1", "1E+3", "0.1", "-0.01", "00012.50", "9" * 40, "-" + "9" * 40, f"0.{'3' * 40}", f"1.{'0' * 60}1",
        "12.50", "1000000", "0.005", "999.995", "2147483648", "9007199254740993",
    ),
    "date": (
        "0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29", "0000-01-01", "1582-10-10", "1970-01-01", "1969-12-31", "2026-02-28",
        "2026-12-31", "2027-01-01", "2038-01-19", "1900-03-01",
    ),
    "date-time": (
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-02-29T12:00:00Z", "2026-02-28T09:30Z", "2016-12-31T23:59:60Z",
        "2026-02-28T09:30:00+14:00", "2026-02-28T09:30:00-12:00", "2026-02-28T09:30:00.123456789Z", "2026-02-28t09:30:00z",
        "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00Z", "2026-03-29T02:30:00+01:00",
        "1970-01-01T00:00:00Z", "2026-02-28T00:00:00-00:00", "2026-02-28T09:30:00Z",
    ),
    "time": ("00:00:00Z", "23:59:59Z", "23:59:60Z", "12:30:00+05:45", "09:30:00.000000001Z", "09:30:00-23:59", "09:30:00Z"),
    "duration": ("PT0S", "P1D", "P1Y2M3DT4H5M6S", "P52W", "PT1M", "P1M", "P9999Y", "PT36H"),
    "email": ("a@b.co", "first.last+tag@sub.example.com", "o'neil@example.org", "1@example.com", '"a b"@example.com', f"{'a' * 64}@example.com"),
    "idn-email": ("a@b.co", "m\u00fcller@example.com", "\u7528\u6237@\u4f8b\u5b50.\u5e7f\u544a"),
    "hostname": ("a", "example.com", "xn--bcher-kva.example", "1.example", "a-b.example.org", f"{'a' * 63}.com"),
    "idn-hostname": ("example.com", "b\u00fccher.example", "\u4f8b\u5b50.\u5e7f\u544a"),
    "ipv4": ("0.0.0.0", "255.255.255.255", "127.0.0.1", "192.168.1.1"),  # noqa: S104 - a text, nothing is bound
    "ipv6": ("::", "::1", "fe80::1", "2001:db8::ff00:42:8329", "::ffff:192.0.2.1"),
    "uri": ("http://a", "https://example.com/p?q=1#f", "mailto:a@b.co", "urn:isbn:0451450523", "http://[::1]:80/", "data:,%20"),
    "uri-reference": ("", "/", "../a?b#c", "#f", "https://example.com"),
    "uri-template": ("", "/a/{b}", "https://example.com/{?q*}"),
    "iri": ("http://a", "https://example.com/\u00fc\u00e9", "urn:a:b"),
    "iri-reference": ("", "/\u00fc", "#f", "https://example.com"),
    "uuid": (
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "FFFFFFFF-0000-4000-8000-00000000000A",
        "123e4567-e89b-42d3-a456-426614174000",
    ),
    "json-pointer": ("", "/", "/a/0", "/a~1b/~0"),
    "relative-json-pointer": ("0", "1/a", "2#", "0#"),
    "regex": ("", ".", "^a+$", "[0-9]{2,3}", "(a|b)*?"),
}  # fmt: skip
"""Not each text is one of its format (``1E+3`` is no ``decimal``): whoever uses them checks them against the schema."""
