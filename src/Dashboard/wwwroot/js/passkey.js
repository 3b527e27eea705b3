// A form with data-passkey asks the device to make a passkey ("create") or to show one ("get"), and sends its answer.
for (const form of document.querySelectorAll('form[data-passkey]')) {
  const button = form.querySelector('button');
  const answer = form.querySelector('[role=status]');
  const creates = form.dataset.passkey === 'create';
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    answer.textContent = 'This browser has no passkeys at this address.';
    continue;
  }
  button.disabled = false;
  form.addEventListener('submit', async event => {
    const field = form.elements.credential;
    if (field.value)
      return;
    event.preventDefault();
    button.disabled = true;
    answer.textContent = 'Waiting for your device …';
    try {
      const options = JSON.parse(form.dataset.options);
      const credential = creates
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      field.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      button.disabled = false;
      answer.textContent = error.name === 'InvalidStateError'
        ? 'This device holds a passkey for you already.'
        : 'The device gave no passkey: cancelled, timed out, or it has none for this address.';
    }
  });
}
