"""The yearly evaluation of a city or province: what its Mass Mobilisation Board lays before the Standing Committee.

Every number is a union of what was published, read through the façade; page, twins and PDF render one `Evaluation`.
"""
