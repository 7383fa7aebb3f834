"""A container for actions in Python, as an image would hold it: serves /init and /run on the port in PORT."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

END = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"
module = {}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            if self.path == "/init":
                os.environ.update(message["value"]["env"])
                exec(message["value"]["code"] or "def main(m): return {'image': m['value']}", module)
                status, answer = 200, {"ok": True}
            else:
                status, answer = 200, module["main"](message)
        except Exception as failure:
            status, answer = 502, {"error": "proxy: %s" % failure}
        for stream in (sys.stdout, sys.stderr):
            stream.write(END + "\n")
            stream.flush()
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
if "PORT_FILE" in os.environ:
    with open(os.environ["PORT_FILE"] + ".begun", "w") as file:
        file.write(str(server.server_port))
    os.rename(os.environ["PORT_FILE"] + ".begun", os.environ["PORT_FILE"])
server.serve_forever()
