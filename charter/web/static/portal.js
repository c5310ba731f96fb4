// Makes the pages quicker to use. Every form works without it, but those of passkeys
// and of the check for people.
"use strict";

for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  const show = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    button.textContent = isShown ? button.dataset.hide : show;
    button.setAttribute("aria-pressed", String(isShown));
  });
}

for (const input of document.querySelectorAll("[data-code]")) {
  const length = Number(input.dataset.code);
  let sent = "";
  const digits = () => input.value.replace(/\D/g, "");
  input.addEventListener("paste", (event) => {
    const pasted = event.clipboardData.getData("text").replace(/\D/g, "");
    if (!pasted) return;
    event.preventDefault();
    input.value = pasted.slice(0, length);
    input.dispatchEvent(new Event("input"));
  });
  input.addEventListener("input", () => {
    const code = digits();
    // A code that was refused is not sent again by itself.
    if (code.length !== length || code === sent || input.getAttribute("aria-invalid")) return;
    sent = code;
    input.form.requestSubmit();
  });
}

// A second press while the first is on its way would be a second try.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  if (event.defaultPrevented) return;
  form.dataset.sent = "true";
  for (const button of form.querySelectorAll(".button")) button.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

const onward = document.querySelector("[data-go]");
if (onward) location.replace(onward.href);
const posted = document.querySelector("form[data-post]");
if (posted) posted.submit();

for (const button of document.querySelectorAll("[data-copy-from]")) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copyFrom).innerText);
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = label), 1500);
  });
}

// Passkeys: what the device is asked for stands in the form, and its answer goes back by it.
for (const form of document.querySelectorAll("[data-passkey]")) {
  const say = (name) => {
    for (const each of ["dismissed", "missing"]) {
      form.querySelector(`[data-passkey-${each}]`).hidden = each !== name;
    }
  };
  const ask = async () => {
    say(null);
    if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) return say("missing");
    const given = JSON.parse(form.dataset.options);
    try {
      const made =
        form.dataset.passkey === "create"
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(given) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given) });
      form.elements.public_key_credential.value = JSON.stringify(made.toJSON());
      form.requestSubmit();
    } catch {
      say("dismissed");
    }
  };
  form.querySelector("[data-passkey-go]").addEventListener("click", ask);
  if (!form.querySelector("[aria-invalid]") && document.querySelector(".notice.bad") === null) ask();
}

// A link in mail is opened elsewhere: the page asks whether it was, and goes on by itself.
const link = document.querySelector("[data-wait]");
if (link) {
  const end = Date.now() + Number(link.dataset.wait) * 1000;
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(link.dataset.at, { redirect: "manual" });
      if (answer.type === "opaqueredirect" || Date.now() > end) location.replace(link.dataset.at);
    } catch {
      // Without a network it is asked again.
    }
  };
  setInterval(ask, 3000);
  addEventListener("visibilitychange", ask);
}

// The check that a person is here is of another site, which may be away or kept out.
for (const box of document.querySelectorAll("[data-captcha]")) {
  const form = box.closest("form");
  const say = (name) => {
    for (const each of ["away", "waiting"]) form.querySelector(`[data-captcha-${each}]`).hidden = each !== name;
  };
  let isAway = false;
  const script = document.createElement("script");
  script.src = box.dataset.captcha;
  script.addEventListener("error", () => {
    isAway = true;
    say("away");
  });
  document.head.append(script);
  form.addEventListener("submit", (event) => {
    if (form.elements.captcha_token?.value) return;
    event.preventDefault();
    say(isAway ? "away" : "waiting");
  });
}
