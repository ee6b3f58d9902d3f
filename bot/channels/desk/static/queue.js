// The queue: live, with a sound and a word in the title for a new signal. Owns noticing what is new.

import { follow, replace } from "./live.js";

const KEPT = "kiem-desk-sound";
const at = (id) => document.getElementById(id);
const [live, told, lost, sound] = ["live", "told", "lost", "sound"].map(at);
const title = document.title;
let known = unanswered();
let audio = null;

function unanswered() {
  return new Map([...document.querySelectorAll("#live [data-unanswered]")].map((row) => [row.dataset.signal, row.dataset.level]));
}

function changed(html) {
  replace(live, html);
  const found = unanswered();
  const fresh = [...found].filter(([id]) => !known.has(id));
  known = found;
  showTitle();
  if (!fresh.length) return;
  told.textContent = told.dataset.new.replace("{level}", fresh[0][1]);
  ring();
}

function showTitle() {
  document.title = known.size ? `(${known.size}) ${title}` : title;
}

/** Two short tones; browsers allow it once somebody has pressed something on the page. */
function ring() {
  if (!audio || audio.state !== "running") return;
  for (const [start, pitch] of [[0, 880], [0.25, 1175]]) {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.15, audio.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + start + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.22);
  }
}

function setSound(on) {
  if (on) {
    audio ??= new AudioContext();
    audio.resume();
  } else audio?.suspend();
  sound.setAttribute("aria-pressed", String(on));
  sound.textContent = on ? sound.dataset.on : sound.dataset.off;
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // a browser that keeps nothing: the choice holds for this page
  }
}

function wantsSound() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

sound.hidden = false;
sound.addEventListener("click", () => setSound(sound.getAttribute("aria-pressed") !== "true"));
if (wantsSound()) document.addEventListener("pointerdown", (event) => event.target !== sound && setSound(true), { once: true });
showTitle();
follow("/desk/signals/live", changed, (gone) => (lost.hidden = !gone));
