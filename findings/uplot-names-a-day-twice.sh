#!/usr/bin/env bash
# Where clocks go forward at midnight, uPlot's time axis gives one day's name twice and leaves out the next.
#
# Version:  uplot 1.6.32 in jsdom 24.1.3, default axis, the zone that the viewer is in (no tzDate).
# Expected: one tick each day. On the day whose midnight does not exist the tick stands at the day's first moment, 01:00, and names that day.
# Seen:     that tick stands an hour before the day begins, at 23:00 of the day before, and so has that one's name a second time: Cairo
#           4/22 4/23 4/23 4/25, Santiago 9/4 9/5 9/5 9/7, the Azores 3/27 3/28 3/28 3/30. Berlin, where clocks change at 2, is right.
# Matters:  a chart of traffic by day: what belongs to 24 April is read off above "4/23", and there is no 24 April. Viewers in Egypt, Lebanon, Chile,
#           Cuba and on the Azores have that once a year; whoever tests in Berlin or New York never sees it. Days want ticks of one's own
#           (`splits`, from the days' real beginnings) or labels made from the date that the server sent, not from the tick's time.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
begin
needs npm node
(cd "$work" && npm init -y >/dev/null && npm install --no-audit --no-fund --ignore-scripts uplot@1.6.32 jsdom@24.1.3 >"$work/npm.log" 2>&1) ||
  cannot "the packages are not to be had"

cat >"$work/axis.cjs" <<'JAVASCRIPT'
const { JSDOM } = require("jsdom");
const { window } = new JSDOM("<body></body>", { pretendToBeVisual: true });
// What jsdom lacks: a screen to ask about, and a canvas to draw on.
window.matchMedia = () => ({ matches: false, addEventListener() {}, removeEventListener() {} });
window.HTMLCanvasElement.prototype.getContext = () =>
  new Proxy({ measureText: text => ({ width: text.length * 6 }) }, { get: (own, name) => own[name] ?? (() => {}), set: () => true });
Object.assign(globalThis, { window, document: window.document, matchMedia: window.matchMedia, devicePixelRatio: 1, CustomEvent: window.CustomEvent, HTMLElement: window.HTMLElement,
  addEventListener() {}, removeEventListener() {}, Path2D: class { moveTo() {} lineTo() {} rect() {} arc() {} closePath() {} } });
Object.defineProperty(globalThis, "navigator", { value: window.navigator, configurable: true });
const uPlot = require("uplot");

const [from, to] = process.argv.slice(2).map(time => Date.parse(time) / 1000);
const times = Array.from({ length: Math.floor((to - from) / 3600) + 1 }, (_, hour) => from + hour * 3600);
const shown = [];
new uPlot({
  width: 600, height: 200, series: [{}, {}], scales: { x: { time: true, range: [from, to] } },
  axes: [{}, {}],
  hooks: { draw: [plot => {
    const axis = plot.axes[0];
    axis._splits.forEach((time, at) => shown.push([new Date(time * 1000), String(axis._values[at]).split("\n")[0]]));
  }] },
}, [times, times.map(() => 1)], document.body);
setTimeout(() => {
  const local = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "short" });
  for (const [time, label] of shown) console.error(`  ${label}\tstands at ${local.format(time)} (${time.toISOString().slice(0, 16)}Z)`);
  console.log(shown.map(([, label]) => label).join(" "));
  process.exit(0);
}, 100);
JAVASCRIPT

labels() { (cd "$work" && TZ=$1 node axis.cjs "$2" "$3" 2>"$work/ticks"); }
try() { # ZONE FROM TO LABELS
  local seen
  seen=$(labels "$1" "$2" "$3") || cannot "uPlot draws nothing: $(tail -n 3 "$work/ticks")"
  echo "$1: $seen"
  [ "$seen" = "$4" ] || { cat "$work/ticks"; changed "not $4"; }
}
try Europe/Berlin 2026-03-25T12:00Z 2026-04-02T12:00Z "3/26 3/27 3/28 3/29 3/30 3/31 4/1 4/2"
try Africa/Cairo 2026-04-20T12:00Z 2026-04-28T12:00Z "4/21 4/22 4/23 4/23 4/25 4/26 4/27 4/28"
cat "$work/ticks"
try America/Santiago 2026-09-02T12:00Z 2026-09-10T12:00Z "9/3 9/4 9/5 9/5 9/7 9/8 9/9 9/10"
try Atlantic/Azores 2026-03-25T12:00Z 2026-04-02T12:00Z "3/26 3/27 3/28 3/28 3/30 3/31 4/1 4/2"
echo "As described: the day whose midnight is skipped is marked an hour early, by the name of the day before."
