// Bars from when to when, in rows. ApexCharts gets the rows' places; their names are put in afterwards, as text.
import { axisText, colours, mix, tip } from '../../js/charts/chart.js';
import { createStill } from '../../js/charts/still.js';

const MOST_OF_WIDTH = 0.32; // what the rows' names may take

export async function create(element) {
  const chart = new Timeline(element);
  await chart.open();
  return chart;
}

class Timeline {
  #element;
  #still;
  #shown;

  constructor(element) {
    this.#element = element;
  }

  async open() {
    this.#still = await createStill(this.#element, () => this.#options(), element => this.#name(element));
  }

  show(from, to, rows, spans, words) {
    this.#shown = { from, to, rows, spans, words };
    return this.#still.draw();
  }

  dispose() {
    this.#still.dispose();
  }

  #options() {
    const { from, to, rows, spans, words } = this.#shown;
    const [panel, own, line, faint] = colours(this.#element, '--panel', '--in', '--line', '--faint');
    const certain = mix(own, panel, 0.78);
    const uncertain = mix(faint, panel, 0.4);
    const place = row => String(row + 1);
    const bars = spans.flatMap(([row, begin, known, end], i) => [
      { x: place(row), y: [Math.max(begin, from), Math.min(Math.max(known, from), to)], fillColor: certain, strokeColor: certain, span: i },
      ...(end > known ? [{ x: place(row), y: [Math.max(known, from), Math.min(end, to)], fillColor: uncertain, strokeColor: uncertain, span: i }] : []),
    ]);
    const present = new Set(spans.map(([row]) => row));
    // A row keeps its place also where it is empty.
    bars.push(...rows.map((_, row) => row).filter(row => !present.has(row)).map(row => ({ x: place(row), y: [from, from] })));
    bars.sort((one, other) => one.x - other.x);
    return {
      series: [{ name: '', data: bars }],
      chart: { type: 'rangeBar' },
      plotOptions: { bar: { horizontal: true, barHeight: rows.length > 1 ? '58%' : '40%', borderRadius: 2, rangeBarOverlap: true } },
      stroke: { width: 1 }, // the shortest are seen as well
      fill: { type: 'solid' },
      grid: { borderColor: line, padding: { top: -12, right: 12, bottom: -10, left: 8 }, xaxis: { lines: { show: true } }, yaxis: { lines: { show: false } } },
      xaxis: {
        type: 'datetime', min: from, max: to,
        labels: { datetimeUTC: false, style: axisText(faint), datetimeFormatter: { hour: 'HH:mm', minute: 'HH:mm', day: 'd MMM', month: 'MMM yyyy' } },
        axisBorder: { show: false }, axisTicks: { show: false }, tooltip: { enabled: false },
      },
      yaxis: { labels: { minWidth: this.#nameWidth(), maxWidth: this.#nameWidth(), style: axisText(faint) } },
      tooltip: {
        custom: ({ dataPointIndex }) => {
          const found = words[bars[dataPointIndex]?.span];
          return found ? tip(found[0], [[found[1]]]) : document.createElement('span');
        },
      },
    };
  }

  #nameWidth() {
    const longest = Math.max(...this.#shown.rows.map(name => name.length));
    return Math.min(Math.max(longest * 7 + 8, 40), this.#element.clientWidth * MOST_OF_WIDTH);
  }

  #name(element) {
    for (const label of element.querySelectorAll('.apexcharts-yaxis-label')) {
      // Once a name stands there it tells nothing any more: a server may be called "2".
      const place = Number(label.dataset.place ??= label.querySelector('title')?.textContent || label.textContent);
      const name = this.#shown.rows[place - 1];
      if (name !== undefined) writeName(label, name, this.#nameWidth());
    }
  }
}

// As much of the name as there is room for; the pointer is told all of it.
function writeName(label, name, width) {
  const all = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  all.textContent = name;
  let text = name;
  label.textContent = text;
  while (text.length > 1 && label.getComputedTextLength() > width) {
    text = text.slice(0, -1);
    label.textContent = `${text}…`;
  }
  label.append(all);
}
