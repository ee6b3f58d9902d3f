// What stands in the conversation: bubbles, buttons, typing sign, failure. Owns drawing; `talk.js` owns sending.

import { now, text } from "./words.js";
import { paragraphs } from "./rich.js";

const RIGHT_TO_LEFT = ["ar", "fa", "ps"];
const ALARMING = ["emergency", "today"];

const log = document.getElementById("log");
const typing = document.getElementById("typing");
const status = document.getElementById("status");
const failure = document.getElementById("failure");

/** The person's own words. */
export function showOwn(shown) {
  const bubble = made("div", "bubble own");
  const words = made("p");
  words.dir = "auto";
  words.textContent = shown;
  bubble.append(speaker("page_you"), words);
  log.append(bubble);
  scrollTo(bubble);
  return bubble;
}

/** The replies to one message; the first one's record says language and signal of them all. */
export function showReplies(replies, press) {
  const record = replies[0]?.custom?.kiem ?? {};
  const language = record.lang ?? now().texts_language;
  const answer = made("div", "answer");
  answer.lang = language;
  answer.dir = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
  if (ALARMING.includes(record.signal?.level)) {
    answer.setAttribute("role", "alert"); // said at once, not after what is being read
    answer.classList.add("alarm");
  }
  for (const reply of replies) answer.append(...drawn(reply, press));
  log.append(answer);
  scrollTo(answer);
}

function drawn(reply, press) {
  const parts = [];
  if (reply.text) {
    const bubble = made("div", "bubble");
    bubble.append(speaker("page_kiem"), ...paragraphs(reply.text));
    parts.push(bubble);
  }
  if (reply.custom?.page) parts.push(pageLink(reply.custom.page));
  if (reply.buttons?.length) {
    const choices = made("div", "choices");
    choices.append(...reply.buttons.map((button) => choice(button, press)));
    parts.push(choices);
  }
  return parts;
}

/** A page of this server, such as a summary to print: in a tab of its own, the talk stays here. */
function pageLink({ path, title }) {
  const bubble = made("div", "bubble");
  const link = made("a");
  link.href = new URL(path, location.origin).pathname + new URL(path, location.origin).search;
  link.textContent = title;
  link.target = "_blank";
  link.rel = "noopener";
  bubble.append(link);
  return bubble;
}

/** Things to press before anything is said. */
export function showStarters(press) {
  document.getElementById("starters").replaceChildren(...now().starters.map((button) => choice(button, press)));
}

function choice({ title, payload, language }, press) {
  const button = made("button", "choice");
  button.type = "button";
  if (language) button.lang = language;
  button.textContent = title;
  button.addEventListener("click", () => press(payload, title));
  return button;
}

function speaker(key) {
  const name = made("span", "spoken");
  name.lang = now().texts_language;
  name.textContent = `${text(key)}: `;
  return name;
}

export function showTyping(on) {
  typing.hidden = !on;
  status.textContent = on ? text("page_typing") : "";
  if (on) scrollTo(typing);
}

/** A kind text and the retry button; `said` is the server's own text, when it had one. */
export function showFailure(said) {
  failure.querySelector("p").replaceChildren(...paragraphs(said || text("page_failed")).flatMap((part) => [...part.childNodes, "\n"]));
  failure.hidden = false;
  scrollTo(failure);
}

export function hideFailure() {
  failure.hidden = true;
}

export function clear() {
  log.replaceChildren();
  showTyping(false);
  hideFailure();
}

/** Show it whole; what is taller than the window is shown from its beginning. */
function scrollTo(element) {
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement);
  const room = window.innerHeight - parseFloat(scrollPaddingTop) - parseFloat(scrollPaddingBottom);
  element.scrollIntoView({ block: element.offsetHeight > room ? "start" : "nearest" });
}

function made(name, className = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  return element;
}
