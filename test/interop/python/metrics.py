"""Reads an exposition as a scraper does, and prints the kind of each metric."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

families = list(text_string_to_metric_families(sys.stdin.read()))
print(json.dumps({family.name: [family.type, len(family.samples)] for family in families}))
