// Puts the focus where no harm is done. The library's focus trap takes it a moment later, to an element that nobody sees:
// until the person does something, it comes back from there.
export function focusSafe(form) {
  const button = form?.querySelector('[data-safe]');
  if (!button) return;

  const dialog = form.closest('[role="dialog"]') ?? form;
  const guard = new AbortController();
  const { signal } = guard;
  dialog.addEventListener('focusin', event => { if (event.target !== button) button.focus(); }, { signal });
  for (const doing of ['keydown', 'pointerdown']) document.addEventListener(doing, () => guard.abort(), { signal, capture: true });
  setTimeout(() => guard.abort(), 1000);
  button.focus();
}
