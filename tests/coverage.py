"""Prints how much of each room the tests run: lines and branches, from a report in Cobertura's form."""

import re
import sys
import xml.etree.ElementTree as Xml
from collections import defaultdict

# By room: lines and branches that were run, and that there are.
rooms = defaultdict(lambda: [0, 0, 0, 0])
for unit in Xml.parse(sys.argv[1]).iter("class"):
    path = unit.get("filename").replace("\\", "/")
    room = path.split("/")[0]
    if room == "obj":
        continue  # generated
    count = rooms[room]
    for line in unit.iterfind("lines/line"):
        count[0] += int(line.get("hits")) > 0
        count[1] += 1
        branches = re.search(r"\((\d+)/(\d+)\)", line.get("condition-coverage", ""))
        if branches:
            count[2] += int(branches[1])
            count[3] += int(branches[2])


def share(part, whole):
    return f"{100 * part / whole:6.1f} %" if whole else "       -"


def row(name, count):
    print(f"{name:16}{share(count[0], count[1])} of {count[1]:6} lines {share(count[2], count[3])} of {count[3]:5} branches")


if not rooms:
    sys.exit("The report covers nothing.")
for name in sorted(rooms):
    row(name, rooms[name])
row("all", [sum(column) for column in zip(*rooms.values())])
