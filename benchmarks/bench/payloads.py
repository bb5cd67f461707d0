"""The bodies that are sent, and those that are the right answers to them."""

JSON_TYPE = "application/json"
MESSAGE = b'{"message":"Hello, World!"}'
ITEM = (
    b'{"name":"Espresso machine","price":499.5,"tags":["kitchen","coffee"],'
    b'"maker":{"name":"Acme","country":"IT"},'
    b'"dimensions":{"width":28.5,"height":33.5,"depth":41.5},"description":null}'
)
WRONG_ITEM = ITEM.replace(b'"width":28.5', b'"width":"wide"')
INVALID_QUERY = (
    b'{"detail":[{"type":"int_parsing","loc":["query","limit"],"msg":"Input should be a valid'
    b' integer, unable to parse string as an integer","input":"many"}]}'
)
INVALID_BODY = (
    b'{"detail":[{"type":"float_parsing","loc":["body","dimensions","width"],"msg":"Input should'
    b' be a valid number, unable to parse string as a number","input":"wide"}]}'
)

FORM_TYPE = "application/x-www-form-urlencoded"
FORM = b"name=Anna+Berg&email=anna%40example.com&city=Malm%C3%B6&age=34&newsletter=true"
REGISTRATION = (
    '{"name":"Anna Berg","email":"anna@example.com","city":"Malmö","age":34,"newsletter":true}'
).encode()

UPLOAD_BYTES = 2**20
_BOUNDARY = "benchmark-boundary-0123456789"
UPLOAD_TYPE = f"multipart/form-data; boundary={_BOUNDARY}"
UPLOAD = b"\r\n".join(
    [
        f"--{_BOUNDARY}".encode(),
        b'content-disposition: form-data; name="file"; filename="report.bin"',
        b"content-type: application/octet-stream",
        b"",
        bytes(range(256)) * (UPLOAD_BYTES // 256),
        f"--{_BOUNDARY}--".encode(),
        b"",
    ]
)
UPLOADED = b'{"size":%d}' % UPLOAD_BYTES

EVENTS = 1000
EVENT_STREAM_TYPE = "text/event-stream"
EVENT_STREAM = b"".join(b'data: {"number":%d}\n\n' % number for number in range(EVENTS))

ORIGIN = "https://shop.example"
LISTING = (
    b'{"viewer":"anna","language":"en","currency":"EUR","number":3,"order":"name","readable":true}'
)
ECHOED = b"0123456789abcdef" * 4
"""64 bytes, the text of each WebSocket message."""
