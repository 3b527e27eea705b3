// Copies what the browser needs from npm packages into src/Dashboard/wwwroot/lib: the chart libraries, and the icons as one sprite.
// ApexCharts is changed in one place: it adds <style> elements to the page, which our content security policy forbids. uPlot is made a module.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Names of https://lucide.dev; <use href="lib/icons.svg#NAME"> draws one in the colour of the text around it.
const icons = [
  'chart-line',
  'check',
  'circle-alert',
  'circle-pause',
  'database',
  'download',
  'hourglass',
  'inbox',
  'layout-dashboard',
  'log-out',
  'message-square-text',
  'monitor',
  'moon',
  'play',
  'refresh-cw',
  'scroll-text',
  'search',
  'server',
  'server-off',
  'settings',
  'sun',
  'terminal',
  'triangle-alert',
  'unplug',
  'user',
  'users',
  'x',
];

const copies = {
  'apexcharts.LICENSE.txt': 'apexcharts/LICENSE',
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

// Three places make a <style>. One is left out where an element with the id "apexcharts-css" is there (our <link> to the sheet), one
// belongs to an export as a picture, which we do not offer, and the third, with the rules of the legend, is moved into the sheet here.
async function apexcharts() {
  const folder = join(modules, 'apexcharts', 'dist');
  const [script, css] = await Promise.all(['apexcharts.esm.js', 'apexcharts.css'].map(name => readFile(join(folder, name), 'utf8')));
  const legend = only(script, /key:"getLegendStyles",value:function\(\)\{.*?document\.createTextNode\(("(?:[^"\\]|\\.)*")\)/gs, 'the rules of the legend')[1];
  const [call] = only(script, /this\.w\.globals\.dom\.elLegendForeign\.appendChild\(this\.getLegendStyles\(\)\)/g, 'the place where the legend gets its rules');
  only(script, /getElementById\("apexcharts-css"\);if\(!o\)/g, 'the look for a sheet that is there already');
  const styles = script.match(/createElement\("style"\)|<style/g)?.length;
  if (styles !== 3) throw new Error(`apexcharts has ${styles} places that make a <style>; 3 are known.`);
  await write('apexcharts.esm.js', Buffer.from(script.replace(call, '0')));
  await write('apexcharts.css', Buffer.from(`${css}\n${JSON.parse(legend)}\n`));
}

function only(text, pattern, what) {
  const found = [...text.matchAll(pattern)];
  if (found.length !== 1) throw new Error(`apexcharts: ${what} was found ${found.length} times, not once: look at its new version.`);
  return found[0];
}

// The package holds its module in full (145 kB) and minified only as a plain script (51 kB): that one becomes the module.
async function uplot() {
  const script = await readFile(join(modules, 'uplot', 'dist', 'uPlot.iife.min.js'), 'utf8');
  if (!/^(\/\*.*?\*\/\s*)?var uPlot=/s.test(script)) throw new Error('uplot: the minified script does not begin with "var uPlot=".');
  await write('uplot.esm.js', Buffer.from(`${script.trimEnd()}\nexport default uPlot;\n`));
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
  await apexcharts();
  await uplot();
  const symbols = await Promise.all(icons.map(symbol));
  await write('icons.svg', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`));
} catch (error) {
  console.error(`assets: ${error.message}`);
  process.exitCode = 1;
}
