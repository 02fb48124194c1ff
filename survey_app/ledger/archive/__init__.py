"""The archive: sealed days as Parquet, by month and province, without comments; written once, checkable on its own.

Reads answers through `responses.reader` only. `layout` says where files lie, `columns` what they hold; `writing`,
`removal` and `verification` do the work, and `reading.Archive` is what exports and engines read it by.
"""
