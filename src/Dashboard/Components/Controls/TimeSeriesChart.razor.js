// Draws two lines over time with ApexCharts. Every text given to it is made here of numbers: no name reaches its markup.
import ApexCharts from '../../lib/apexcharts.esm.js';

const HEIGHT = 228;
const SVG = 'http://www.w3.org/2000/svg';
const DAY = 24 * 60 * 60 * 1000;
const PREFIXES = ['', ' k', ' M', ' G', ' T', ' P'];
let charts = 0;

export function create(element) {
  return new Chart(element);
}

class Chart {
  #element;
  #chart;
  #ready;
  #points = []; // [time, from clients, to clients]
  #gaps = [];   // [from, to]
  #from = 0;
  #to = 0;
  #hatch = `hatch-${++charts}`;
  #scheme = matchMedia('(prefers-color-scheme: dark)');
  #theme = new MutationObserver(() => this.#draw());
  #onScheme = () => this.#draw();

  constructor(element) {
    this.#element = element;
    this.#scheme.addEventListener('change', this.#onScheme);
    this.#theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  replace(from, to, points, gaps) {
    this.#points = rows(points, 3);
    return this.#show(from, to, gaps);
  }

  append(from, to, points, gaps) {
    this.#points = this.#points.concat(rows(points, 3)).filter(point => point[0] >= from);
    return this.#show(from, to, gaps);
  }

  dispose() {
    this.#scheme.removeEventListener('change', this.#onScheme);
    this.#theme.disconnect();
    this.#chart?.destroy();
    this.#chart = null;
  }

  #show(from, to, gaps) {
    this.#from = from;
    this.#to = to;
    this.#gaps = rows(gaps, 2);
    return this.#draw();
  }

  async #draw() {
    if (!this.#element?.isConnected) return; // taken from the page while a message was on its way

    const options = this.#options();
    if (!this.#chart) {
      this.#chart = new ApexCharts(this.#element, options);
      this.#ready = this.#chart.render();
      await this.#ready;
    } else {
      await this.#ready;
      await this.#chart?.updateOptions(options, false, false);
    }
  }

  #options() {
    const [inColour, outColour, line, faint] = colours(this.#element, '--in', '--out', '--line', '--faint');
    const axisText = { colors: faint, fontSize: '11px', fontFamily: 'inherit' };
    return {
      series: [
        { name: 'to clients', data: this.#points.map(p => [p[0], p[2]]) },
        { name: 'from clients', data: this.#points.map(p => [p[0], p[1]]) },
      ],
      chart: {
        type: 'area',
        height: HEIGHT,
        fontFamily: 'inherit',
        background: 'transparent',
        animations: { enabled: false },
        toolbar: { show: false },
        zoom: { enabled: false },
        selection: { enabled: false },
        events: { mounted: () => this.#drawGaps(), updated: () => this.#drawGaps() },
      },
      colors: [outColour, inColour],
      stroke: { width: 1.6, curve: 'straight', lineCap: 'round' },
      fill: { type: 'solid', opacity: [0.13, 0.16] },
      dataLabels: { enabled: false },
      legend: { show: false },
      markers: { size: 0, strokeWidth: 0, hover: { size: 3 } },
      grid: { borderColor: line, padding: { top: 0, right: 12, bottom: 0, left: 8 } },
      xaxis: {
        type: 'datetime',
        min: this.#from,
        max: this.#to,
        labels: { datetimeUTC: false, style: axisText, datetimeFormatter: { hour: 'HH:mm', minute: 'HH:mm', second: 'HH:mm:ss' } },
        axisBorder: { show: false },
        axisTicks: { show: false },
        tooltip: { enabled: false },
        crosshairs: { stroke: { color: faint, dashArray: 0 } },
      },
      yaxis: { min: 0, forceNiceScale: true, tickAmount: 4, labels: { style: axisText, formatter: axisNumber } },
      tooltip: { shared: true, theme: false, x: { formatter: at => this.#moment(at) }, y: { formatter: rate } },
    };
  }

  // As exact as the window asks for.
  #moment(at) {
    const days = (this.#to - this.#from) / DAY;
    return new Date(at).toLocaleString('en-GB', days > 750 ? { month: 'short', year: 'numeric' }
      : days > 60 ? { day: 'numeric', month: 'short', year: 'numeric' }
      : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: days > 1 ? undefined : '2-digit' });
  }

  // A time of day says enough within a day.
  #words(from, to) {
    const when = at => this.#to - this.#from > DAY ? new Date(at).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }) : timeOfDay(at);
    return `not watched ${when(from)}–${when(to)}, counted later`;
  }

  // Hatched, with words: nobody watched, and what passed was counted later.
  #drawGaps() {
    const plot = this.#element.querySelector('.apexcharts-inner');
    const globals = this.#chart?.w?.globals;
    if (!plot || !globals) return;

    plot.querySelector('.gaps')?.remove();
    const { gridWidth: width, gridHeight: height, minX, maxX } = globals;
    const layer = append(plot, 'g', { class: 'gaps' });
    const pattern = append(append(layer, 'defs'), 'pattern', { id: this.#hatch, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' });
    append(pattern, 'line', { class: 'hatch', y2: 6 });

    let freeFrom = 0;
    for (const [from, to] of this.#gaps) {
      const x = at => Math.min(Math.max((at - minX) / (maxX - minX), 0), 1) * width;
      const left = x(from);
      const gapWidth = x(to) - left;
      if (gapWidth < 1) continue;

      const words = this.#words(from, to);
      const area = append(layer, 'rect', { x: left, y: 12, width: gapWidth, height: height - 12, fill: `url(#${this.#hatch})` });
      append(area, 'title').textContent = words;
      const label = append(layer, 'text', { class: 'gap-words', y: 8 });
      label.textContent = words;
      const labelWidth = label.getComputedTextLength();
      const labelLeft = Math.min(Math.max(left + gapWidth / 2 - labelWidth / 2, 0), width - labelWidth);
      if (labelLeft < freeFrom) {
        label.remove();
      } else {
        label.setAttribute('x', labelLeft);
        freeFrom = labelLeft + labelWidth + 8;
      }
    }
  }
}

function rows(flat, width) {
  const result = [];
  for (let i = 0; i < flat.length; i += width) result.push(flat.slice(i, i + width));
  return result;
}

function append(parent, name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return parent.appendChild(element);
}

// What the tokens are now, as #rrggbb: the chart library cannot compute with variables.
export function colours(element, ...tokens) {
  const probe = element.appendChild(document.createElement('i'));
  const found = tokens.map(token => {
    probe.style.color = `var(${token})`;
    const [r, g, b] = getComputedStyle(probe).color.match(/\d+/g).map(Number);
    return `#${[r, g, b].map(n => n.toString(16).padStart(2, '0')).join('')}`;
  });
  probe.remove();
  return found;
}

export function scale(value, digits) {
  let prefix = 0;
  while (Math.round(value) >= 1000 && prefix < PREFIXES.length - 1) {
    value /= 1000;
    prefix++;
  }
  return [prefix === 0 ? String(Math.round(value)) : digits(value), PREFIXES[prefix]];
}

export function axisNumber(value) {
  if (!Number.isFinite(value)) return '';
  const [number, prefix] = scale(value, v => String(Math.round(v * 100) / 100));
  return number + prefix;
}

function rate(value) {
  if (value === null || value === undefined) return '– (not watched)';
  const [number, prefix] = scale(value, v => v.toPrecision(3));
  return `${number}${prefix || ' '}bit/s`;
}

function timeOfDay(at) {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
