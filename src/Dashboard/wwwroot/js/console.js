// What belongs to the browser alone: theme, time zone, the way to the find box, and the notices of a page that has no circuit, or has lost it.
const YEAR = 365 * 24 * 60 * 60;
const root = document.documentElement;
const base = new URL(document.baseURI).pathname; // other dashboards may live on the same host

const remember = (name, value, seconds = YEAR) => {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=${base}; max-age=${seconds}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
};

function showTheme() {
  const theme = root.dataset.theme ?? 'system';
  for (const button of document.querySelectorAll('[data-set-theme]')) {
    const pressed = String(button.dataset.setTheme === theme);
    if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
  }
}

function setTheme(theme) {
  if (theme === 'system') {
    delete root.dataset.theme;
    remember('theme', '', 0);
  } else {
    root.dataset.theme = theme;
    remember('theme', theme);
  }
  showTheme();
}

document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  if (button?.dataset.setTheme) setTheme(button.dataset.setTheme);
  else if (button?.dataset.reload !== undefined) location.reload();
  else if (button?.dataset.reconnect !== undefined) reconnect();
});

document.addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
    const find = document.getElementById('find');
    if (find) {
      event.preventDefault();
      find.focus();
      find.select();
    }
  }
});

// The framework says nothing where the first connection fails or never comes. What needs a circuit is made inert then; links and the way out work without one.
const PATIENCE = 5_000;
const unconnected = document.getElementById('no-connection');
let isLate = false;

function showConnection() {
  const isConnected = document.querySelector('[data-interactive]') !== null;
  const isMissing = isLate && !isConnected;
  if (unconnected.hidden === isMissing) unconnected.hidden = !isMissing;
  for (const part of document.querySelectorAll('search, main :is(button, input, select, textarea, [role=button])')) {
    if (part.inert !== isMissing) part.inert = isMissing;
  }
  if (isConnected) connecting.disconnect(); // from here on the framework tells of a loss
}

const connecting = new MutationObserver(showConnection);
connecting.observe(root, { childList: true, subtree: true, attributeFilter: ['data-interactive', 'hidden', 'inert'] });
setTimeout(() => {
  isLate = true;
  showConnection();
}, PATIENCE);

// The circuit may be gone (then only loading helps), or the dashboard may just be back.
async function reconnect() {
  try {
    if (!await Blazor.reconnect()) location.reload();
  } catch {
    // still away: the notice stays
  }
}

// A display that nobody touches comes back by itself; who is typing chooses the moment.
const notice = document.getElementById('components-reconnect-modal');
const says = what => notice.classList.contains(`components-reconnect-${what}`);
new MutationObserver(() => {
  if (says('rejected') && !document.activeElement?.matches('input, select, textarea')) location.reload();
}).observe(notice, { attributeFilter: ['class'] });
setInterval(() => {
  if (says('failed')) reconnect();
}, 10_000);

remember('timeZone', Intl.DateTimeFormat().resolvedOptions().timeZone ?? '');
showTheme();
new MutationObserver(showTheme).observe(document.body, { childList: true, subtree: true }); // the switch may be drawn anew
