#!/usr/bin/env bash
# OpenVPN writes its status file over the old one, line by line, and cuts off what is left of the old one last.
#
# Version:  openvpn 2.6.14-0+deb12u2; strace 6.1-0.1 makes each of its writes to that file take 50 ms, nothing else is changed.
# Expected: the file is emptied and then filled. A reader can meet a short file, so one that begins with TITLE and ends with the line END is whole.
# Seen:     while a third client is being added, readers meet files that begin with TITLE, end with END, and still lack one of the two clients that
#           were connected all the time: the new row has overwritten the old row of another, whose rest stands there as a line of its own. When a
#           client leaves, text of the old file follows behind END (a second END, or even a second row of a client).
# Matters:  this happens at every writing, with one system call for each client: on a server with thousands the window is wide. A session is closed in
#           history and opened again, an alert says that someone left. To end with END proves nothing. Accept a file only if every line in it
#           is a known one with the fields that HEADER names, nothing follows END, and a second reading a moment later says the same; better, ask
#           the management interface, whose reply is in one piece.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
begin
debian "${openvpn_packages[@]}" strace=6.1-0.1 libunwind8=1.6.2-3
isolate
use_packages
needs python3
certificates anna berta carla.of.the.branch.office

server --proto udp4 --status "$work/status" 1 --status-version 3
client anna udp4 127.0.0.1
client berta udp4 127.0.0.1
wait_for "$work/status" berta
sleep 2
strace -q -o "$work/trace" -P "$work/status" -e trace=write,ftruncate \
  -e inject=write:delay_enter=50000 -e inject=ftruncate:delay_enter=200000 -p "$server" 2>"$work/strace.log" &
sleep 1
if grep -q 'not permitted' "$work/strace.log"; then cannot "strace may not look at another process here"; fi

# Reads again and again, until one of each kind was met.
cat >"$work/read.py" <<'PYTHON'
import sys, time

path, until, last, readings, lacking, beyond = sys.argv[1], time.time() + 55, "", 0, None, None
while time.time() < until and not (lacking and beyond):
    time.sleep(0.01)
    with open(path) as file:
        text = file.read()
    if text == last:
        continue
    last = text
    readings += 1
    lines = text.splitlines()
    names = [line.split("\t")[1] for line in lines if line.startswith("CLIENT_LIST\t")]
    if not (text.startswith("TITLE\t") and text.endswith("\nEND\n")):
        continue
    if lines.index("END") < len(lines) - 1:
        beyond = beyond or text
    elif not {"anna", "berta"} <= set(names):
        lacking = lacking or text
for title, text in (("One that seems whole and lacks a client:", lacking), ("One that goes on behind END:", beyond)):
    if text:
        print(title)
        print("".join("  | " + line[:100].expandtabs(1) + "\n" for line in text.splitlines()), end="")
print(readings, "different readings in all")
sys.exit(0 if lacking and beyond else 3)
PYTHON
python3 "$work/read.py" "$work/status" &
reader=$!

# A third client comes and goes. Where its row stands is up to OpenVPN's hash: behind both others, none of them is overwritten, so more than once.
while kill -0 "$reader" 2>/dev/null; do
  client carla.of.the.branch.office udp4 127.0.0.1
  sleep 3
  kill "$client"
  python3 -c 'import socket, sys
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(sys.argv[1])
    lines = connection.makefile("rw", newline="\r\n")
    lines.readline()
    lines.write("kill carla.of.the.branch.office\n")
    lines.flush()
    lines.readline()' "$work/management"
  sleep 3
done
wait "$reader" || changed "no reading looked whole and was wrong"
echo "The end of one writing and the start of the next:"
grep -m 1 -B 1 -A 1 ftruncate "$work/trace"
echo "As described: overwritten from the start, cut off last."
