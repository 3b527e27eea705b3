// Drawings that stand still, by ApexCharts. It writes some of its texts as markup: it is given numbers and dates only, and
// where a drawing needs a name, that is put in afterwards as text.
import ApexCharts from '../../lib/apexcharts.esm.js';
import { markDrawn, onThemeChange, sheet } from './chart.js';

const COMMON = {
  dataLabels: { enabled: false },
  legend: { show: false },
  states: { hover: { filter: { type: 'none' } }, active: { filter: { type: 'none' } } },
};

/**
 * options: () => what ApexCharts is given, with the colours of now; asked again when the theme changes.
 * finish:  called after each drawing, also after those that ApexCharts makes by itself when its place is resized.
 */
export async function createStill(element, options, finish = () => {}) {
  await sheet('apexcharts-css', 'apexcharts.css'); // by this id ApexCharts finds it, and adds no style of its own
  return new Still(element, options, finish);
}

class Still {
  #element;
  #options;
  #finish;
  #chart;
  #ready;
  #endTheme = onThemeChange(() => { if (this.#chart) this.draw(); });

  constructor(element, options, finish) {
    this.#element = element;
    this.#options = options;
    this.#finish = finish;
  }

  async draw() {
    if (!this.#element?.isConnected) return; // taken from the page while a message was on its way

    const given = this.#options();
    const options = { ...COMMON, ...given, chart: { ...this.#frame(), ...given.chart } };
    if (!this.#chart) {
      this.#chart = new ApexCharts(this.#element, options);
      this.#ready = this.#chart.render();
      await this.#ready;
    } else {
      await this.#ready;
      await this.#chart?.updateOptions(options, false, false);
    }
  }

  dispose() {
    this.#endTheme();
    this.#chart?.destroy();
    this.#chart = null;
    this.#element = null;
  }

  #frame() {
    const finished = () => {
      if (!this.#element?.isConnected) return;
      this.#finish(this.#element);
      markDrawn(this.#element);
    };
    return {
      height: this.#element.clientHeight,
      fontFamily: 'inherit',
      background: 'transparent',
      animations: { enabled: false },
      toolbar: { show: false },
      zoom: { enabled: false },
      selection: { enabled: false },
      events: { mounted: finished, updated: finished },
    };
  }
}
