"""The way to the cloud: topics, messages, two lanes, one MQTT client on one thread.

Wishes about money and records go in; ChargeAnswered, RecordsTaken, RecordRefused, MembersMarked and
DeviceUp come out.
"""
