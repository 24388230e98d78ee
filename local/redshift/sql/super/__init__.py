"""The type SUPER: JSON values that are navigated, unnested, compared and cast by dynamic type."""
