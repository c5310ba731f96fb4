// New mail appears by itself: the server says that there is some, and the page asks for itself again.
"use strict";

const live = document.getElementById("live");
const news = document.getElementById("news");
const follows = document.body.hasAttribute("data-follows");
let unseen = 0;

function swap(fresh, id) {
  const now = document.getElementById(id);
  const next = fresh.getElementById(id);
  if (!now || !next) return;
  const held = now.contains(document.activeElement) && document.activeElement.getAttribute("href");
  now.replaceWith(document.adoptNode(next));
  if (held) next.querySelector(`[href="${CSS.escape(held)}"]`)?.focus();
  brighten(next);
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!document.getElementById("rows")) {
    document.getElementById("content").replaceWith(document.adoptNode(fresh.getElementById("content")));
    document.getElementById("live").hidden = false;
    brighten(document);
    return;
  }
  swap(fresh, "rows");
  swap(fresh, "count");
  // Who opened a message goes on reading it.
  if (follows) swap(fresh, "letter");
}

function listen() {
  const after = document.body.dataset.newest;
  const stream = new EventSource("/dev/outbox/events" + (after ? `?after=${after}` : ""));
  const show = (isOpen) => {
    const light = document.getElementById("live") || live;
    if (light) light.hidden = !isOpen;
  };
  stream.addEventListener("open", () => show(true));
  stream.addEventListener("error", () => show(false));
  stream.addEventListener("mail", async (event) => {
    const mail = JSON.parse(event.data);
    await refresh();
    news.textContent = `New message to ${mail.to_address}: ${mail.subject}`;
    if (document.hidden) document.title = `(${++unseen}) Outbox · Charter`;
  });
  // An open stream would keep one of the browser's few connections to this server.
  addEventListener("pagehide", () => stream.close());
}

document.addEventListener("visibilitychange", () => {
  unseen = 0;
  document.title = "Outbox · Charter";
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

listen();
