"""Adjectives of countries, as in "the Moroccan side"."""

from __future__ import annotations

_ROWS = (
    "Afghanistan:afghan;Albania:albanian;Algeria:algerian;Argentina:argentinian,argentine;Armenia:armenian;Australia:australian;Austria:austrian;Bangladesh:bangladeshi;Belgium:belgian;"
    "Bolivia:bolivian;Bosnia:bosnian;Brazil:brazilian;Bulgaria:bulgarian;Cameroon:cameroonian;Canada:canadian;Chile:chilean;China:chinese;Colombia:colombian;Costa Rica:costa rican;"
    "Croatia:croatian;Cuba:cuban;Czech Republic:czech;Denmark:danish;Ecuador:ecuadorian;Egypt:egyptian;England:english;Estonia:estonian;Ethiopia:ethiopian;Finland:finnish;France:french;"
    "Georgia:georgian;Germany:german;Ghana:ghanaian;Greece:greek;Hungary:hungarian;Iceland:icelandic;India:indian;Indonesia:indonesian;Iran:iranian;Iraq:iraqi;Ireland:irish;"
    "Israel:israeli;Italy:italian;Jamaica:jamaican;Japan:japanese;Jordan:jordanian;Kenya:kenyan;South Korea:south korean,korean;Kuwait:kuwaiti;Latvia:latvian;Lebanon:lebanese;"
    "Lithuania:lithuanian;Malaysia:malaysian;Mexico:mexican;Morocco:moroccan;Nepal:nepalese;Netherlands:dutch;New Zealand:new zealander;Nigeria:nigerian;Norway:norwegian;"
    "Pakistan:pakistani;Panama:panamanian;Paraguay:paraguayan;Peru:peruvian;Poland:polish;Portugal:portuguese;Qatar:qatari;Romania:romanian;Russia:russian;Saudi Arabia:saudi;"
    "Scotland:scottish;Senegal:senegalese;Serbia:serbian;Slovakia:slovakian;Slovenia:slovenian;South Africa:south african;Spain:spanish;Sweden:swedish;Switzerland:swiss;"
    "Syria:syrian;Thailand:thai;Tunisia:tunisian;Turkey:turkish;Uganda:ugandan;Ukraine:ukrainian;Uruguay:uruguayan;United States:american;Venezuela:venezuelan;Vietnam:vietnamese;"
    "Wales:welsh;Zambia:zambian;Zimbabwe:zimbabwean"
)
COUNTRY_OF: dict[str, str] = {
    word: country
    for row in _ROWS.split(";")
    for country, _, words in [row.partition(":")]
    for word in words.split(",")
}
"""The country of each folded adjective."""
