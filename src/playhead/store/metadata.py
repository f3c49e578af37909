"""What the tables are made of: one description of the whole index, and the text they keep."""

import sqlalchemy as sa

metadata = sa.MetaData()


class Text(sa.types.TypeDecorator[str]):
    """Text without NUL characters: a page may put them into its title, and PostgreSQL refuses them."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return value.replace("\0", "\ufffd") if value and "\0" in value else value
