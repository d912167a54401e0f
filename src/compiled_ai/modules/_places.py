"""Countries, the states of the USA and the provinces of Canada: codes and names.

Country codes are those of ISO 3166-1 (https://www.iso.org/iso-3166-country-codes.html), states those of USPS Publication 28
(https://pe.usps.com/text/pub28/28apb.htm), provinces those of Canada Post.
"""

from __future__ import annotations

from compiled_ai.modules.text import fold

_COUNTRIES = """
AD AND Andorra|AE ARE United Arab Emirates/UAE/Emirates|AF AFG Afghanistan|AG ATG Antigua and Barbuda|AL ALB Albania|AM ARM Armenia|AO AGO Angola
AR ARG Argentina|AT AUT Austria/Österreich|AU AUS Australia|AZ AZE Azerbaijan|BA BIH Bosnia and Herzegovina/Bosnia|BB BRB Barbados|BD BGD Bangladesh
BE BEL Belgium/Belgique/België/Belgien|BF BFA Burkina Faso|BG BGR Bulgaria|BH BHR Bahrain|BI BDI Burundi|BJ BEN Benin|BN BRN Brunei/Brunei Darussalam
BO BOL Bolivia|BR BRA Brazil/Brasil|BS BHS Bahamas/The Bahamas|BT BTN Bhutan|BW BWA Botswana|BY BLR Belarus|BZ BLZ Belize|CA CAN Canada
CD COD Democratic Republic of the Congo/DR Congo/DRC|CF CAF Central African Republic|CG COG Republic of the Congo/Congo|CH CHE Switzerland/Schweiz/Suisse/Svizzera
CI CIV Côte d'Ivoire/Ivory Coast|CL CHL Chile|CM CMR Cameroon|CN CHN China/People's Republic of China/PRC|CO COL Colombia|CR CRI Costa Rica|CU CUB Cuba
CV CPV Cabo Verde/Cape Verde|CY CYP Cyprus|CZ CZE Czechia/Czech Republic|DE DEU Germany/Deutschland|DJ DJI Djibouti|DK DNK Denmark/Danmark|DM DMA Dominica
DO DOM Dominican Republic|DZ DZA Algeria|EC ECU Ecuador|EE EST Estonia|EG EGY Egypt|ER ERI Eritrea|ES ESP Spain/España|ET ETH Ethiopia|FI FIN Finland/Suomi
FJ FJI Fiji|FM FSM Micronesia|FR FRA France|GA GAB Gabon|GB GBR United Kingdom/UK/U.K./Great Britain/Britain/England/Scotland/Wales/Northern Ireland
GD GRD Grenada|GE GEO Georgia|GH GHA Ghana|GL GRL Greenland|GM GMB Gambia/The Gambia|GN GIN Guinea|GQ GNQ Equatorial Guinea|GR GRC Greece|GT GTM Guatemala
GW GNB Guinea-Bissau|GY GUY Guyana|HK HKG Hong Kong|HN HND Honduras|HR HRV Croatia|HT HTI Haiti|HU HUN Hungary|ID IDN Indonesia|IE IRL Ireland/Republic of Ireland/Éire
IL ISR Israel|IN IND India|IQ IRQ Iraq|IR IRN Iran|IS ISL Iceland|IT ITA Italy/Italia|JM JAM Jamaica|JO JOR Jordan|JP JPN Japan|KE KEN Kenya|KG KGZ Kyrgyzstan
KH KHM Cambodia|KI KIR Kiribati|KM COM Comoros|KN KNA Saint Kitts and Nevis|KP PRK North Korea|KR KOR South Korea/Korea/Republic of Korea|KW KWT Kuwait
KZ KAZ Kazakhstan|LA LAO Laos|LB LBN Lebanon|LC LCA Saint Lucia|LI LIE Liechtenstein|LK LKA Sri Lanka|LR LBR Liberia|LS LSO Lesotho|LT LTU Lithuania
LU LUX Luxembourg|LV LVA Latvia|LY LBY Libya|MA MAR Morocco|MC MCO Monaco|MD MDA Moldova|ME MNE Montenegro|MG MDG Madagascar|MH MHL Marshall Islands
MK MKD North Macedonia/Macedonia|ML MLI Mali|MM MMR Myanmar/Burma|MN MNG Mongolia|MO MAC Macao/Macau|MR MRT Mauritania|MT MLT Malta|MU MUS Mauritius|MV MDV Maldives
MW MWI Malawi|MX MEX Mexico/México|MY MYS Malaysia|MZ MOZ Mozambique|NA NAM Namibia|NE NER Niger|NG NGA Nigeria|NI NIC Nicaragua
NL NLD Netherlands/The Netherlands/Holland/Nederland|NO NOR Norway/Norge|NP NPL Nepal|NR NRU Nauru|NZ NZL New Zealand|OM OMN Oman|PA PAN Panama|PE PER Peru
PG PNG Papua New Guinea|PH PHL Philippines/The Philippines|PK PAK Pakistan|PL POL Poland/Polska|PR PRI Puerto Rico|PS PSE Palestine|PT PRT Portugal|PW PLW Palau
PY PRY Paraguay|QA QAT Qatar|RO ROU Romania|RS SRB Serbia|RU RUS Russia/Russian Federation|RW RWA Rwanda|SA SAU Saudi Arabia|SB SLB Solomon Islands
SC SYC Seychelles|SD SDN Sudan|SE SWE Sweden/Sverige|SG SGP Singapore|SI SVN Slovenia|SK SVK Slovakia|SL SLE Sierra Leone|SM SMR San Marino|SN SEN Senegal
SO SOM Somalia|SR SUR Suriname|SS SSD South Sudan|ST STP São Tomé and Príncipe|SV SLV El Salvador|SY SYR Syria|SZ SWZ Eswatini/Swaziland|TD TCD Chad|TG TGO Togo
TH THA Thailand|TJ TJK Tajikistan|TL TLS Timor-Leste/East Timor|TM TKM Turkmenistan|TN TUN Tunisia|TO TON Tonga|TR TUR Türkiye/Turkey|TT TTO Trinidad and Tobago
TV TUV Tuvalu|TW TWN Taiwan|TZ TZA Tanzania|UA UKR Ukraine|UG UGA Uganda
US USA United States of America/United States/USA/U.S.A./U.S./US/America/The United States|UY URY Uruguay|UZ UZB Uzbekistan|VA VAT Vatican City
VC VCT Saint Vincent and the Grenadines|VE VEN Venezuela|VN VNM Vietnam/Viet Nam|VU VUT Vanuatu|WS WSM Samoa|XK XKX Kosovo|YE YEM Yemen|ZA ZAF South Africa
ZM ZMB Zambia|ZW ZWE Zimbabwe
"""
_STATES = """
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|DC District of Columbia/Washington DC|FL Florida|GA Georgia
HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota
MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio
OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington
WV West Virginia|WI Wisconsin|WY Wyoming|PR Puerto Rico|GU Guam|VI Virgin Islands
"""
_PROVINCES = """
AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador/Newfoundland|NS Nova Scotia|NT Northwest Territories|NU Nunavut
ON Ontario|PE Prince Edward Island|QC Quebec/Québec|SK Saskatchewan|YT Yukon
"""


