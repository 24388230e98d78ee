"""Settings of a session: what SET takes, and what SHOW tells.

A setting without effect here is taken and told again; one whose effect is not offered is taken
only at the value that this server works with.
https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_ConfigurationRef.html
"""

from dataclasses import dataclass, field

from local.redshift.errors import NotSupported, SqlError


@dataclass(frozen=True)
class Setting:
    """A default, and the values that are taken; any value where none is listed."""

    default: str
    values: tuple[str, ...] = ()


_OFF, _ON = ("off", "false", "no", "0"), ("on", "true", "yes", "1")
SETTINGS = {
    "analyze_threshold_percent": Setting("10"),
    "application_name": Setting(""),
    "auto_mv": Setting("on"),
    "cast_super_null_on_error": Setting("on", _ON),
    "client_encoding": Setting("UTF8", ("utf8", "utf-8", "unicode")),
    "client_min_messages": Setting("notice"),
    "datestyle": Setting("ISO, MDY", ("iso, mdy", "iso")),
    "describe_field_name_in_uppercase": Setting("off", _OFF),
    "downcase_delimited_identifier": Setting("on", _ON),
    "enable_case_sensitive_identifier": Setting("off", _OFF),
    "enable_case_sensitive_super_attribute": Setting("off", _OFF),
    "enable_numeric_rounding": Setting("on", _ON),
    "enable_result_cache_for_session": Setting("on"),
    "enable_vacuum_boost": Setting("off"),
    "error_on_nondeterministic_update": Setting("off", _OFF),
    "extra_float_digits": Setting("0", ("0",)),
    "json_serialization_enable": Setting("off", _OFF),
    "max_concurrency_scaling_clusters": Setting("1"),
    "max_cursor_result_set_size": Setting("default"),
    "mv_enable_aqmv_for_session": Setting("on"),
    "navigate_super_null_on_error": Setting("on", _ON),
    "query_group": Setting("default"),
    "search_path": Setting("$user, public"),
    "spectrum_enable_pseudo_columns": Setting("on"),
    "standard_conforming_strings": Setting("on"),
    "statement_timeout": Setting("0"),
    "stored_proc_log_min_messages": Setting("INFO"),
    "timezone": Setting("UTC", ("utc", "gmt", "0", "etc/utc")),
    "transaction_isolation": Setting("serializable"),
    "use_fips_ssl": Setting("false"),
    "wlm_query_slot_count": Setting("1"),
}


@dataclass
class Settings:
    """The settings of one session."""

    _changed: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The value of a setting.

        Raises:
            SqlError: there is none of that name.
        """
        return self._changed.get(name, _setting(name).default)

    def set(self, name: str, value: str | None) -> None:
        """Change a setting; None is its default.

        Raises:
            SqlError: there is no such setting, or it does not take this value.
        """
        setting = _setting(name)
        if value is None:
            self._changed.pop(name, None)
            return
        if setting.values and value.lower() not in setting.values:
            raise NotSupported(f"SET {name} TO {value}", f"only {setting.default} is")
        if name == "statement_timeout" and not value.isdigit():
            raise SqlError(f'invalid value for parameter "{name}": "{value}"; give milliseconds')
        self._changed[name] = value

    def reset(self) -> None:
        """Back to the defaults."""
        self._changed.clear()

    def all(self) -> dict[str, str]:
        """Every setting and its value."""
        return {name: self.get(name) for name in SETTINGS}

    @property
    def search_path(self) -> list[str]:
        """The schemas in which names are looked up."""
        return [part.strip() for part in self.get("search_path").split(",")]

    @property
    def statement_timeout_s(self) -> float | None:
        """How long a command may take; None if nobody has said so."""
        return int(self.get("statement_timeout")) / 1000 or None


def _setting(name: str) -> Setting:
    if name not in SETTINGS:
        raise SqlError(f'unrecognized configuration parameter "{name}"')
    return SETTINGS[name]
