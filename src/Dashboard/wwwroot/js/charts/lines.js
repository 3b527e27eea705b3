// Lines on a canvas, drawn by uPlot: for series that move or are long. A new point costs a few milliseconds.
import uPlot from '../../lib/uplot.esm.js';
import { axisNumber, colours, markDrawn, onThemeChange, sheet, tip } from './chart.js';

const HATCH = 8; // from one line of a hatched area to the next
const DAY = 24 * 60 * 60 * 1000;
const STEPS = [1, 10, 100, 1000, 10000].flatMap(power => [power, 2 * power, 5 * power]);

/**
 * settings:
 *   series   [{ name, token, opacity }], the first one lowest
 *   stepped  whether a value lasts until the next one
 *   time     whether x is milliseconds; else it counts places, and label(x) names them
 *   heading  x => what the box under the pointer begins with
 *   value    y => a value in words; y may be null
 *   gapWords (from, to) => what is written over a hatched area
 */
export async function createLines(element, settings) {
  await sheet('uplot-css', 'uplot.css');
  return new Lines(element, settings);
}

class Lines {
  #element;
  #settings;
  #plot;
  #data;
  #gaps = []; // [from, to]
  #from = 0;
  #to = 1;
  #colours;
  #resized = new ResizeObserver(() => this.#fit());
  #endTheme = onThemeChange(() => this.#recolour());

  constructor(element, settings) {
    this.#element = element;
    this.#settings = settings;
    this.#resized.observe(element);
  }

