// Two lines over time. What is there stays: under way come only new points.
import { quantity, tellNumbers } from '../../js/charts/chart.js';
import { createLines } from '../../js/charts/lines.js';

const DAY = 24 * 60 * 60 * 1000;

export async function create(element) {
  const chart = new TimeSeries();
  await chart.open(element);
  return chart;
}

class TimeSeries {
  #lines;
  #data = [[], [], []]; // time, to clients, from clients
  #from = 0;
  #to = 0;

  async open(element) {
    this.#lines = await createLines(element, {
      series: [{ name: 'to clients', token: '--out', opacity: 0.13 }, { name: 'from clients', token: '--in', opacity: 0.16 }],
      time: true,
      heading: at => this.#moment(at),
      value: rate,
      gapWords: (from, to) => `not watched ${this.#brief(from)}–${this.#brief(to)}, counted later`,
    });
    tellNumbers(element, () => `As of ${this.#moment(this.#to)}, the newest first`, ['Time', 'From clients', 'To clients'], () => this.#rows());
  }

  replace(from, to, points, gaps) {
    this.#data = [[], [], []];
    this.append(from, to, points, gaps);
  }

  append(from, to, points, gaps) {
    const [times, sent, received] = this.#data;
    for (let i = 0; i < points.length; i += 3) {
      times.push(points[i]);
      received.push(points[i + 1]);
      sent.push(points[i + 2]);
    }
    const old = times.findIndex(at => at >= from);
    for (const values of this.#data) values.splice(0, old < 0 ? values.length : old);
    [this.#from, this.#to] = [from, to];
    this.#lines.show(from, to, this.#data, pairs(gaps));
  }

  dispose() {
    this.#lines.dispose();
  }

  #rows() {
    const [times, sent, received] = this.#data;
    return times.map((at, i) => [this.#moment(at), rate(received[i]), rate(sent[i])]).reverse();
  }

  // As exact as the window asks for.
  #moment(at) {
    const days = (this.#to - this.#from) / DAY;
    return new Date(at).toLocaleString('en-GB', days > 750 ? { month: 'short', year: 'numeric' }
      : days > 60 ? { day: 'numeric', month: 'short', year: 'numeric' }
      : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: days > 1 ? undefined : '2-digit' });
  }

  // A time of day says enough within a day.
  #brief(at) {
    const time = { hour: '2-digit', minute: '2-digit' };
    return this.#to - this.#from > DAY
      ? new Date(at).toLocaleString('en-GB', { day: 'numeric', month: 'short', ...time })
      : new Date(at).toLocaleTimeString('en-GB', time);
  }
}

function pairs(flat) {
  const result = [];
  for (let i = 0; i < flat.length; i += 2) result.push([flat[i], flat[i + 1]]);
  return result;
}

function rate(value) {
  return value === null || value === undefined ? '– (not watched)' : quantity(value, 'bit/s');
}
