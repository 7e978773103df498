// Asks the browser for a passkey: what the server wants signed goes there, and what comes back into the form.
// The buttons are hidden until this runs, since nothing would happen when they are pressed before.
"use strict";

for (const button of document.querySelectorAll("[data-passkey]")) button.hidden = false;

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-passkey]");
  if (!button) return;
  const form = button.closest("form");
  const said = form.querySelector("[data-said]");
  try {
    const body = new URLSearchParams({ csrf: form.elements.csrf.value });
    const answer = await fetch(button.dataset.passkey, { method: "POST", body });
    const { publicKey } = await answer.json();
    const credential = form.action.endsWith("/sign-in/passkey")
      ? await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) })
      : await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    said.textContent = "That did not work. Try once more, or use a code.";
  }
});
