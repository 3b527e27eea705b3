#!/usr/bin/env bash
# collectd draws steady traffic for two devices of one certificate while both are idle.
#
# Version:  collectd-core 5.12.0-14 (plugin openvpn, CollectIndividualUsers) in Debian 12, openvpn 2.6.14-0+deb12u2 with duplicate-cn and status-version 2.
# Expected: the traffic of one of the two, or of both together; next to nothing while nothing flows.
# Seen:     anna's first device was sent some 400 kB a while ago, her second is new, and both are idle: OpenVPN's own counters move by some bytes a second.
#           collectd says 200,000 bytes a second in some runs and 2 to 50 thousand million in others, over and over. Both rows go into one series, whose
#           rate is the difference between one device's counter and the other's by the time between the two: the two seconds of the interval, or the
#           microseconds between two rows of one reading, as the order of rows has it. The way back is no number. The more a device has moved, the higher.
# Matters:  whoever compares a collectd graph with what a dashboard counted, or alerts on it: a name with two devices seems to be busy day and night. Such
#           sessions are told apart by their CID, which the plugin does not read; give each device a certificate of its own, or do not graph by user.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
begin
debian "${openvpn_packages[@]}" collectd-core=5.12.0-14
isolate
use_packages
needs ping
certificates anna

server --proto udp6 --duplicate-cn --status "$work/status" 1 --status-version 2
client anna udp4 127.0.0.1
ping -q -c 300 -i 0.002 -s 1400 10.80.0.2 >/dev/null || true # to the client, which has no address to answer from
mv "$work/anna.log" "$work/anna-1.log"
client anna udp6 ::1
sleep 2

cat >"$work/collectd.conf" <<CONFIG
Interval 2
BaseDir "$work"
PIDFile "$work/collectd.pid"
PluginDir "$work/root/usr/lib/collectd"
TypesDB "$work/root/usr/share/collectd/types.db"
LoadPlugin csv
<Plugin csv>
  DataDir "$work/csv"
  StoreRates true
</Plugin>
LoadPlugin openvpn
<Plugin openvpn>
  StatusFile "$work/status"
  CollectIndividualUsers true
</Plugin>
CONFIG

sent() { awk -F, '/^CLIENT_LIST,anna/ { sum += $7 } END { print sum }' "$work/status"; }

before=$(sent)
"$work/root/usr/sbin/collectd" -f -C "$work/collectd.conf" >/dev/null 2>&1 &
sleep 17
after=$(sent)
rates=$(cat "$work"/csv/*/openvpn-anna/if_octets-*) || cannot "collectd wrote nothing about anna"

grep CLIENT_LIST,anna "$work/status"
echo "OpenVPN sent both devices $((after - before)) bytes in 17 s."
echo "What collectd says (received and sent, bytes a second):"
echo "$rates"

((after - before < 5000)) || cannot "the devices were not idle"
busy=$(awk -F, '$3 + 0 > 100000' <<<"$rates" | wc -l)
((busy >= 3)) || changed "only $busy of its rates are above 100,000 bytes a second"
echo "As described: $busy rates above 100,000 bytes a second, of devices that are idle."
