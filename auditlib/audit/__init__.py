"""The chapters of the audit: what the records show. Pure: no network, disk, clock or chance."""