  /** data: x values and one array for each series; null where nothing is known. */
  show(from, to, data, gaps = []) {
    [this.#from, this.#to, this.#data, this.#gaps] = [from, to, data, gaps];
    if (this.#plot) this.#plot.setData(data);
    else this.#create();
  }

  dispose() {
    this.#endTheme();
    this.#resized.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
    this.#data = null;
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.#element;
    if (width === 0) return; // not shown just now
    if (!this.#plot) this.#create();
    else if (width !== this.#plot.width || height !== this.#plot.height) this.#plot.setSize({ width, height });
  }

  #recolour() {
    if (!this.#plot || !this.#element.isConnected) return;
    this.#readColours();
    this.#plot.redraw(false);
  }

  #readColours() {
    const tokens = ['--panel', '--line', '--faint', '--dim', ...this.#settings.series.map(series => series.token)];
    const [panel, line, faint, dim, ...series] = colours(this.#element, ...tokens);
    this.#colours = { panel, line, faint, dim, series };
  }

  #create() {
    if (!this.#data || !this.#element.isConnected || this.#element.clientWidth === 0) return;
    this.#readColours();
    const { series, stepped, time } = this.#settings;
    const font = `11px ${getComputedStyle(this.#element).fontFamily}`;
    const axis = { stroke: () => this.#colours.faint, font, ticks: { show: false }, border: { show: false } };
    this.#plot = new uPlot({
      width: this.#element.clientWidth,
      height: this.#element.clientHeight,
      ms: 1,
      padding: [12, null, 0, 8],
      legend: { show: false },
      scales: {
        x: { time, range: () => [this.#from, this.#to] },
        y: { range: (_, __, highest) => [0, top(highest)] },
      },
      axes: [
        {
          ...axis, size: 26, gap: 8, grid: { show: false },
          ...(time
            ? { space: 74, values: (_, splits, __, ___, step) => splits.map(at => timeLabel(at, step)) }
            : { space: 110, incrs: STEPS, values: (plot, splits) => splits.map(at => this.#isNearEnd(plot, at) ? '' : this.#settings.label(at) ?? '') }),
        },
        {
          ...axis, gap: 8, size: labelWidth, values: (_, splits) => splits.map(axisNumber),
          splits: (_, __, ___, highest) => Array.from({ length: Math.round(highest / step(highest)) + 1 }, (____, i) => i * step(highest)),
          grid: { stroke: () => this.#colours.line, width: 1 },
        },
      ],
      series: [{}, ...series.map((one, i) => ({
        width: 1.6,
        stroke: () => this.#colours.series[i],
        fill: () => this.#colours.series[i] + Math.round(one.opacity * 255).toString(16).padStart(2, '0'),
        paths: stepped ? uPlot.paths.stepped({ align: 1, extend: true }) : undefined,
        points: { show: false, size: 3, filter: (plot, at) => stepped ? null : alone(plot.data[at]) },
      }))],
      cursor: {
        y: false,
        dataIdx: stepped ? (plot, _, __, x) => Math.min(Math.max(Math.floor(x), 0), plot.data[0].length - 1) : undefined,
        drag: { x: false, y: false },
        points: { size: 7, width: 1.5, fill: () => this.#colours.panel, stroke: (_, at) => this.#colours.series[at - 1] },
      },
      hooks: {
        draw: [plot => this.#drawGaps(plot), () => markDrawn(this.#element)],
        setCursor: [plot => this.#showTip(plot)],
      },
    }, this.#data, this.#element);
    this.#followTouch(this.#plot);
  }

  // Half of a label would stand outside.
  #isNearEnd(plot, at) {
    return (this.#to - at) / (this.#to - this.#from) * plot.width < 34;
  }

  // A finger that moves sideways reads the values, as a mouse does.
  #followTouch(plot) {
    plot.over.addEventListener('pointermove', move => {
      if (move.pointerType !== 'touch') return;
      const { left, top: above } = plot.over.getBoundingClientRect();
      plot.setCursor({ left: move.clientX - left, top: move.clientY - above });
    });
  }

  #showTip(plot) {
    const { left, idxs } = plot.cursor;
    const idx = idxs?.[1] ?? null;
    plot.over.querySelector('.chart-tip')?.remove();
    if (idx === null || left < 0) return;

    const { series, heading, value, gapWords } = this.#settings;
    const lines = series.map((one, i) => [one.name, value(plot.data[i + 1][idx]), one.token]);
    const at = plot.posToVal(left, 'x');
    const gap = this.#gaps.find(([from, to]) => at > from && at < to);
    if (gap) lines.push([gapWords(...gap)]);
    const box = tip(heading(plot.data[0][idx]), lines);
    plot.over.append(box);
    const flips = left + box.offsetWidth + 24 > plot.over.clientWidth;
    const x = flips ? Math.max(left - box.offsetWidth - 14, 0) : left + 14;
    box.style.transform = `translateX(${Math.round(x)}px)`;
  }

  // Hatched, with words: nobody watched, and what passed was counted later.
  #drawGaps(plot) {
    if (this.#gaps.length === 0) return;

    const { ctx, bbox: { left, top: above, width, height } } = plot;
    const ratio = uPlot.pxRatio;
    const head = 12 * ratio; // room for the words
    const x = at => Math.min(Math.max(plot.valToPos(at, 'x', true), left), left + width);
    ctx.save();
    ctx.font = `${11 * ratio}px ${getComputedStyle(this.#element).fontFamily}`;
    ctx.textBaseline = 'middle';
    ctx.lineJoin = 'round';
    let freeFrom = left;
    for (const [from, to] of this.#gaps) {
      const begin = x(from);
      const wide = x(to) - begin;
      if (wide < ratio) continue;

      ctx.save();
      ctx.beginPath();
      ctx.rect(begin, above + head, wide, height - head);
      ctx.clip();
      ctx.beginPath();
      for (let line = begin - height; line < begin + wide; line += HATCH * ratio) {
        ctx.moveTo(line, above + height);
        ctx.lineTo(line + height, above);
      }
      ctx.globalAlpha = 0.55;
      ctx.strokeStyle = this.#colours.faint;
      ctx.lineWidth = 1.2 * ratio;
      ctx.stroke();
      ctx.restore();

      const words = this.#settings.gapWords(from, to);
      const wordsWide = ctx.measureText(words).width;
      const start = Math.min(Math.max(begin + wide / 2 - wordsWide / 2, left), left + width - wordsWide);
      if (start < freeFrom) continue; // the next area's words would stand in these
      ctx.lineWidth = 4 * ratio;
      ctx.strokeStyle = this.#colours.panel;
      ctx.strokeText(words, start, above + 5 * ratio);
      ctx.fillStyle = this.#colours.dim;
      ctx.fillText(words, start, above + 5 * ratio);
      freeFrom = start + wordsWide + 8 * ratio;
    }
    ctx.restore();
  }
}

// Known points between unknown ones: no line reaches them.
function alone(values) {
  const found = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null) found.push(i);
  }
  return found.length > 0 ? found : null;
}

// 1, 2 or 5 times a power of ten, so that three to five steps reach the highest value.
function step(highest) {
  const raw = Math.max(highest / 5, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].find(times => times * power >= raw * 0.999999) * power;
}

function top(highest) {
  const size = step(highest ?? 0);
  return Math.max(Math.ceil((highest ?? 0) / size), 2) * size;
}

function labelWidth(plot, values, at, cycle) {
  const axis = plot.axes[at];
  if (cycle > 1) return axis._size; // measured in the first round
  plot.ctx.font = axis.font[0];
  return Math.ceil(Math.max(...(values ?? ['']).map(text => plot.ctx.measureText(text).width)) / uPlot.pxRatio) + axis.gap + 6;
}

function timeLabel(at, step) {
  const date = new Date(at);
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
  if (step >= 365 * DAY) return String(date.getFullYear());
  if (step >= 28 * DAY) return date.toLocaleDateString('en-GB', date.getMonth() === 0 ? { month: 'short', year: 'numeric' } : { month: 'short' });
  if (step >= DAY || isMidnight) return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: step < 60000 ? '2-digit' : undefined });
}
