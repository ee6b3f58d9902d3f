// One signal: its state and the talk stay up to date while the carer writes. Owns when to load the page anew; the server owns what may be done.

import { follow, replace } from "./live.js";

const live = document.getElementById("live");
const lost = document.getElementById("lost");
const notice = document.getElementById("changed");
const say = document.getElementById("say");
const told = document.getElementById("told");

const stateOf = () => document.getElementById("facts").dataset.state;
const before = stateOf();
const isWriting = () => [...document.querySelectorAll("textarea")].some((area) => area.value.trim());

function showLast() {
  const talk = document.querySelector(".talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
}

const lastSaid = () => [...document.querySelectorAll(".said.parent")].at(-1);

function changed(html) {
  const known = lastSaid()?.dataset.id;
  replace(live, html);
  showLast();
  const last = lastSaid();
  if (last && last.dataset.id !== known) told.textContent = last.innerText; // read aloud; the list itself is drawn anew each time
  if (stateOf() === before) return;
  if (isWriting() || document.activeElement?.matches("select, input")) notice.hidden = false; // what is being written must not be lost
  else location.reload();
}

/** Send without leaving the page, so that the next message can be typed at once; without a connection the form stays as it is. */
async function send(event) {
  event.preventDefault();
  const text = say.elements.text;
  if (!text.value.trim()) return;
  try {
    const answer = await fetch(say.action, { method: "POST", body: new URLSearchParams(new FormData(say)), redirect: "manual" });
    if (answer.type !== "opaqueredirect") return say.submit();
    text.value = "";
    say.elements.key.value = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
}

say?.addEventListener("submit", send);
say?.elements.text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say.requestSubmit();
});
showLast();
follow(live.dataset.live, changed, (gone) => (lost.hidden = !gone));
