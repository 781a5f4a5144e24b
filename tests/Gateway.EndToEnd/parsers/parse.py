# The same by Python's urllib.parse and http.cookies.
import http.cookies
import json
import sys
import urllib.parse

for line in sys.stdin:
    request = json.loads(line)
    try:
        query = urllib.parse.parse_qs(request["query"])
    except ValueError:
        query = {}
    jar = http.cookies.SimpleCookie()
    try:
        jar.load(request["cookie"])
    except http.cookies.CookieError:
        pass
    print(json.dumps({"query": query, "cookie": {name: morsel.value for name, morsel in jar.items()}}), flush=True)
