#!/usr/bin/env bash
# OpenVPN keeps a clock of its own, and that clock does not follow when the system's is set back.
#
# Version:  openvpn 2.6.14-0+deb12u2; the clock is set with libfaketime 0.9.10-2.1, so the machine's own is left alone.
# Expected: a second or two after the system's clock was corrected, the server tells the corrected time: TIME in `status`,
#           "Connected Since (time_t)" and the time of `>STATE` and `state` are Unix time of the host, as their names say.
# Seen:     a server that started an hour fast stays an hour fast, for as long as the process lives: TIME, Connected Since of clients that come
#           long after the correction, and the state's time. Its log file, at the same moments, has the right time. SIGUSR1 does not help.
# Matters:  a host without a battery clock, a restored or moved virtual machine: the clock is set back once, minutes after the start. From then on
#           "now minus Connected Since" is negative or wrong by that much, sessions are written to history in the future, and log
#           lines cannot be joined to status rows. Compare TIME of the same reply with Connected Since, never with one's own clock, and only a
#           new process cures it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
begin
debian "${openvpn_packages[@]}" libfaketime=0.9.10-2.1
isolate
use_packages
needs python3
certificates anna

echo "+3600" >"$work/clock"
export FAKETIME_TIMESTAMP_FILE=$work/clock FAKETIME_NO_CACHE=1
LD_PRELOAD=$work/root/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 server --proto udp4
unset FAKETIME_TIMESTAMP_FILE FAKETIME_NO_CACHE

cat >"$work/ask.py" <<'PYTHON'
import socket, sys, time

with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(sys.argv[1])
    lines = connection.makefile("rw", newline="\r\n")
    lines.readline()

    def ask(command):
        lines.write(command + "\n")
        lines.flush()
        reply = []
        while (line := lines.readline().rstrip()) != "END":
            reply.append(line)
        return reply

    now = time.time()
    for line in ask("status 3"):
        fields = line.split("\t")
        if fields[0] == "TIME":
            print("TIME", round(int(fields[2]) - now))
        if fields[0] == "CLIENT_LIST":
            print("since", round(int(fields[8]) - now))
    print("state", round(int(ask("state")[-1].split(",")[0]) - now))
PYTHON
ask() { python3 "$work/ask.py" "$work/management"; }
near() { [ "$1" -ge $(($2 - 30)) ] && [ "$1" -le $(($2 + 30)) ]; }

echo "The server's times less the true time, in seconds."
echo "Started an hour fast: $(ask | tr '\n' ' ')"
echo "+0" >"$work/clock"
sleep 3
client anna udp4 127.0.0.1
sleep 2
corrected=$(ask)
echo "Clock corrected, then a client connected: $(tr '\n' ' ' <<<"$corrected")"
kill -USR1 "$server"
sleep 4
restarted=$(ask)
echo "After SIGUSR1: $(tr '\n' ' ' <<<"$restarted")"
logged=$(tail -n 1 "$work/server.log" | cut -d ' ' -f 1,2)
log=$(($(date -d "$logged" +%s) - $(date +%s)))
echo "Last line of its log file: $log"

while read -r what seconds; do near "$seconds" 3600 || changed "$what is off by $seconds s after the correction, not by an hour"; done <<<"$corrected"
grep -q since <<<"$corrected" || cannot "the client is not listed"
near "$(awk '$1 == "TIME" { print $2 }' <<<"$restarted")" 3600 || changed "SIGUSR1 corrects the clock"
near "$log" 0 || changed "the log file is off as well"
echo "As described: an hour fast for good, while the log file is right."
