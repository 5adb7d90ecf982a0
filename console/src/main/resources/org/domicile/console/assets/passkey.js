// Passkeys (W3C Web Authentication): makes one, and has one sign exactly the text of its form.
(() => {
  'use strict';
  if (!window.PublicKeyCredential || !window.isSecureContext) return;
  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const random = (length) => crypto.getRandomValues(new Uint8Array(length));

  const make = async (form) => {
    const made = await navigator.credentials.create({
      publicKey: {
        rp: { id: location.hostname, name: 'Domicile' },
        user: { id: random(32), name: form.dataset.name, displayName: form.dataset.name },
        // Nobody checks it: the key counts once the custodian has registered it.
        challenge: random(32),
        pubKeyCredParams: [-7, -8].map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        attestation: 'none',
      },
    });
    form.elements.authenticator_data.value = base64(made.response.getAuthenticatorData());
  };

  const sign = async (form) => {
    const text = new TextEncoder().encode(form.dataset.text);
    const signed = await navigator.credentials.get({
      publicKey: {
        rpId: location.hostname,
        challenge: await crypto.subtle.digest('SHA-256', text),
        userVerification: 'required',
      },
    });
    form.elements.authenticator_data.value = base64(signed.response.authenticatorData);
    form.elements.client_data.value = base64(signed.response.clientDataJSON);
    form.elements.signature.value = base64(signed.response.signature);
  };

  const acts = { make, sign };
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const says = form.querySelector('[role=status]');
      says.textContent = '';
      try {
        await acts[form.dataset.passkey](form);
        form.submit();
      } catch {
        says.textContent = says.dataset.failed;
      }
    });
  }
})();
