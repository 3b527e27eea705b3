// Copies what the browser needs from npm packages into src/Dashboard/wwwroot/lib: the chart libraries, and the icons as one sprite.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Names of https://lucide.dev; <use href="lib/icons.svg#NAME"> draws one in the colour of the text around it.
const icons = [
  'arrow-left-right',
  'chart-line',
  'chart-spline',
  'check',
  'chevron-down',
  'chevron-right',
  'circle-alert',
  'circle-pause',
  'circle-user',
  'clock',
  'database',
  'download',
  'ellipsis',
  'hourglass',
  'inbox',
  'layout-dashboard',
  'log-out',
  'message-square-text',
  'monitor',
  'moon',
  'pause',
  'play',
  'power',
  'radio',
  'refresh-cw',
  'scroll-text',
  'search',
  'server',
  'server-off',
  'settings',
  'shield-plus',
  'sun',
  'terminal',
  'triangle-alert',
  'unplug',
  'user',
  'users',
  'x',
  'zap',
];

const copies = {
  'apexcharts.esm.js': 'apexcharts/dist/apexcharts.esm.js',
  'apexcharts.css': 'apexcharts/dist/apexcharts.css',
  'apexcharts.LICENSE.txt': 'apexcharts/LICENSE',
  'uplot.esm.js': 'uplot/dist/uPlot.esm.js',
  'uplot.css': 'uplot/dist/uPlot.min.css',
  'uplot.LICENSE.txt': 'uplot/LICENSE',
  'icons.LICENSE.txt': 'lucide-static/LICENSE',
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const wwwroot = join(root, 'src', 'Dashboard', 'wwwroot');
const target = join(wwwroot, 'lib');

async function symbol(name) {
  const svg = await readFile(join(modules, 'lucide-static', 'icons', `${name}.svg`), 'utf8').catch(() => {
    throw new Error(`lucide-static has no icon '${name}'.`);
  });
  const shapes = /<svg[^>]*>(.*)<\/svg>/s.exec(svg)[1].replace(/\s+/g, ' ').trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`;
}

// A file that is right already keeps its time stamp, so that nothing is built again for it.
async function write(name, content) {
  const file = join(target, name);
  const present = await readFile(file).catch(() => null);
  if (present === null || !present.equals(content)) await writeFile(file, content);
}

try {
  // Earlier versions put a Blazor script of their own there; it would stand in the way of the SDK's.
  await rm(join(wwwroot, '_framework'), { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const [name, source] of Object.entries(copies)) await write(name, await readFile(join(modules, source)));
  const symbols = await Promise.all(icons.map(symbol));
  await write('icons.svg', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`));
} catch (error) {
  console.error(`assets: ${error.message}`);
  process.exitCode = 1;
}
