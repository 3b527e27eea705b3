#!/usr/bin/env bash
# The RADIUS plugin for OpenVPN takes octets from the server's status file, where it does not find whoever came over IPv6.
#
# Version:  openvpn-auth-radius 2.1-8 in openvpn 2.6.14-0+deb12u2, with `status FILE 1` and status-version 1 as the plugin's README asks for.
# Expected: accounting carries each user's own octets, whatever the client's address; Stop has those that OpenVPN hands to plugins and
#           client-disconnect scripts (bytes_received, bytes_sent).
# Seen:     berta comes over IPv6 and sends next to nothing, anna comes over IPv4 and is sent some 40 kB. berta's interim updates carry anna's octets,
#           to the byte, and her Stop says 0 and 0, while OpenVPN itself says some two thousand bytes each way at her disconnect. The plugin looks for
#           "name,address:port", which OpenVPN writes for IPv4 only: an IPv6 address stands there without its port.
# Matters:  whoever compares RADIUS accounting with what a dashboard counted, or bills by it: one user's traffic is counted for another one as well,
#           and their totals end at nothing. The plugin only says "No accounting data was found" in the log. For such servers count from the management
#           interface (CID, not address), and do not take interim updates of IPv6 clients for theirs.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
begin
debian "${openvpn_packages[@]}" openvpn-auth-radius=2.1-8 libgcrypt20=1.10.1-3+deb12u1
isolate
use_packages
needs python3 ping
certificates anna berta

# Answers as a RADIUS server does (RFC 2865, 2866), lets everybody in, wants an update each five seconds, and tells what accounting says.
cat >"$work/radius.py" <<'PYTHON'
import hashlib, select, socket, struct

SECRET = b"example-secret"
KINDS = {1: "Start", 2: "Stop", 3: "Interim"}
ports = []
for port in (1812, 1813):
    ports.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    ports[-1].bind(("127.0.0.1", port))
while True:
    for listener in select.select(ports, [], [])[0]:
        packet, peer = listener.recvfrom(4096)
        code, number, length = struct.unpack("!BBH", packet[:4])
        attributes, at = {}, 20
        while at < length:
            attributes[packet[at]] = packet[at + 2 : at + packet[at + 1]]
            at += packet[at + 1]
        if code == 1:
            answer, content = 2, struct.pack("!BBI", 85, 6, 5)
        else:
            answer, content = 5, b""
            count = lambda key: int.from_bytes(attributes.get(key, b""), "big")
            print(attributes[1].decode(), KINDS.get(count(40), count(40)), count(42), count(43), flush=True)
        head = struct.pack("!BBH", answer, number, 20 + len(content))
        listener.sendto(head + hashlib.md5(head + packet[4:20] + content + SECRET).digest() + content, peer)
PYTHON

cat >"$work/server.conf" <<CONFIGURATION
status $work/status 1
status-version 1
username-as-common-name
plugin $work/root/usr/lib/openvpn/radiusplugin.so $work/radius.conf
script-security 2
client-disconnect $work/disconnected
CONFIGURATION
cat >"$work/disconnected" <<SCRIPT
#!/bin/sh
echo "\$common_name OpenVPN \$bytes_received \$bytes_sent" >>$work/by-openvpn
SCRIPT
chmod +x "$work/disconnected"
cat >"$work/radius.conf" <<CONFIGURATION
NAS-Identifier=example
Service-Type=5
Framed-Protocol=1
NAS-Port-Type=5
NAS-IP-Address=127.0.0.1
OpenVPNConfig=$work/server.conf
subnet=255.255.255.0
overwriteccfiles=false
server
{
	acctport=1813
	authport=1812
	name=127.0.0.1
	retry=3
	wait=2
	sharedsecret=example-secret
}
CONFIGURATION

sleep 1
python3 "$work/radius.py" >"$work/accounting" &
server --proto udp6 --config "$work/server.conf"
printf 'anna\nexample\n' >"$work/anna.user"
printf 'berta\nexample\n' >"$work/berta.user"
client anna udp4 127.0.0.1 --auth-user-pass "$work/anna.user" --explicit-exit-notify 1
anna=$client
client berta udp6 ::1 --auth-user-pass "$work/berta.user" --explicit-exit-notify 1
berta=$client
ping -q -c 40 -i 0.02 -W 1 -s 1000 10.80.0.2 >/dev/null || true
wait_for "$work/accounting" 'berta Interim' 30
sleep 6
grep -E '^(Common Name|anna|berta),.*,.*,.*,' "$work/status" || true
kill "$berta" "$anna"
wait_for "$work/by-openvpn" berta
wait_for "$work/by-openvpn" anna
sleep 1

echo "User, accounting, octets in, octets out:"
sed 's/^/  /' "$work/accounting" "$work/by-openvpn"
# The last interim update of the one, and those of the other.
theirs=$(awk '$1 == "berta" && $2 == "Interim" { print $3, $4 }' "$work/accounting" | tail -n 1)
grep -qx "anna Interim $theirs" "$work/accounting" || changed "berta's update ($theirs) is not anna's"
[ "${theirs#* }" -gt 30000 ] || cannot "there was no traffic to tell them apart by"
grep -qx 'berta Stop 0 0' "$work/accounting" || changed "berta's Stop has octets"
grep -q 'No accounting data was found for berta' "$work/server.log" || changed "the plugin says something else in the log"
echo "As described: the octets of another user, then none."
