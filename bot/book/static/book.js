// Searching, filtering and correction notes of the book. It loads nothing, stores nothing and sends nothing.
"use strict";

const find = (id) => document.getElementById(id);
const tools = find("tools");
const boxes = [...tools.querySelectorAll("[name=language]")];
const groups = [...document.querySelectorAll(".group")];
const columns = new CSSStyleSheet();
document.adoptedStyleSheets = [columns];

// "Crèche" and "creche", "cœur" and "coeur" are the same word here.
const plain = (text) =>
  text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[’ʼ]/g, "'").replace(/œ/g, "oe").replace(/ß/g, "ss").replace(/ı/g, "i");

// What is searched: everything that names the entry, and its texts by language.
const entries = [...document.querySelectorAll(".entry")].map((element) => {
  const names = [element.dataset.id, element.querySelector("h3").textContent];
  const words = {}, states = {};
  for (const cell of element.querySelectorAll(".cell")) {
    const { language = "", part, state } = cell.dataset;
    const said = cell.querySelector(".words")?.textContent ?? "";
    if (part === "title" || !language) names.push(said);
    else words[language] = `${words[language] ?? ""}\n${said}`;
    if (part !== "title") states[language] = state;
  }
  for (const language in words) words[language] = plain(words[language]);
  return { element, words, states, name: plain(names.join("\n")), group: element.dataset.group };
});

function show() {
  const terms = plain(find("search").value).split(/\s+/).filter(Boolean);
  const languages = boxes.filter((box) => box.checked).map((box) => box.value);
  const group = find("group").value, state = find("state").value, red = find("red").checked, often = find("often").checked;
  let shown = 0;
  for (const entry of entries) {
    const { element } = entry;
    const fits =
      (!group || entry.group === group) && (!red || "red" in element.dataset) && (!often || "often" in element.dataset) &&
      (!state || languages.some((language) => entry.states[language] === state)) &&
      terms.every((term) => entry.name.includes(term) || languages.some((language) => entry.words[language]?.includes(term)));
    if (element.hidden === fits) element.hidden = !fits;
    shown += fits;
  }
  for (const section of groups) section.hidden = !section.querySelector(".entry:not([hidden])");
  find("nothing").hidden = shown > 0;
  find("overview").hidden = shown < entries.length;
  find("found").textContent = shown === entries.length ? `All ${shown} entries are shown` : `${shown} of ${entries.length} entries are shown`;
}

function showColumns() {
  const wanted = boxes.filter((box) => box.checked).map((box) => `[data-language="${box.value}"]`).join() || "[data-language='']";
  columns.replaceSync(`.cell[data-language]:not(${wanted}), .row:not(:has(> .cells > :is(${wanted}))) { display: none; }`);
}

tools.addEventListener("input", (event) => {
  if (event.target.name === "language") showColumns();
  show();
});
tools.addEventListener("submit", (event) => event.preventDefault());
tools.addEventListener("reset", () => setTimeout(() => { showColumns(); show(); }));

// A link leads to its text even where a filter hides it.
function reveal() {
  const target = find(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const box = boxes.find((each) => each.value === target.dataset.language);
  if (target.closest("[hidden]")) tools.reset();
  setTimeout(() => {
    if (box) box.checked = true;
    showColumns();
    show();
    target.scrollIntoView();
  });
}
addEventListener("hashchange", reveal);

// Correction notes; what somebody wrote is kept while the page is open.
const dialog = find("correction"), note = find("note");
const drafts = new Map();
let correcting;

function noteFor(cell) {
  const words = cell.querySelector(".words");
  const items = [...words.querySelectorAll("li")].map((item, place) => `${place + 1}. ${item.textContent}`);
  const { language = "all", part } = cell.dataset;
  const text = items.length ? items.join("\n") : words.textContent;
  return `id: ${cell.closest(".entry").dataset.id}\nlanguage: ${language}\npart: ${part}\npresent text:\n${text}\n\nmy correction:\n`;
}

find("book").addEventListener("click", (event) => {
  const button = event.target.closest(".correct");
  if (!button) return;
  correcting = button.closest(".cell");
  note.value = drafts.get(correcting) ?? noteFor(correcting);
  find("copied").textContent = "";
  dialog.showModal();
  note.focus();
  note.setSelectionRange(note.value.length, note.value.length);
  note.scrollTop = note.scrollHeight;
});
note.addEventListener("input", () => {
  drafts.set(correcting, note.value);
  find("copied").textContent = "";
});
find("close").addEventListener("click", () => dialog.close());
find("copy").addEventListener("click", async () => {
  let done;
  try {
    await navigator.clipboard.writeText(note.value);
    done = true;
  } catch { // some browsers allow it only to pages of a server
    note.select();
    done = document.execCommand("copy");
  }
  find("copied").textContent = done ? "Copied" : "Select the note and copy it with your keyboard";
});

if (matchMedia("(max-width: 60rem)").matches) find("filters").open = false;
tools.hidden = false;
showColumns();
show();
if (location.hash) reveal();
