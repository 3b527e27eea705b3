// Columns, or steps where there are many: each column costs the browser time. The one or the other library is loaded when it is needed.
import { axisNumber, axisText, colours, quantity } from '../../js/charts/chart.js';

const MOST_COLUMNS = 100;
const UNITS = { Bytes: 'B', Rate: 'bit/s', Minutes: ' min', Days: ' d', Count: '' };

export function create(element) {
  return new Bars(element);
}

class Bars {
  #element;
  #drawing;
  #isMany;
  #shown;

  constructor(element) {
    this.#element = element;
  }

  async show(unit, names, labels, values) {
    const isMany = labels.length > MOST_COLUMNS;
    if (isMany || this.#isMany) this.#close(); // steps know their names from the beginning
    this.#isMany = isMany;
    this.#shown = { unit, names, labels, values, tokens: names.length === 2 ? ['--in', '--out'] : ['--accent'] };
    await (isMany ? this.#showSteps() : this.#showColumns());
  }

  dispose() {
    this.#close();
    this.#element = null;
  }

  #close() {
    this.#drawing?.dispose();
    this.#drawing = null;
  }

  async #showSteps() {
    const { unit, names, labels, values, tokens } = this.#shown;
    const { createLines } = await import('../../js/charts/lines.js');
    const lines = await createLines(this.#element, {
      series: names.map((name, i) => ({ name, token: tokens[i], opacity: 0.16 })),
      stepped: true,
      time: false,
      label: at => labels[at],
      heading: at => labels[at],
      value: value => words(value, unit),
    });
    if (!this.#element) {
      lines.dispose(); // the page was left meanwhile
      return;
    }
    this.#drawing = lines;
    lines.show(0, labels.length, [labels.map((_, at) => at), ...names.map((_, i) => values.map(bar => bar[i] ?? null))]);
  }

  async #showColumns() {
    const { createStill } = await import('../../js/charts/still.js');
    this.#drawing ??= await createStill(this.#element, () => this.#options());
    if (this.#element) await this.#drawing.draw();
    else this.#close();
  }

  #options() {
    const { unit, names, labels, values, tokens } = this.#shown;
    const [line, faint, ...own] = colours(this.#element, '--line', '--faint', ...tokens);
    return {
      series: names.map((name, i) => ({ name, data: values.map(bar => bar[i] ?? null) })),
      chart: { type: 'bar' },
      colors: own,
      plotOptions: { bar: { columnWidth: labels.length > 60 ? '92%' : labels.length < 8 ? '36%' : '68%', borderRadius: 2 } },
      stroke: { show: false },
      fill: { type: 'solid', opacity: 0.9 },
      grid: { borderColor: line, padding: { top: 0, right: 12, bottom: 0, left: 8 } },
      xaxis: {
        type: 'category',
        categories: labels,
        tickAmount: labels.length > 24 ? 8 : undefined,
        labels: { rotate: 0, hideOverlappingLabels: true, style: axisText(faint) },
        axisBorder: { show: false },
        axisTicks: { show: false },
        tooltip: { enabled: false },
      },
      yaxis: { min: 0, forceNiceScale: true, tickAmount: 4, labels: { style: axisText(faint), formatter: axisNumber } },
      tooltip: { shared: true, intersect: false, theme: false, y: { formatter: value => words(value, unit) } },
    };
  }
}

function words(value, unit) {
  if (value === null || value === undefined) return '–';
  return unit === 'Count' || unit === 'Minutes' || unit === 'Days' ? `${Math.round(value * 10) / 10}${UNITS[unit]}` : quantity(value, UNITS[unit]);
}
