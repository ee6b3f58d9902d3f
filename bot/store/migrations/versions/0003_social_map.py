"""The social map: one table per object of HSDS 3.0, and what the search reads.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"

# Fields by table; a field with a star names another row and is indexed.
HSDS = {
    "organization": "name alternate_name description email website tax_status tax_id year_incorporated legal_status logo uri parent_organization_id*",
    "program": "organization_id* name alternate_name description",
    "service": "organization_id* program_id* name alternate_name description url email status interpretation_services application_process "
    "fees_description wait_time fees accreditations eligibility_description minimum_age maximum_age assured_date assurer_email licenses alert "
    "last_modified",
    "location": "location_type url organization_id* name alternate_name description transportation latitude longitude external_identifier "
    "external_identifier_type",
    "service_at_location": "service_id* location_id* description",
    "address": "location_id* attention address_1 address_2 city region state_province postal_code country address_type",
    "phone": "location_id* service_id* organization_id* contact_id* service_at_location_id* number extension type description",
    "schedule": "service_id* location_id* service_at_location_id* valid_from valid_to dtstart timezone until count wkst freq interval byday byweekno "
    "bymonthday byyearday description opens_at closes_at schedule_link attending_type notes",
    "contact": "organization_id* service_id* service_at_location_id* location_id* name title department email",
    "language": "service_id* location_id* phone_id* name code note",
    "service_area": "service_id* name description extent extent_type uri",
    "cost_option": "service_id* valid_from valid_to option currency amount amount_description",
    "funding": "organization_id* service_id* source",
    "required_document": "service_id* document uri",
    "accessibility": "location_id* description details url",
    "organization_identifier": "organization_id* identifier_scheme identifier_type identifier",
    "taxonomy": "name description uri version",
    "taxonomy_term": "code name description parent_id taxonomy language taxonomy_id* term_uri",
    "attribute": "link_id* taxonomy_term_id* link_type link_entity value",
    "metadata": "resource_id* resource_type last_action_date last_action_type field_name previous_value replacement_value updated_by",
    "meta_table_description": "name language character_set",
}


def upgrade() -> None:
    for name, fields in HSDS.items():
        _hsds_table(f"map_{name}", fields.split())
    _entry()
    op.create_table(
        "map_area",
        sa.Column("area", sa.String(80), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("area", "category", "number", name="pk_map_area"),
    )
    op.create_index("ix_map_area_number", "map_area", ["number"])
    op.create_table(
        "map_need",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("not_found", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("month", "category", "language", "zone", name="pk_map_need"),
    )
    op.create_table("map_state", sa.Column("name", sa.String(32), primary_key=True), sa.Column("value", sa.String(255), nullable=False))


def _hsds_table(table: str, fields: list[str]) -> None:
    links = [field.rstrip("*") for field in fields if field.endswith("*")]
    columns = [sa.Column(field.rstrip("*"), sa.String(255) if field.endswith("*") else sa.Text) for field in fields]
    op.create_table(
        table,
        sa.Column("id", sa.String(255), primary_key=True),
        *columns,
        sa.Column("extra", sa.Text),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
    )
    for field in [*links, "origin"]:
        op.create_index(f"ix_{table}_{field}", table, [field])


def _entry() -> None:
    op.create_table(
        "map_entry",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("service_id", sa.String(255), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("reach", sa.Integer, nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("free", sa.Boolean, nullable=False),
        sa.Column("phases", sa.String(255), nullable=False),
        sa.Column("audiences", sa.String(255), nullable=False),
        sa.Column("languages", sa.String(255), nullable=False),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        sa.Column("assured", sa.Date),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("shown", sa.Integer, nullable=False),
        sa.Column("helped", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.UniqueConstraint("id", name="uq_map_entry_id"),
    )
    op.create_index("ix_map_entry_service_id", "map_entry", ["service_id"])
    op.create_index("ix_map_entry_category", "map_entry", ["category"])
