"""The use cases, one verb each: check, open one transaction, record, audit."""
