"""Readings that devices send to an MQTT broker."""

from xingke.sources.connectors.mqtt.connector import CONNECTOR, MqttConnector

__all__ = ["CONNECTOR", "MqttConnector"]
