// What all charts share: colours, numbers, a library's style sheet, the box under the pointer, and the numbers as a table.
// Names come from clients: every text is set as text, never as markup.
const PREFIXES = ['', ' k', ' M', ' G', ' T', ' P'];

/** What the tokens are now, as #rrggbb: neither a canvas nor a chart library can compute with variables. */
export function colours(element, ...tokens) {
  const probe = element.appendChild(document.createElement('i'));
  probe.style.forcedColorAdjust = 'none'; // two lines in the one colour of a forced palette could not be told apart
  const found = tokens.map(token => {
    probe.style.color = `var(${token})`;
    const [r, g, b] = getComputedStyle(probe).color.match(/\d+/g).map(Number);
    return `#${[r, g, b].map(n => n.toString(16).padStart(2, '0')).join('')}`;
  });
  probe.remove();
  return found;
}

/** One colour laid over another. */
export function mix(over, under, share) {
  const part = (colour, i) => parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
  return `#${[0, 1, 2].map(i => Math.round(part(over, i) * share + part(under, i) * (1 - share)).toString(16).padStart(2, '0')).join('')}`;
}

/** Calls back when the colours are others: by our switch, or by the machine's. Returns what ends it. */
export function onThemeChange(callback) {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map(query => matchMedia(query));
  const chosen = new MutationObserver(callback);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  for (const query of queries) query.addEventListener('change', callback);
  return () => {
    chosen.disconnect();
    for (const query of queries) query.removeEventListener('change', callback);
  };
}

/** Loads a library's style sheet once, when its first chart is shown. */
export function sheet(id, file) {
  let link = document.getElementById(id);
  if (link === null) {
    link = document.createElement('link');
    link.id = id;
    link.rel = 'stylesheet';
    link.href = new URL(`../../lib/${file}`, import.meta.url).href;
    link.arrived = new Promise((resolve, reject) => {
      link.addEventListener('load', resolve);
      link.addEventListener('error', () => {
        link.remove(); // the next chart tries again
        reject(new Error(`${file} could not be loaded.`));
      });
    });
    document.head.prepend(link); // before our own sheets: ours win
  }
  return link.arrived;
}

/** For tests: what is wanted is on the screen. */
export function markDrawn(element) {
  element.dataset.drawn = Number(element.dataset.drawn ?? 0) + 1;
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

/** How ApexCharts writes along an axis. */
export const axisText = faint => ({ colors: faint, fontSize: '11px', fontFamily: 'inherit' });

/** Three significant digits and a unit. */
export function quantity(value, unit) {
  const [number, prefix] = scale(value, v => v.toPrecision(3));
  return `${number}${prefix || ' '}${unit}`;
}

export function element(name, className, text = '') {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/** What stands under the pointer: a heading, and lines of [name, value, token of its colour]. */
export function tip(heading, lines) {
  const box = element('div', 'chart-tip');
  box.append(element('div', 'heading', heading));
  for (const [name, value, token] of lines) {
    const line = element('div', 'line');
    if (token) line.appendChild(element('i')).style.background = `var(${token})`;
    line.append(element('span', '', name));
    if (value !== undefined) line.append(element('b', '', value));
    box.append(line);
  }
  return box;
}

/** Fills "Numbers" below a chart when it is opened: a chart that moves costs nothing for it. */
export function tellNumbers(canvas, caption, headings, rows) {
  const details = canvas.closest('.chart')?.querySelector('details.numbers');
  details?.addEventListener('toggle', () => {
    const place = details.querySelector('div');
    if (!details.open) {
      place.replaceChildren();
      return;
    }
    const table = element('table');
    table.createCaption().textContent = caption();
    const head = table.createTHead().insertRow();
    for (const heading of headings) head.append(Object.assign(element('th', '', heading), { scope: 'col' }));
    const body = table.createTBody();
    for (const [first, ...values] of rows()) {
      const row = body.insertRow();
      row.append(Object.assign(element('th', '', first), { scope: 'row' }));
      for (const value of values) row.insertCell().textContent = value;
    }
    place.replaceChildren(table);
  });
}
