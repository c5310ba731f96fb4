// Copy buttons and local times. Every page reads well without it.
"use strict";

const shownTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const shownDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

function brighten(root) {
  for (const button of root.querySelectorAll("[data-copy], [data-copy-from]")) button.hidden = false;
  for (const time of root.querySelectorAll("time[data-time]")) {
    const at = new Date(time.dateTime);
    const isToday = at.toDateString() === new Date().toDateString();
    time.textContent = isToday ? shownTime.format(at) : `${shownDay.format(at)}, ${shownTime.format(at)}`;
    time.title = whole.format(at);
  }
}

async function copy(button) {
  const source = button.dataset.copyFrom;
  const text = source ? document.getElementById(source).textContent : button.dataset.copy;
  const label = button.firstChild;
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = "Copied";
    button.classList.add("done");
  } catch {
    label.textContent = "Not allowed";
  }
  setTimeout(() => {
    label.textContent = "Copy";
    button.classList.remove("done");
  }, 1500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (button) copy(button);
});

brighten(document);