def _rows(table: str) -> list[str]:
    return [row for row in table.replace("\n", "|").split("|") if row]


def _named(table: str) -> tuple[dict[str, str], dict[str, str]]:
    """Code to first name, and every folded name to its code."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for row in _rows(table):
        code, _, said = row.partition(" ")
        names[code] = said.split("/")[0]
        codes.update({fold(name): code for name in said.split("/")})
    return names, codes


COUNTRY_NAMES = {row[:2]: row[7:].split("/")[0] for row in _rows(_COUNTRIES)}
COUNTRY_OF_NAME = {fold(name): row[:2] for row in _rows(_COUNTRIES) for name in row[7:].split("/")}
COUNTRY_OF_LONG_CODE = {row[3:6]: row[:2] for row in _rows(_COUNTRIES)}
STATE_NAMES, STATE_OF_NAME = _named(_STATES)
PROVINCE_NAMES, PROVINCE_OF_NAME = _named(_PROVINCES)

AMBIGUOUS_NAMES = frozenset(name for name in STATE_OF_NAME if name in COUNTRY_OF_NAME)
"""Names of a state and of a country: Georgia, and Puerto Rico, which is both."""


def country_of(text: str, *, codes: bool = True) -> str | None:
    """The ISO code of a country's name, or of its code in capitals."""
    bare = " ".join(text.split()).rstrip(",")
    found = COUNTRY_OF_NAME.get(fold(bare)) or COUNTRY_OF_NAME.get(fold(bare.rstrip(".")))
    if found or not codes:
        return found
    bare = bare.replace(".", "")
    return bare if bare in COUNTRY_NAMES else COUNTRY_OF_LONG_CODE.get(bare)


def region_of(text: str) -> tuple[str, str] | None:
    """Code and country of a state of the USA or a province of Canada, by name or by its code in capitals."""
    bare = " ".join(text.split()).rstrip(",.")
    name = fold(bare)
    state = STATE_OF_NAME.get(name) or (
        bare.replace(".", "") if bare.replace(".", "") in STATE_NAMES else None
    )
    if state:
        return state, "US"
    province = PROVINCE_OF_NAME.get(name) or (bare if bare in PROVINCE_NAMES else None)
    return (province, "CA") if province else None
