"""Runs one Python action: loads it once, then answers one request after the other on a Unix domain socket."""

import json
import linecache
import os
import site
import socket
import sys
import traceback
import types

NOT_LOADED = {"error": "Cannot start action. Check logs for details."}
NO_RESULT = {"error": "The action did not return a dictionary or array."}


class Refused(Exception):
    """The code cannot be loaded, for the reason given."""


def add_libraries(folder):
    """Puts the libraries that an archive brings along on the path of modules."""
    environment = os.path.join(folder, "virtualenv")
    if os.path.isdir(environment):
        for programs in ("bin", "Scripts"):
            activation = os.path.join(environment, programs, "activate_this.py")
            if os.path.isfile(activation):
                with open(activation, "rb") as file:
                    code = compile(file.read(), activation, "exec")
                exec(code, {"__file__": activation, "__name__": "activate_this"})
                return
        version = "python%d.%d" % sys.version_info[:2]
        for libraries in (os.path.join("lib", version), "Lib"):
            packages = os.path.join(environment, libraries, "site-packages")
            if os.path.isdir(packages):
                site.addsitedir(packages)
                return
        raise Refused("Invalid virtualenv. Zip file does not include 'activate_this.py'.")
    packages = os.path.join(folder, "site-packages")
    if os.path.isdir(packages):
        site.addsitedir(packages)


def source_of(init):
    """The name and the text of the module that defines the action."""
    if not init["binary"]:
        text = init["code"]
        # Lets a traceback show lines of a file that does not exist.
        linecache.cache["__main__.py"] = (len(text), None, text.splitlines(True), "__main__.py")
        return "__main__.py", text
    folder = init["code"]
    path = os.path.join(folder, "__main__.py")
    if not os.path.isfile(path):
        raise Refused("Zip file does not include __main__.py")
    os.chdir(folder)
    sys.path.insert(0, folder)
    add_libraries(folder)
    with open(path, "rb") as file:
        return path, file.read()


def load(init):
    """The function of the action."""
    os.environ.update(init["env"])
    name, text = source_of(init)
    # A module of its own, so that what the action defines can be found again by its name, as pickle does.
    module = types.ModuleType("main__")
    module.__file__ = name
    sys.modules["main__"] = module
    exec(compile(text, name, "exec"), module.__dict__)
    function = getattr(module, init["main"], None)
    if not callable(function):
        raise Refused("The action does not define the function '%s'." % init["main"])
    return function


def printed(result):
    """The bytes of a result as JSON; ValueError or TypeError if it is none."""
    try:
        return json.dumps(result, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(result, allow_nan=False).encode("ascii")


def report(failure):
    """Writes a stack trace to the standard error, without the frames of this file."""
    frames = failure.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    traceback.print_exception(type(failure), failure, frames)


def run(function, request):
    """The status and the bytes to answer with; what the action throws is an error of the application in OpenWhisk."""
    os.environ.update(request["env"])
    try:
        result = function(request["value"])
    except Exception as failure:
        report(failure)
        return b"200", printed({"error": str(failure) or type(failure).__name__})
    if not isinstance(result, (dict, list)):
        return b"502", printed(NO_RESULT)
    try:
        return b"200", printed(result)
    except (TypeError, ValueError, RecursionError) as failure:
        print("The result cannot be written as JSON: %s" % failure, file=sys.stderr)
        return b"502", printed(NO_RESULT)


def initialised(init):
    """The function of the action, or None and the reason on the standard error."""
    try:
        return load(init)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
    except Exception as failure:
        report(failure)
    return None


def main():
    """Answers until the socket ends."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(os.environ.pop("FOGWHISK_SOCKET"))
    function = None
    with connection, connection.makefile("rb") as requests:
        for line in requests:
            command, text = line.split(b" ", 1)
            request = json.loads(text)
            if command == b"init":
                function = initialised(request)
                status, answer = (b"200", b"{}") if function else (b"502", printed(NOT_LOADED))
            else:
                status, answer = run(function, request)
            sys.stdout.flush()
            sys.stderr.flush()
            connection.sendall(status + b" " + answer + b"\n")


if __name__ == "__main__":
    main()
