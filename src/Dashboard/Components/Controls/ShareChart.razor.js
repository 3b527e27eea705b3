// A tree map. ApexCharts gets places and numbers; the names are written into the areas afterwards, as text.
import { colours, mix, quantity, tip } from '../../js/charts/chart.js';
import { createStill } from '../../js/charts/still.js';

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 7;
const LEAST = 5; // letters of a name that are worth showing
const STRONGEST = 0.34; // of the colour: names on it stay readable

export async function create(element) {
  const chart = new Shares(element);
  await chart.open();
  return chart;
}

class Shares {
  #element;
  #still;
  #parts;

  constructor(element) {
    this.#element = element;
  }

  async open() {
    this.#still = await createStill(this.#element, () => this.#options(), element => this.#name(element));
  }

  show(names, values, words, rest) {
    const all = values.reduce((sum, value) => sum + value, rest);
    const part = (name, value, text) => ({ name, value, text, share: `${(100 * value / all).toFixed(1)} %` });
    this.#parts = names.map((name, i) => part(name, values[i], words[i])).filter(one => one.value > 0);
    if (rest > 0) this.#parts.push({ ...part('others', rest, quantity(rest, 'B')), isRest: true });
    return this.#still.draw();
  }

  dispose() {
    this.#still.dispose();
  }

  #options() {
    const [panel, own, faint] = colours(this.#element, '--panel', '--accent', '--faint');
    const shade = (part, i) => part.isRest ? mix(faint, panel, 0.16) : mix(own, panel, STRONGEST - Math.min(i, 12) * 0.02);
    return {
      series: [{ name: '', data: this.#parts.map((part, i) => ({ x: String(i + 1), y: part.value, fillColor: shade(part, i) })) }],
      chart: { type: 'treemap' },
      plotOptions: { treemap: { enableShades: false, borderRadius: 3 } },
      stroke: { width: 2, colors: [panel] },
      grid: { padding: { top: -18, right: 4, bottom: -6, left: 4 } },
      tooltip: {
        custom: ({ dataPointIndex }) => {
          const { name, text, share } = this.#parts[dataPointIndex];
          return tip(name, [[text, share]]);
        },
      },
    };
  }

  #name(element) {
    for (const old of element.querySelectorAll('.drawn-name')) old.remove();
    element.querySelectorAll('.apexcharts-treemap-rect').forEach((area, i) => {
      const { x, y, width, height } = area.getBBox();
      const part = this.#parts[i];
      if (!part || width < 26 || height < 22) return;
      const room = width - 2 * MARGIN;
      if (!write(area.parentNode, part.name, x + MARGIN, y + 16, room)) write(area.parentNode, part.isRest ? '…' : `${i + 1}`, x + MARGIN, y + 16, room); // as in the table
      if (height >= 40) write(area.parentNode, part.share, x + MARGIN, y + 32, room);
    });
  }
}

// As much of it as there is room for, or nothing where that tells nothing.
function write(parent, text, x, y, width) {
  const label = document.createElementNS(SVG, 'text');
  label.setAttribute('class', 'drawn-name');
  label.setAttribute('x', x);
  label.setAttribute('y', y);
  label.textContent = text;
  parent.append(label);
  for (let rest = text; label.getComputedTextLength() > width;) {
    rest = rest.slice(0, -1);
    label.textContent = `${rest}…`;
    if (rest.length < LEAST) {
      label.remove();
      return false;
    }
  }
  return true;
}
