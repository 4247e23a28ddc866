"""Where a study's extracts are pulled from, where nobody puts files into a folder: ``sources.toml``."""

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Replica(BaseModel):
    """A PostgreSQL replica of the EMR, and a query for each of our tables.

    A column of a query is called as our column is (``subject_id``) or as its heading in the mapping. The address of
    the replica is a secret: it stands in the environment variable ``environment`` or in the Prefect block
    ``secret/<block>``, never here.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    environment: str = "DATACUT_REPLICA"
    block: str = "datacut-replica"
    queries: dict[str, str] = Field(min_length=1)

    @field_validator("queries")
    @classmethod
    def _each_one_select(cls, queries: dict[str, str]) -> dict[str, str]:
        for table, query in queries.items():
            if not re.match(r"\s*(select|with)\b", query, re.IGNORECASE):
                raise ValueError(f"{table}: a query begins with select or with")
            if ";" in query.rstrip().rstrip(";"):
                raise ValueError(f"{table}: one statement, without a semicolon inside")
        return {table: query.strip().rstrip(";") for table, query in queries.items()}


class Sources(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    replica: Replica
