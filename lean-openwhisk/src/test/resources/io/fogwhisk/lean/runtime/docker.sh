#!/bin/sh
# Stands in for the client of a container engine: notes what it is asked for, and runs processes for containers.
here=$(dirname "$0")
printf '%s\n' "$*" >>"$here/calls"
command=$1
for last; do :; done
case "$command" in
version) cat "$here/version" ;;
run)
    while [ "$1" != --name ]; do shift; done
    if [ "$last" = no/such ]; then
        echo "Unable to find image 'no/such:latest' locally" >&2
        exit 125
    fi
    PORT=0 PORT_FILE="$here/$2.port" "$(cat "$here/python")" "$here/action-proxy.py" \
        >"$here/$2.out" 2>"$here/$2.err" &
    echo $! >"$here/$2.pid"
    while [ ! -e "$here/$2.port" ]; do sleep 0.01; done
    echo "0123456789ab"
    ;;
port) echo "127.0.0.1:$(cat "$here/$2.port")" ;;
logs)
    pid=$(cat "$here/$last.pid")
    tail -s 0.02 --pid="$pid" -n +1 -f "$here/$last.err" >&2 &
    exec tail -s 0.02 --pid="$pid" -n +1 -f "$here/$last.out"
    ;;
inspect) echo false ;;
ps) cat "$here/ps" ;;
rm) if [ -e "$here/$last.pid" ]; then kill -9 "$(cat "$here/$last.pid")"; fi ;;
esac
