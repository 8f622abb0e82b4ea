"""HL7 v2 ORU^R01 messages to reports: ``read_messages`` takes the bytes of a file that an engine or a listener wrote."""

from tracker.exchange.hl7v2.messages import read_messages

__all__ = ["read_messages"]
