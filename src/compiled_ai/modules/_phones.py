"""Loads the numbering plans of all countries. The sandboxes import this before they close their files; elsewhere they are loaded one by one."""

from __future__ import annotations

from phonenumbers import (
    COUNTRY_CODES_FOR_NON_GEO_REGIONS,
    SUPPORTED_REGIONS,
    PhoneMetadata,
)

for _region in sorted(SUPPORTED_REGIONS):
    PhoneMetadata.metadata_for_region(_region)
for _code in sorted(COUNTRY_CODES_FOR_NON_GEO_REGIONS):
    PhoneMetadata.metadata_for_nongeo_region(_code)
