// Draws columns with ApexCharts, or steps where there are many. Its labels are numbers and dates: no name reaches its markup.
import ApexCharts from '../../lib/apexcharts.esm.js';
import { axisNumber, colours, scale } from './TimeSeriesChart.razor.js';

const HEIGHT = 208;
const MOST_COLUMNS = 100; // more are drawn as one shape: each column costs the browser time
const UNITS = { Bytes: 'B', Rate: 'bit/s', Minutes: ' min', Days: ' d', Count: '' };

export function create(element) {
  return new Columns(element);
}

class Columns {
  #element;
  #chart;
  #ready;
  #shown;
  #scheme = matchMedia('(prefers-color-scheme: dark)');
  #theme = new MutationObserver(() => this.#draw());
  #onScheme = () => this.#draw();

  constructor(element) {
    this.#element = element;
    this.#scheme.addEventListener('change', this.#onScheme);
    this.#theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  show(unit, names, labels, values) {
    this.#shown = { unit, names, labels, values };
    return this.#draw();
  }

  dispose() {
    this.#scheme.removeEventListener('change', this.#onScheme);
    this.#theme.disconnect();
    this.#chart?.destroy();
    this.#chart = null;
  }

  async #draw() {
    if (!this.#element?.isConnected || !this.#shown) return; // taken from the page while a message was on its way

    const options = this.#options(this.#shown);
    if (!this.#chart) {
      this.#chart = new ApexCharts(this.#element, options);
      this.#ready = this.#chart.render();
      await this.#ready;
    } else {
      await this.#ready;
      await this.#chart?.updateOptions(options, false, false);
    }
  }

  #options({ unit, names, labels, values }) {
    const [inColour, outColour, accent, line, faint] = colours(this.#element, '--in', '--out', '--accent', '--line', '--faint');
    const isMany = labels.length > MOST_COLUMNS;
    const label = i => labels[Math.round(i)] ?? '';
    const axisText = { colors: faint, fontSize: '11px', fontFamily: 'inherit' };
    return {
      series: names.map((name, i) => ({ name, data: values.map((bar, at) => isMany ? [at, bar[i] ?? null] : bar[i] ?? null) })),
      chart: { type: isMany ? 'area' : 'bar', height: HEIGHT, fontFamily: 'inherit', background: 'transparent', animations: { enabled: false }, toolbar: { show: false }, zoom: { enabled: false }, selection: { enabled: false } },
      colors: names.length === 2 ? [inColour, outColour] : [accent],
      plotOptions: { bar: { columnWidth: labels.length > 60 ? '92%' : labels.length < 8 ? '36%' : '68%', borderRadius: 2 } },
      dataLabels: { enabled: false },
      legend: { show: false },
      stroke: isMany ? { width: 1.6, curve: 'stepline' } : { show: false },
      fill: { type: 'solid', opacity: isMany ? 0.16 : 0.9 },
      markers: { size: 0, strokeWidth: 0, hover: { size: 3 } },
      grid: { borderColor: line, padding: { top: 0, right: 12, bottom: 0, left: 8 } },
      states: { hover: { filter: { type: 'none' } }, active: { filter: { type: 'none' } } },
      xaxis: {
        ...(isMany ? { type: 'numeric' } : { type: 'category', categories: labels }),
        tickAmount: labels.length > 24 ? 8 : undefined,
        labels: { rotate: 0, hideOverlappingLabels: true, style: axisText, ...(isMany && { formatter: label }) },
        axisBorder: { show: false },
        axisTicks: { show: false },
        tooltip: { enabled: false },
      },
      yaxis: { min: 0, forceNiceScale: true, tickAmount: 4, labels: { style: axisText, formatter: axisNumber } },
      tooltip: { shared: true, intersect: false, theme: false, ...(isMany && { x: { formatter: label } }), y: { formatter: value => words(value, unit) } },
    };
  }
}

function words(value, unit) {
  if (value === null || value === undefined) return '–';
  if (unit === 'Count' || unit === 'Minutes' || unit === 'Days') return `${Math.round(value * 10) / 10}${UNITS[unit]}`;
  const [number, prefix] = scale(value, v => v.toPrecision(3));
  return `${number}${prefix || ' '}${UNITS[unit]}`;
}
