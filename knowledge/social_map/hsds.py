"""The objects of Open Referral HSDS 3.0: their fields, what they need and how they nest. Owns the shape; not reading, storing or meaning.

Source: Human Services Data Specification 3.0 (https://docs.openreferral.org, CC BY-SA 4.0); the field lists are restated here, not copied.
"""

from __future__ import annotations

from dataclasses import dataclass, field

NUMBERS = frozenset(
    {"latitude", "longitude", "amount", "minimum_age", "maximum_age", "year_incorporated", "extension", "timezone", "count", "interval"}
)
CHOICES = {
    ("service", "status"): ("active", "inactive", "defunct", "temporarily closed"),
    ("location", "location_type"): ("physical", "postal", "virtual"),
    ("address", "address_type"): ("physical", "postal", "virtual"),
    ("schedule", "freq"): ("WEEKLY", "MONTHLY"),
    ("schedule", "wkst"): ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
}


@dataclass(frozen=True)
class Kind:
    """One object of the specification.

    `file` is its table in a tabular package; `fields` in their order, without `id`; `needs` those a record must have, `links` those that name
    another object; `many` maps the key of nested records to their kind, `one` that of a single nested record.
    """

    name: str
    file: str
    fields: tuple[str, ...]
    needs: tuple[str, ...] = ()
    many: dict[str, str] = field(default_factory=dict)
    one: dict[str, str] = field(default_factory=dict)

    @property
    def links(self) -> dict[str, str]:
        """Field -> kind of the object it names, among this kind's own fields."""
        return {name: LINKS[name] for name in self.fields if name in LINKS}


LINKS = {
    "organization_id": "organization",
    "parent_organization_id": "organization",
    "program_id": "program",
    "service_id": "service",
    "location_id": "location",
    "service_at_location_id": "service_at_location",
    "phone_id": "phone",
    "contact_id": "contact",
    "taxonomy_id": "taxonomy",
    "taxonomy_term_id": "taxonomy_term",
}
_ALWAYS = {"attributes": "attribute", "metadata": "metadata"}


def _kind(name: str, file: str, fields: str, needs: str = "", many: str = "", one: str = "") -> Kind:
    pairs = (dict(part.split(":") for part in text.split()) for text in (many, one))
    nested, single = pairs
    return Kind(name, file, tuple(fields.split()), tuple(needs.split()), nested | _ALWAYS, single)


_DECLARED = (
    _kind(
        "organization",
        "organizations",
        "name alternate_name description email website tax_status tax_id year_incorporated legal_status logo uri parent_organization_id",
        "name description",
        "funding:funding contacts:contact phones:phone locations:location programs:program organization_identifiers:organization_identifier",
    ),
    _kind("program", "programs", "organization_id name alternate_name description", "name description"),
    _kind(
        "service",
        "services",
        "organization_id program_id name alternate_name description url email status interpretation_services application_process fees_description "
        "wait_time fees accreditations eligibility_description minimum_age maximum_age assured_date assurer_email licenses alert last_modified",
        "name status",
        "phones:phone schedules:schedule service_areas:service_area service_at_locations:service_at_location languages:language funding:funding "
        "cost_options:cost_option required_documents:required_document contacts:contact",
        "organization:organization program:program",
    ),
    _kind(
        "location",
        "locations",
        "location_type url organization_id name alternate_name description transportation latitude longitude external_identifier "
        "external_identifier_type",
        "location_type",
        "languages:language addresses:address contacts:contact accessibility:accessibility phones:phone schedules:schedule",
    ),
    _kind(
        "service_at_location",
        "service_at_location",
        "service_id location_id description",
        "",
        "contacts:contact phones:phone schedules:schedule service_areas:service_area",
        "location:location service:service",
    ),
    _kind(
        "address",
        "addresses",
        "location_id attention address_1 address_2 city region state_province postal_code country address_type",
        "address_1 city state_province postal_code country address_type",
    ),
    _kind(
        "phone",
        "phones",
        "location_id service_id organization_id contact_id service_at_location_id number extension type description",
        "number",
        "languages:language",
    ),
    _kind(
        "schedule",
        "schedules",
        "service_id location_id service_at_location_id valid_from valid_to dtstart timezone until count wkst freq interval byday byweekno bymonthday "
        "byyearday description opens_at closes_at schedule_link attending_type notes",
    ),
    _kind("contact", "contacts", "organization_id service_id service_at_location_id location_id name title department email", "", "phones:phone"),
    _kind("language", "languages", "service_id location_id phone_id name code note"),
    _kind("service_area", "service_areas", "service_id name description extent extent_type uri"),
    _kind("cost_option", "cost_options", "service_id valid_from valid_to option currency amount amount_description"),
    _kind("funding", "funding", "organization_id service_id source"),
    _kind("required_document", "required_documents", "service_id document uri"),
    _kind("accessibility", "accessibility", "location_id description details url"),
    _kind(
        "organization_identifier",
        "organization_identifiers",
        "organization_id identifier_scheme identifier_type identifier",
        "identifier_type identifier",
    ),
    _kind("taxonomy", "taxonomies", "name description uri version", "name description"),
    _kind(
        "taxonomy_term",
        "taxonomy_terms",
        "code name description parent_id taxonomy language taxonomy_id term_uri",
        "name description",
        "",
        "taxonomy_detail:taxonomy",
    ),
    _kind("attribute", "attributes", "link_id taxonomy_term_id link_type link_entity value", "", "", "taxonomy_term:taxonomy_term"),
    _kind(
        "metadata",
        "metadata",
        "resource_id resource_type last_action_date last_action_type field_name previous_value replacement_value updated_by",
        "last_action_date last_action_type field_name previous_value replacement_value updated_by",
    ),
    _kind("meta_table_description", "meta_table_descriptions", "name language character_set"),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _DECLARED}
KIND_OF_FILE: dict[str, str] = {kind.file: kind.name for kind in _DECLARED} | {kind.name: kind.name for kind in _DECLARED}
# What must also be there in a table, where nesting does not say whose it is.
NEEDED_IN_TABLES = {
    "service": ("organization_id",),
    "program": ("organization_id",),
    "service_at_location": ("service_id", "location_id"),
    "organization_identifier": ("organization_id",),
    "cost_option": ("service_id",),
    "attribute": ("link_id", "taxonomy_term_id"),
    "metadata": ("resource_id", "resource_type"),
}
