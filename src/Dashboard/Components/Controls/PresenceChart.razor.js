// The hours of the day beside each other, the days below each other, each in the shade of how long somebody was there.
import { axisText, colours, mix, tellNumbers, tip } from '../../js/charts/chart.js';
import { createStill } from '../../js/charts/still.js';

const SHADES = [[0, 0, 0], [1, 25, 0.3], [26, 50, 0.5], [51, 75, 0.72], [76, 100, 1]]; // percent from, to; how strong
const UNKNOWN = -1; // outside of the period

export async function create(element) {
  const chart = new Presence(element);
  await chart.open();
  return chart;
}

class Presence {
  #element;
  #still;
  #shown;

  constructor(element) {
    this.#element = element;
  }

  async open() {
    this.#still = await createStill(this.#element, () => this.#options());
    const headings = Array.from({ length: 24 }, (_, hour) => two(hour));
    tellNumbers(this.#element, () => `Part of each hour, in percent`, ['Day', ...headings],
      () => this.#shown.labels.map((label, row) => [label, ...this.#shown.hours[row].map(part => part ?? '')]));
  }

  show(isByWeekday, labels, hours) {
    this.#shown = { isByWeekday, labels, hours };
    return this.#still.draw();
  }

  dispose() {
    this.#still.dispose();
  }

  #options() {
    const { isByWeekday, labels, hours } = this.#shown;
    const [panel, own, empty, faint] = colours(this.#element, '--panel', '--in', '--row', '--faint');
    // ApexCharts draws the last series on top.
    const rows = labels.map((label, i) => ({ name: label, data: hours[i].map((part, hour) => ({ x: two(hour), y: part ?? UNKNOWN })) })).reverse();
    return {
      series: rows,
      chart: { type: 'heatmap' },
      plotOptions: {
        heatmap: {
          radius: 2, enableShades: false,
          colorScale: { ranges: [{ from: UNKNOWN, to: UNKNOWN, color: panel }, ...SHADES.map(([from, to, share]) => ({ from, to, color: share === 0 ? empty : mix(own, panel, share) }))] },
        },
      },
      stroke: { width: 2, colors: [panel] },
      grid: { show: false, padding: { top: -20, right: 4, bottom: -12, left: 8 } },
      xaxis: { labels: { rotate: 0, hideOverlappingLabels: true, style: axisText(faint) }, axisBorder: { show: false }, axisTicks: { show: false }, tooltip: { enabled: false } },
      yaxis: { labels: { style: axisText(faint) } },
      tooltip: {
        custom: ({ seriesIndex, dataPointIndex: hour }) => {
          const { name, data } = rows[seriesIndex];
          const part = data[hour].y;
          const words = part === UNKNOWN ? 'not in this period' : isByWeekday ? `connected ${part} % of the time` : `connected ${Math.round(part * 0.6)} min`;
          return tip(`${name}, ${two(hour)}:00–${two(hour + 1)}:00`, [[words]]);
        },
      },
    };
  }
}

function two(number) {
  return String(number).padStart(2, '0');
}
