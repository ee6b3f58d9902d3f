// The chat page at work: ties what people press and type to talk, words and log. Owns keys, focus and the dialog.

import { showStarters } from "./log.js";
import { look } from "./news.js";
import { forget, hasBegun, retry, say, whenLanguageChosen } from "./talk.js";
import { forgetLanguage, keptLanguage, now, speak, text } from "./words.js";

const AGAIN = 1000; // milliseconds between the two presses of Escape
const SETTLED = 400; // milliseconds: arrow keys walk through the languages, only the last one counts

const at = (id) => document.getElementById(id);
const [input, composer, help, language, tooLong] = ["input", "composer", "help", "language", "too-long"].map(at);

function setUpComposer() {
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    sendInput();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendInput();
  });
  input.addEventListener("input", grow);
  at("retry").addEventListener("click", () => {
    retry();
    input.focus({ preventScroll: true });
  });
  window.addEventListener("online", retry);
}

function sendInput() {
  const written = input.value.trim();
  const { longest } = now();
  tooLong.hidden = written.length <= longest;
  if (!tooLong.hidden) {
    tooLong.textContent = text("page_too_long", { most: longest });
    return;
  }
  input.focus({ preventScroll: true });
  if (!written) return;
  input.value = "";
  grow();
  say(written);
}

/** As high as its text; in the direction of its text, or of the page while there is none. */
function grow() {
  input.dir = input.value ? "auto" : "";
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
}

function setUpLanguage() {
  let timer;
  language.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(() => chooseLanguage(language.value), SETTLED);
  });
  whenLanguageChosen(turnPage);
  const kept = keptLanguage();
  if (kept && kept !== now().language) turnPage(kept);
  else language.value = now().language;
}

async function chooseLanguage(chosen) {
  const name = language.selectedOptions[0].textContent;
  await turnPage(chosen);
  if (hasBegun()) say(`/choose_language{"language": "${chosen}"}`, name);
}

async function turnPage(chosen) {
  await speak(chosen);
  showStarters(say);
  grow();
}

function setUpHelp() {
  help.removeAttribute("popover"); // that was for a page without its script; a dialog keeps the focus inside
  for (const button of document.querySelectorAll("[popovertarget]")) button.removeAttribute("popovertarget");
  at("help-now").addEventListener("click", () => help.showModal());
  help.addEventListener("click", (event) => {
    if (event.target === help) help.close(); // beside the dialog
  });
}

function setUpLeaving() {
  let pressed = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - pressed < AGAIN) leave();
    pressed = event.timeStamp;
  });
  at("leave").addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  at("new").addEventListener("click", () => {
    forget();
    window.scrollTo(0, 0);
    input.focus({ preventScroll: true });
  });
  // A page brought back by the Back button must not show what was said.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function leave() {
  document.documentElement.hidden = true;
  input.value = document.title = "";
  forget();
  forgetLanguage();
  location.replace(at("leave").href);
}

/** Bars that would fill a low window, or one with large letters, scroll with the rest. */
function setUpBars() {
  const [above, below] = [".top", ".bottom"].map((bar) => document.querySelector(bar));
  const measure = () => {
    const room = window.innerHeight;
    const veryLow = above.offsetHeight > room * 0.45;
    const lift = veryLow ? at("help-now").offsetTop - 8 : 0;
    const low = veryLow || above.offsetHeight + below.offsetHeight > room * 0.6;
    document.body.classList.toggle("very-low", veryLow);
    document.body.classList.toggle("low", low);
    const lengths = { "--lift": lift, "--above": above.offsetHeight - lift, "--below": low ? 0 : below.offsetHeight };
    for (const [name, length] of Object.entries(lengths)) document.documentElement.style.setProperty(name, `${length}px`);
  };
  const observer = new ResizeObserver(measure);
  [above, below].forEach((bar) => observer.observe(bar));
  window.addEventListener("resize", measure);
  measure();
}

function open() {
  document.body.classList.add("ready");
  at("not-loaded").remove();
  composer.hidden = at("new").hidden = false;
  setUpBars();
  setUpComposer();
  setUpHelp();
  setUpLeaving();
  setUpLanguage();
  showStarters(say);
  look();
}

open();
